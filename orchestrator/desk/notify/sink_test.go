package notify_test

import (
	"log/slog"
	"testing"

	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/notify/notifytest"
)

func TestSink(t *testing.T) {
	notifytest.Run(t, func(*testing.T) notifytest.Rig {
		return notifytest.Rig{Route: notify.Sink{Log: slog.New(slog.DiscardHandler)}}
	})
}
