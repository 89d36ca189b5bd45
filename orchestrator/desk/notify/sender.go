package notify

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/retry"
	"tandem/orchestrator/desk/rounds"
)

// Sender carries messages from the outbox out of the house, and tries again with growing pauses while they are surely not
// taken. Messages to one number leave one after the other; several numbers at once.
type Sender struct {
	Outbox   Outbox
	Routes   []Route // in order of preference: the next one is tried when one has surely not taken a message
	Log      *slog.Logger
	Now      func() time.Time
	Jitter   func() float64         // 0 to 1: spreads the tries of many messages
	Wake     func() <-chan struct{} // closed when messages may have come; nil: only Every
	Every    time.Duration          // a look without a wake-up; 0 is 1 s
	Lease    time.Duration          // longer than a route takes for one message; 0 is 1 min
	Patience time.Duration          // from its making until a message is given up; 0 is 24 h, which includes the quiet hours
	Country  orchestrator.Country
	Quiet    Quiet
	Limits   Limits
	Refused  func(limit string)                    // told of each message over a limit, by several goroutines; nil is nobody
	Observe  func(route string, f Fate, parts int) // told of each attempt, for figures; nil is nobody
}

const (
	sendBatch   = 20
	sendAtOnce  = 8
	firstPause  = time.Second
	longPause   = 5 * time.Minute
	handTime    = 45 * time.Second // of one message at a route: within the lease
	leaveGrace  = 5 * time.Second  // for answers that are awaited when we are told to stop
	settleTime  = 10 * time.Second // well within the lease
	settlePause = 100 * time.Millisecond
)

// Run sends until ctx ends. An outbox that is away is waited for.
func (s *Sender) Run(ctx context.Context) error {
	every := s.Every
	if every <= 0 {
		every = time.Second
	}
	return rounds.Rounds{Every: every, Wake: s.Wake, Full: sendBatch, Away: func(err error) {
		s.Log.Warn("outbox is away; messages wait", "err", err)
	}}.Run(ctx, s.Once)
}

// Once sends what is due now and returns how many messages it claimed. While no route is up it claims none: they wait as they
// are, and all leave as soon as one is.
func (s *Sender) Once(ctx context.Context) (int, error) {
	if !slices.ContainsFunc(s.Routes, Route.Up) {
		return 0, nil
	}
	due, err := s.Outbox.ClaimSMS(ctx, sendBatch, s.lease())
	if err != nil {
		return 0, err
	}
	byNumber := map[string][]SMS{}
	for _, m := range due {
		m.To = s.Country.Canonical(m.To)
		byNumber[m.To] = append(byNumber[m.To], m)
	}
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		slots = make(chan struct{}, sendAtOnce)
	)
	for _, row := range byNumber {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			for _, m := range row {
				if e := s.send(ctx, m); e != nil {
					mu.Lock()
					err = e
					mu.Unlock()
				}
			}
		})
	}
	group.Wait()
	return len(due), err
}

func (s *Sender) lease() time.Duration {
	if s.Lease <= 0 {
		return time.Minute
	}
	return s.Lease
}

// send tries one message and settles it; only a failure to settle is an error.
func (s *Sender) send(ctx context.Context, m SMS) error {
	if ctx.Err() != nil {
		return ctx.Err() // We are stopping: the lease brings the message back.
	}
	now := s.Now()
	patience := s.Patience
	if patience <= 0 {
		patience = 24 * time.Hour
	}
	if m.State == Sending && !slices.ContainsFunc(s.Routes, func(r Route) bool { return r.Name() == m.Route && r.Repeats() }) {
		m.Why = "we were stopped between handing it over and the answer"
		return s.settle(ctx, m, Unsure, time.Time{})
	}
	if now.Sub(m.Created) > patience {
		if m.Why == "" {
			m.Why = "it waited too long"
		}
		if m.State == Sending {
			return s.settle(ctx, m, Unsure, time.Time{})
		}
		return s.settle(ctx, m, Failed, time.Time{})
	}
	if end := s.Quiet.Until(now); !end.IsZero() && m.Class == Ordinary && m.State == Queued {
		m.Why = "quiet hours"
		return s.settle(ctx, m, Queued, end)
	}
	if m.State == Queued && len(m.Refs) == 0 { // What a route has begun to take is finished.
		limit, why, err := s.over(ctx, m)
		if err != nil {
			return err // The lease brings the message back.
		}
		if limit != "" {
			if s.Refused != nil {
				s.Refused(limit)
			}
			m.Why = why
			return s.settle(ctx, m, Failed, time.Time{})
		}
	}
	return s.tryRoutes(ctx, m)
}

// tryRoutes goes along the routes until one has taken the message or it cannot be known that it has not. A message of which a
// route has taken a part, or may have taken the whole, stays with that route.
func (s *Sender) tryRoutes(ctx context.Context, m SMS) error {
	wait, again, bound := longPause, m.State, ""
	if m.State == Sending || len(m.Refs) > 0 {
		bound = m.Route
	}
	for _, r := range s.Routes {
		if !r.Up() || bound != "" && r.Name() != bound {
			continue
		}
		result, err := s.hand(ctx, r, &m)
		if s.Observe != nil {
			s.Observe(r.Name(), result.Fate, m.Parts)
		}
		m.Refs, m.Why = result.Refs, result.Why
		switch result.Fate {
		case Taken:
			m.Why = ""
			return s.settle(ctx, m, Sent, time.Time{})
		case Refused:
			return s.settle(ctx, m, Failed, time.Time{})
		case Doubt:
			if r.Repeats() {
				return s.settle(ctx, m, Sending, s.Now().Add(s.pause(m.Attempts)))
			}
			return s.settle(ctx, m, Unsure, time.Time{})
		case Kept:
			if err == nil {
				return nil
			}
			m.Why = "the outbox was away"
			return s.settle(ctx, m, again, s.Now().Add(s.pause(m.Attempts)))
		}
		if len(m.Refs) > 0 {
			break // The rest goes the same way.
		}
		if result.Wait > 0 {
			wait = min(wait, result.Wait)
		}
	}
	return s.settle(ctx, m, again, s.Now().Add(min(wait, s.pause(m.Attempts))))
}

// hand gives a message to a route. What is on its way when we are told to stop may still be answered for a moment.
func (s *Sender) hand(ctx context.Context, r Route, m *SMS) (result Result, err error) {
	hand, cancel := context.WithTimeout(context.WithoutCancel(ctx), handTime)
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		timer := time.NewTimer(leaveGrace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-hand.Done():
		}
	})
	defer stop()
	m.Route = r.Name()
	result = r.Send(hand, *m, func(parts int) (ok bool) {
		if err = ctx.Err(); err != nil {
			return false
		}
		m.Parts = parts
		ok, err = s.Outbox.LeaveSMS(hand, *m, s.lease())
		return ok && err == nil
	})
	return result, err
}

// settle writes what came of an attempt. It goes on while we stop and while the outbox is away for a moment: else it is not
// known afterwards that a message was sent.
func (s *Sender) settle(ctx context.Context, m SMS, state State, due time.Time) error {
	m.State = state
	s.log(m)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	for {
		err := s.Outbox.SettleSMS(ctx, m, due)
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

// log tells what went otherwise than it should.
func (s *Sender) log(m SMS) {
	about := []any{"key", m.Key, "interaction", m.Interaction, "to", Mask(m.To), "route", m.Route, "attempts", m.Attempts, "why", m.Why}
	switch m.State {
	case Failed:
		s.Log.Error("message given up", about...)
	case Unsure:
		s.Log.Error("message may have been sent; it is not sent again unless a person does", about...)
	case Queued, Sending:
		s.Log.Info("message not sent yet", about...)
	}
}

// pause is the time until a message is tried again.
func (s *Sender) pause(attempts int) time.Duration {
	return retry.Pause(attempts, firstPause, longPause, s.Jitter())
}
