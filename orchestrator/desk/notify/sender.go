package notify

import (
	"context"
	"log/slog"
	"time"

	"tandem/orchestrator"
)

// Sender carries messages from the outbox to the gateway, one after the other, and tries again with growing pauses. Killed
// between sending and settling it sends that message again when the lease ends: the gateway knows it by its key.
type Sender struct {
	Outbox  Outbox
	Gateway Gateway
	Log     *slog.Logger
	Now     func() time.Time
	Jitter  func() float64         // 0 to 1: spreads the tries of many messages
	Wake    func() <-chan struct{} // closed when messages may have come; nil: only Every
	Every   time.Duration          // a look without a wake-up; 0 is 1 s
	Lease   time.Duration          // longer than one batch at the gateway takes; 0 is 1 min
	Tries   int                    // before a message is given up; 0 is 12, which is about half an hour
}

const (
	sendBatch   = 20
	firstPause  = time.Second
	longPause   = 5 * time.Minute
	settleTime  = 10 * time.Second // well within the lease
	settlePause = 100 * time.Millisecond
)

// Run sends until ctx ends. An outbox that is away is waited for.
func (s *Sender) Run(ctx context.Context) error {
	every := s.Every
	if every <= 0 {
		every = time.Second
	}
	for ctx.Err() == nil {
		var wake <-chan struct{}
		if s.Wake != nil {
			wake = s.Wake() // Before the look, so that nothing is missed between.
		}
		n, err := s.Once(ctx)
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("outbox is away; messages wait", "err", err)
			wake = nil
		}
		if n == sendBatch {
			continue
		}
		timer := time.NewTimer(every)
		select {
		case <-ctx.Done():
		case <-wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// Once sends what is due now and returns how many messages it tried.
func (s *Sender) Once(ctx context.Context) (int, error) {
	lease := s.Lease
	if lease <= 0 {
		lease = time.Minute
	}
	due, err := s.Outbox.ClaimSMS(ctx, sendBatch, lease)
	if err != nil {
		return 0, err
	}
	for _, m := range due {
		if err := s.send(ctx, m); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// send tries one message and settles it; only a failure to settle is an error.
func (s *Sender) send(ctx context.Context, m SMS) error {
	retry, err := s.Gateway.Send(ctx, m)
	if err != nil && ctx.Err() != nil {
		return ctx.Err() // We are stopping: the lease brings the message back.
	}
	if err == nil {
		return s.settle(ctx, m, "", time.Time{})
	}
	tries := s.Tries
	if tries <= 0 {
		tries = 12
	}
	if !retry || m.Attempts >= tries {
		s.Log.Error("message given up", "key", m.Key, "to", Mask(m.To), "attempts", m.Attempts, "err", err)
		return s.settle(ctx, m, err.Error(), time.Time{})
	}
	s.Log.Warn("message not sent; tried again", "key", m.Key, "to", Mask(m.To), "attempts", m.Attempts, "err", err)
	return s.settle(ctx, m, err.Error(), s.Now().Add(s.pause(m.Attempts)))
}

// settle writes what came of an attempt. It goes on while we stop and while the outbox is away for a moment: else a message that
// was sent is sent again.
func (s *Sender) settle(ctx context.Context, m SMS, why string, retry time.Time) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	for {
		err := s.Outbox.SettleSMS(ctx, m.ID, why, retry)
		if orchestrator.KindOf(err) != orchestrator.Unavailable {
			return err
		}
		timer := time.NewTimer(settlePause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return err
		case <-timer.C:
		}
	}
}

// pause grows with the attempts, has a limit, and keeps at least half of it beside the jitter.
func (s *Sender) pause(attempts int) time.Duration {
	full := min(firstPause<<min(max(attempts-1, 0), 16), longPause)
	return full/2 + time.Duration(s.Jitter()*float64(full/2))
}
