package webhook

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"tandem/orchestrator/desk/retry"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/fact"
)

// Poster carries a message to the other system.
type Poster interface {
	// Post returns the status of the answer and how long the other side asks to be left alone; an error when there was none. It
	// returns soon after ctx ends.
	Post(ctx context.Context, m Message) (status int, wait time.Duration, err error)
}

// Sender carries deliveries to the other systems. Each hook has a goroutine of its own while something is due for it.
type Sender struct {
	Outbox  Outbox
	Lines   Lines
	Tickets interface {
		Ticket(ctx context.Context, number string) (ticket.Ticket, error)
	}
	Show     func(fact.Entry) any // a line of the journal as clients see it
	Poster   Poster
	Cell     string // in the ids and the source of events
	Log      *slog.Logger
	Now      func() time.Time
	Jitter   func() float64
	Wake     func() <-chan struct{} // closed when deliveries may have come; nil: only Every
	Every    time.Duration          // a look without a wake-up; 0 is 1 s
	Patience time.Duration          // until an event is a dead letter; 0 is 24 h
	Observe  func(outcome string)   // "arrived", "refused", "failed", "died": of each attempt, for figures; nil is nobody
}

const (
	atOnce      = 8 // deliveries of one hook, and those of different lanes only
	postTime    = 10 * time.Second
	lease       = time.Minute // well beyond postTime and the settling
	settleTime  = 10 * time.Second
	firstPause  = time.Second
	longPause   = 5 * time.Minute
	longestAsk  = time.Hour // that the other side may ask for
	sweepEvery  = time.Minute
	keepDead    = 30 * 24 * time.Hour
	oneDay      = 24 * time.Hour
	untried     = time.Hour // longer than patience lives what was not tried since: what it waited for may just have died
	outcomeGood = "arrived"
)

// Run sends until ctx ends; what is on its way then is awaited. An outbox that is away is waited for.
func (s *Sender) Run(ctx context.Context) error {
	every := s.Every
	if every <= 0 {
		every = time.Second
	}
	var (
		workers sync.WaitGroup
		busy    sync.Map // by hook: its goroutine runs
		again   = make(chan struct{}, 1)
		swept   time.Time
	)
	defer workers.Wait()
	for ctx.Err() == nil {
		var wake <-chan struct{}
		if s.Wake != nil {
			wake = s.Wake() // Before the look, so that nothing is missed between.
		}
		hooks, err := s.Outbox.ActiveHooks(ctx)
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("the webhooks' outbox is away; deliveries wait", "err", err)
		}
		for _, h := range hooks {
			if h.RetryAt.After(s.Now()) {
				continue
			}
			if _, there := busy.LoadOrStore(h.ID, true); there {
				continue
			}
			workers.Go(func() {
				more := s.Serve(ctx, h)
				busy.Delete(h.ID)
				if more {
					select {
					case again <- struct{}{}:
					default:
					}
				}
			})
		}
		if now := s.Now(); now.Sub(swept) >= sweepEvery && s.sweep(ctx, now) == nil {
			swept = now
		}
		timer := time.NewTimer(every)
		select {
		case <-ctx.Done():
		case <-wake:
		case <-again:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// sweep lets die what has waited too long, also for a hook that is paused or was not tried at all.
func (s *Sender) sweep(ctx context.Context, now time.Time) error {
	n, err := s.Outbox.SweepDeliveries(ctx, now.Add(-s.patience()-untried), now.Add(-keepDead))
	if n > 0 {
		s.Log.Error("webhook deliveries have waited too long; they are dead letters now, see the API", "count", n)
		for range n {
			s.observe("died")
		}
	}
	return err
}

// Serve sends some of what is due for a hook, and says whether there may be more at once.
func (s *Sender) Serve(ctx context.Context, h Hook) (more bool) {
	n := atOnce
	if h.Failures > 0 {
		n = 1 // One finds out whether it works again.
	}
	due, err := s.Outbox.ClaimDeliveries(ctx, h.ID, n, lease)
	if err != nil {
		if ctx.Err() == nil {
			s.Log.Warn("webhook deliveries cannot be claimed; they wait", "hook", h.ID, "err", err)
		}
		return false
	}
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		worst failure
		good  int
	)
	for _, d := range due {
		group.Go(func() {
			f := s.deliver(ctx, h, d)
			mu.Lock()
			defer mu.Unlock()
			if f.of == theirs && f.wait >= worst.wait {
				worst = f
			} else if f.of == none {
				good++
			}
		})
	}
	group.Wait()
	s.standing(ctx, h, worst, good)
	return len(due) > 0 && worst.of != theirs
}

// standing notes how the other side did as a whole.
func (s *Sender) standing(ctx context.Context, h Hook, worst failure, good int) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	var err error
	switch {
	case worst.of == theirs:
		pause := max(retry.Pause(h.Failures+1, firstPause, longPause, s.Jitter()), min(worst.wait, longestAsk))
		if h.Failures == 0 {
			s.Log.Warn("a webhook does not take events; they wait", "hook", h.ID, "why", worst.why)
		}
		err = s.Outbox.HookWent(ctx, h.ID, h.Failures+1, worst.why, s.Now().Add(pause))
	case good > 0 && h.Failures > 0:
		s.Log.Info("a webhook takes events again", "hook", h.ID, "failures", h.Failures)
		err = s.Outbox.HookWent(ctx, h.ID, 0, "", time.Time{})
	}
	if err != nil {
		s.Log.Warn("it cannot be noted how a webhook did", "hook", h.ID, "err", err)
	}
}

func (s *Sender) patience() time.Duration {
	if s.Patience <= 0 {
		return oneDay
	}
	return s.Patience
}

func (s *Sender) observe(outcome string) {
	if s.Observe != nil {
		s.Observe(outcome)
	}
}
