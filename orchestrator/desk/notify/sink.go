package notify

import (
	"context"
	"log/slog"
)

// Sink is the route of a centre without a gateway: the message is shown in the API and, with the number masked, in the log,
// and counts as sent. Nothing leaves the house, so that sending is the settling: a message that is tried twice is one message.
type Sink struct{ Log *slog.Logger }

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
	s.Log.Info("SMS to the sink", "key", m.Key, "to", Mask(m.To), "ticket", m.Ticket)
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
