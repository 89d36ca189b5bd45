package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFlowCheck(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	write("prompts/en/hello.wav", "")
	c := Config{Switch: "asterisk", Asterisk: AsteriskConfig{Prompts: filepath.Join(dir, "prompts")}}
	const text = "flow: f\nnumbers: ['7009']\nlanguage: en\nstart: a\nnodes:\n  a: {announce: hello, next: b}\n  b: {hangup: x}\n"
	good, bad := write("good.yaml", text), write("bad.yaml", strings.Replace(text, "hello", "hullo", 1))
	var out bytes.Buffer
	if err := flowCheck(t.Context(), c, []string{good}, &out); err != nil || !strings.Contains(out.String(), "2 nodes") || !strings.Contains(out.String(), "not checked, as that needs the running centre: queues, numbers") {
		t.Errorf("%v\n%s", err, &out)
	}
	out.Reset()
	err := flowCheck(t.Context(), c, []string{good, bad, filepath.Join(dir, "none.yaml")}, &out)
	if err == nil || !strings.Contains(err.Error(), "2 of 3") || !strings.Contains(out.String(), bad+`:6: node "a": there is no recording "hullo" in language en`) {
		t.Errorf("%v\n%s", err, &out)
	}
	out.Reset()
	if err := flowCheck(t.Context(), Config{}, []string{bad}, &out); err != nil || !strings.Contains(out.String(), "recordings are not checked") {
		t.Errorf("%v\n%s", err, &out)
	}
}
