package notify_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
)

// box is an outbox with one message.
type box struct {
	m       notify.SMS
	due     time.Time
	away    int // so many settlings fail
	claimed int
	settled []string
}

func (b *box) ClaimSMS(_ context.Context, _ int, lease time.Duration) ([]notify.SMS, error) {
	if b.m.State != notify.Queued || time.Now().Before(b.due) {
		return nil, nil
	}
	b.claimed++
	b.m.Attempts++
	b.due = time.Now().Add(lease)
	return []notify.SMS{b.m}, nil
}

func (b *box) SettleSMS(ctx context.Context, _ int64, why string, retry time.Time) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if b.away > 0 {
		b.away--
		return &orchestrator.Error{Kind: orchestrator.Unavailable}
	}
	b.settled = append(b.settled, why)
	switch {
	case why == "":
		b.m.State = notify.Sent
	case retry.IsZero():
		b.m.State = notify.Failed
	default:
		b.due = retry
	}
	return nil
}

type gateway func() (bool, error)

func (g gateway) Send(context.Context, notify.SMS) (bool, error) { return g() }

// send runs a sender over the box for a while of virtual time.
func send(t *testing.T, b *box, while time.Duration, g gateway) (sent int) {
	b.m = notify.SMS{ID: 1, Key: "k", To: "+4915112345", State: notify.Queued}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), while)
		defer cancel()
		s := notify.Sender{Outbox: b, Log: slog.New(slog.DiscardHandler), Now: time.Now, Jitter: func() float64 { return 1 },
			Gateway: gateway(func() (bool, error) { sent++; return g() })}
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	return sent
}

func TestSenderGivesUp(t *testing.T) {
	b := &box{}
	if sent := send(t, b, 2*time.Hour, func() (bool, error) { return true, errors.New("busy") }); sent != 12 || b.m.State != notify.Failed {
		t.Errorf("tried %d times, then %s", sent, b.m.State)
	}
	b = &box{}
	if sent := send(t, b, 2*time.Hour, func() (bool, error) { return false, errors.New("no such number") }); sent != 1 || b.m.State != notify.Failed {
		t.Errorf("tried %d times, then %s", sent, b.m.State)
	}
}

// A message that was sent is settled although the database was away for a moment: it is not sent again.
func TestSenderSettlesLate(t *testing.T) {
	b := &box{away: 20}
	if sent := send(t, b, time.Hour, func() (bool, error) { return false, nil }); sent != 1 || b.m.State != notify.Sent {
		t.Errorf("sent %d times, then %s", sent, b.m.State)
	}
}

// Stopped while it sends, a sender settles what was sent.
func TestSenderStops(t *testing.T) {
	b := &box{}
	g := func() (bool, error) { <-time.After(time.Minute); return false, nil }
	if sent := send(t, b, time.Second, g); sent != 1 || b.m.State != notify.Sent {
		t.Errorf("sent %d times, then %s", sent, b.m.State)
	}
	b = &box{}
	g = func() (bool, error) { <-time.After(time.Minute); return true, context.Canceled }
	if sent := send(t, b, time.Second, g); sent != 1 || b.m.State != notify.Queued || len(b.settled) != 0 {
		t.Errorf("cut off %d times, then %s, %q", sent, b.m.State, b.settled)
	}
}

func TestSinkMasks(t *testing.T) {
	var out bytes.Buffer
	s := notify.Sink{Log: slog.New(slog.NewTextHandler(&out, nil))}
	if _, err := s.Send(t.Context(), notify.SMS{Key: "k", To: "+4915112345", Text: "secret text"}); err != nil {
		t.Fatal(err)
	}
	if log := out.String(); strings.Contains(log, "112345") || strings.Contains(log, "secret") || !strings.Contains(log, "…45") {
		t.Errorf("the log says %s", log)
	}
	if m := notify.Mask("12"); strings.ContainsAny(m, "12") {
		t.Errorf("a short number is shown: %s", m)
	}
}
