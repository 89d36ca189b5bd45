package notify_test

import (
	"log/slog"
	"strings"
	"testing"

	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/notify/notifytest"
)

func TestSink(t *testing.T) {
	notifytest.Run(t, func(*testing.T) notifytest.Rig {
		return notifytest.Rig{Route: notify.Sink{Log: slog.New(slog.DiscardHandler)}}
	})
}

// TestSinkCopies: who tries things out sees the whole text, a line for each.
func TestSinkCopies(t *testing.T) {
	var file strings.Builder
	s := notify.Sink{Log: slog.New(slog.DiscardHandler), Copy: &file}
	for _, text := range []string{"How was it?\nhttps://care.example.org/s/abc", "Your service number is 10000016"} {
		if r := s.Send(t.Context(), notify.SMS{To: "+8613800138000", Text: text}, func(int) bool { return true }); r.Fate != notify.Taken {
			t.Fatalf("%+v", r)
		}
	}
	s.Send(t.Context(), notify.SMS{To: "+8613800138000", Text: "not ours to send"}, func(int) bool { return false })
	const want = "+8613800138000  How was it? https://care.example.org/s/abc\n+8613800138000  Your service number is 10000016\n"
	if file.String() != want {
		t.Errorf("the copy is\n%s", file.String())
	}
}
