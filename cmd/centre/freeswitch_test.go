package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/adapters/lab"
)

// What is written for an admin's own FreeSWITCH takes Tandem's numbers and no others: parties for tests have no place where
// strangers call.
func TestFilesForAnAdminHaveNoRobots(t *testing.T) {
	t.Setenv("TANDEM_FREESWITCH_ADDRESS", "127.0.0.1:1") // nobody is there
	c := &centre{lab: &lab.Lab{Prompts: "/prompts"}, dir: filepath.Join(t.TempDir(), "centre"), say: func(string) {}}
	if err := c.findFreeSWITCH(t.Context()); err == nil || !strings.Contains(err.Error(), "no FreeSWITCH answers") {
		t.Fatalf("found: %v", err)
	}
	if got := quoted("/a b/it's"); got != `'/a b/it'\''s'` || quoted("/a/b-c_1.d") != "/a/b-c_1.d" {
		t.Errorf("a path is quoted as %s", got)
	}
	if got := texts("http", "sms.txt"); !strings.Contains(got, "REAL TEXTS LEAVE by http") {
		t.Errorf("of a real route the card says %q", got)
	}
	for _, none := range []string{"", "sink"} {
		if got := texts(none, "sms.txt"); got != "none leaves this machine; what would is in sms.txt" {
			t.Errorf("of route %q the card says %q", none, got)
		}
	}
	for _, name := range []string{"dialplan/public/00_tandem.xml", "dialplan/tandem.xml"} {
		text, err := os.ReadFile(filepath.Join(c.dir, "freeswitch", "conf", name))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "7000") || strings.Contains(string(text), "900") {
			t.Errorf("%s:\n%s", name, text)
		}
	}
}
