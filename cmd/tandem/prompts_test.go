package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// TestAllRecordings: by language, each once however many formats there are, those in folders below too.
func TestAllRecordings(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{"en/welcome.wav", "en/welcome.ulaw", "en/digits/1.wav", "zh/welcome.wav", "en/README", ".git/config.x", "list.txt"} {
		file = filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := Config{Switch: "freeswitch", FreeSWITCH: FreeSWITCHConfig{Prompts: dir}}
	got, err := c.allRecordings()()
	want := map[string][]string{"en": {"digits/1", "welcome"}, "zh": {"welcome"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v %v, want %v", got, err, want)
	}
	exists := c.recordings()
	for language, names := range got {
		for _, name := range names {
			if !exists(language, name) {
				t.Errorf("%s/%s is listed, and a flow that plays it is refused", language, name)
			}
		}
	}
	if (Config{}).allRecordings() != nil {
		t.Error("without a folder it lists")
	}
}
