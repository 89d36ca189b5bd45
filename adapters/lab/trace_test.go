package lab_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The commands of docs/phones.md write what phones and switch say to each other into a file, and stop.
func TestSIPTraceOnAndOff(t *testing.T) {
	a := centre(t, nil)
	cli := func(command string) {
		t.Helper()
		if out, err := exec.CommandContext(t.Context(), filepath.Join(a.Dir, "cli"), command).CombinedOutput(); err != nil || strings.Contains(string(out), "No such command") {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	trace := func() string {
		text, err := os.ReadFile(filepath.Join(a.Dir, "log", "sip-trace"))
		must(t, err)
		return string(text)
	}
	cli("logger add channel sip-trace verbose")
	cli("pjsip set logger on")
	refused(t, dial(t, a, "7777"), 404)
	eventually(t, "the call stands in the trace", func() bool {
		return strings.Contains(trace(), "INVITE sip:7777@") && strings.Contains(trace(), "SIP/2.0 404")
	})
	cli("pjsip set logger off")
	cli("logger remove channel sip-trace")
	refused(t, dial(t, a, "7778"), 404)
	if strings.Contains(trace(), "7778") {
		t.Error("it goes on after its end")
	}
}
