package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRulesCheck(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.yaml"), filepath.Join(dir, "bad.csv")
	for file, text := range map[string]string{good: "inputs: [tier]\nrows:\n  - {when: {tier: gold}, queue: vip}\n", bad: "tier,queue\n,vip\ngold,vip\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	err := rulesCheck(t.Context(), Config{}, []string{good, bad}, &out)
	for _, says := range []string{good + ": 1 rows, inputs tier: good", good + ":1: no row decides, for example, tier = (something else)", bad + ":3: row 2: this row can never decide: row 1"} {
		if !strings.Contains(out.String(), says) {
			t.Errorf("%q is missing in:\n%s", says, &out)
		}
	}
	if err == nil || !strings.Contains(err.Error(), "1 of 2") {
		t.Errorf("got %v", err)
	}
}
