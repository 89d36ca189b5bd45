package notify

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Sink is the route of a centre without a gateway: the message is shown in the API and, with the number masked, in the log,
// and counts as sent. Nothing leaves the house, so that sending is the settling: a message that is tried twice is one message.
type Sink struct {
	Log *slog.Logger
	// Copy takes a line "number  text" for each message, links and all, for whoever tries things out; nil takes none. No erasure
	// reaches it.
	Copy io.Writer
}

var _ Route = Sink{}

// Name implements Route.
func (Sink) Name() string { return "sink" }

// Up implements Route.
func (Sink) Up() bool { return true }

// Repeats implements Route.
func (Sink) Repeats() bool { return true }

// Send implements Route.
func (s Sink) Send(_ context.Context, m SMS, leave Leave) Result {
	if !leave(1) {
		return Result{Fate: Kept}
	}
	s.Log.Info("SMS to the sink", "key", m.Key, "interaction", m.Interaction, "to", Mask(m.To), "ticket", m.Ticket)
	if s.Copy != nil {
		// One write, so that messages that leave together keep their own lines.
		if _, err := fmt.Fprintf(s.Copy, "%s  %s\n", m.To, strings.ReplaceAll(m.Text, "\n", " ")); err != nil {
			s.Log.Warn("the sink's copy of an SMS cannot be written", "key", m.Key, "interaction", m.Interaction, "err", err)
		}
	}
	return Result{Fate: Taken}
}

// Mask shows only the end of a number, for logs.
func Mask(number string) string {
	const shown = 2
	if len(number) <= shown {
		return "…"
	}
	return "…" + number[len(number)-shown:]
}
