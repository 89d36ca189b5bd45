package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSwitchFiles: the files of both switches have the admin's settings in them, are the owner's alone, and are the same when they are
// written again.
func TestSwitchFiles(t *testing.T) {
	t.Setenv("TANDEM_ASTERISK_PASSWORD", "ARISECRETARISECRET")
	t.Setenv("TANDEM_ASTERISK_PROMPTS", "/srv/prompts")
	t.Setenv("TANDEM_FREESWITCH_PASSWORD", "ESLSECRETESLSECRET")
	t.Setenv("TANDEM_FREESWITCH_PROMPTS", "/srv/prompts")
	t.Setenv("TANDEM_CODE_SIGN_IN", "*11")
	t.Setenv("TANDEM_EMERGENCY_TRUNK", "carrier")
	for which, holds := range map[string]map[string]string{
		"asterisk":   {"tandem/extensions.conf": "Stasis(tandem,*11)", "tandem/pjsip.conf": "[ann](tandem-phone)", "tandem/ari.conf": "ARISECRETARISECRET", "tandem/queues.conf": "PJSIP/ann"},
		"freeswitch": {"dialplan/tandem.xml": "sofia/gateway/carrier/$1", "directory/default/tandem.xml": `id="ann"`, "dialplan/public/00_tandem.xml": "^(7000|7001)$"},
	} {
		t.Setenv("TANDEM_SWITCH", which)
		dir := filepath.Join(t.TempDir(), "files")
		var before string
		for round := range 2 {
			var out bytes.Buffer
			if err := run(t.Context(), []string{"switch-files", "-numbers", "7000,7001", "-phones", "ann,bob", dir}, &out, &bytes.Buffer{}); err != nil {
				t.Fatal(err)
			}
			all := ""
			for name, want := range holds {
				text, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil || !strings.Contains(string(text), want) {
					t.Errorf("%s: %s lacks %q: %v", which, name, want, err)
				}
				if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
					t.Errorf("%s: %s is %v", which, name, info.Mode())
				}
				if !strings.Contains(out.String(), name) {
					t.Errorf("%s: %s is not spoken of", which, name)
				}
			}
			text, err := os.ReadFile(filepath.Join(dir, phonesFile))
			if err != nil || !strings.Contains(string(text), "bob ") {
				t.Errorf("%s: no passwords: %v", which, err)
			}
			if all += string(text); round == 1 && all != before {
				t.Errorf("%s: phones have other passwords than before", which)
			}
			before = all
		}
	}
	if err := run(t.Context(), []string{"switch-files", "-numbers", "7000;x", t.TempDir()}, &bytes.Buffer{}, &bytes.Buffer{}); err == nil {
		t.Error("a number that is none is taken")
	}
}

// Files that need the folder of the announcements say which setting gives it.
func TestSwitchFilesNeedPrompts(t *testing.T) {
	t.Setenv("TANDEM_ASTERISK_PASSWORD", "ARISECRETARISECRET")
	t.Setenv("TANDEM_FREESWITCH_PASSWORD", "ESLSECRETESLSECRET")
	for which, want := range map[string]string{"asterisk": "TANDEM_ASTERISK_PROMPTS", "freeswitch": "TANDEM_FREESWITCH_PROMPTS"} {
		t.Setenv("TANDEM_SWITCH", which)
		err := run(t.Context(), []string{"switch-files", t.TempDir()}, &bytes.Buffer{}, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", which, err)
		}
	}
}
