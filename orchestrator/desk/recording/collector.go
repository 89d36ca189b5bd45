package recording

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/retry"
	"tandem/orchestrator/desk/rounds"
)

// Collector brings stopped tapes home, one after the other, until ctx ends. Killed anywhere it begins that tape again when the
// lease ends: what is on the shelf is replaced by the same, and the switch forgets its copy only after ours is accounted for.
//
//	claim → fetch both halves → shelf → settle → forget on the switch → done
//	erased:                   take from the shelf ↗
type Collector struct {
	Jobs    Jobs
	Sources map[string]Source // by the name of the switch
	Shelf   Shelf
	Log     *slog.Logger
	Now     func() time.Time
	Jitter  func() float64         // 0 to 1: spreads the tries of many recordings
	Wake    func() <-chan struct{} // closed when recordings may have stopped; nil: only Every
	Every   time.Duration          // a look without a wake-up; 0 is 1 s
	Lease   time.Duration          // after which another may begin the same tape, such as we after a crash; 0 is 15 s
	Longest time.Duration          // the longest time for one tape; 0 is 2 min
	Missing time.Duration          // how long a switch may not have the tape before it is given up; 0 is 2 min
	GiveUp  time.Duration          // how long everything else is tried; 0 is 24 h
}

const (
	firstPause = 2 * time.Second
	longPause  = time.Minute
	awayPause  = 10 * time.Second // the longest while the switch is away: asking costs nothing, and it may be back any moment
	settleTime = 5 * time.Second
)

// Run collects until ctx ends. A database that is away is waited for.
func (c *Collector) Run(ctx context.Context) error {
	return rounds.Rounds{Every: or(c.Every, time.Second), Wake: c.Wake, Full: 1, Away: func(err error) {
		c.Log.Warn("recordings wait", "err", err)
	}}.Run(ctx, func(ctx context.Context) (int, error) {
		worked, err := c.Once(ctx)
		if worked {
			return 1, err
		}
		return 0, err
	})
}

// Once works on one recording and says whether there was one. An error is the database's; what hinders a recording is kept with
// it and tried again.
func (c *Collector) Once(ctx context.Context) (bool, error) {
	due, err := c.Jobs.ClaimRecordings(ctx, 1, or(c.Lease, 15*time.Second))
	if err != nil || len(due) == 0 {
		return false, err
	}
	m := due[0]
	// A long tape may outlast the lease: whoever begins it beside us puts the same file in the same place, whole or not at all.
	work, cancel := context.WithTimeout(ctx, or(c.Longest, 2*time.Minute))
	defer cancel()
	if m.Erased {
		if err := c.Shelf.Delete(work, m.Tape); err != nil {
			return true, c.later(ctx, m, err)
		}
	}
	source, known := c.Sources[m.Switch]
	if !known {
		return true, c.later(ctx, m, fmt.Errorf("the switch %q is not configured", m.Switch))
	}
	if m.State != Stored && !m.Erased {
		lacks, err := c.store(work, source, &m)
		if err != nil {
			return true, c.later(ctx, m, err)
		}
		if err := c.stored(ctx, &m, lacks); err != nil {
			return false, err
		}
	}
	if err := source.Forget(work, m.Tape); err != nil {
		return true, c.later(ctx, m, err)
	}
	return true, c.Jobs.ForgotRecording(ctx, m.ID)
}

// stored accounts for what lies on the shelf now, and takes it away again when the customer was erased while it was on its way.
// lacks names a side that was not recorded.
func (c *Collector) stored(ctx context.Context, m *Meta, lacks string) (err error) {
	m.State, m.Why = Stored, lacks
	if part := m.missing(); part != "" {
		m.Why = strings.TrimPrefix(m.Why+"; "+part, "; ")
	}
	if m.Erased, err = c.Jobs.SettleRecording(ctx, *m, time.Time{}); err != nil {
		return err
	}
	if m.Erased {
		return c.Shelf.Delete(ctx, m.Tape)
	}
	c.Log.Info("recording stored", "recording", m.ID, "interaction", m.Interaction, "length", m.Length)
	if m.Why != "" {
		c.Log.Error("a call was not recorded to its end", "recording", m.ID, "interaction", m.Interaction, "why", m.Why)
	}
	return nil
}

// mayMiss is what a whole recording may lack: the tape begins a moment after the talk and ends a moment before it is known to.
const mayMiss = 2 * time.Second

// missing says how much of the talk a stored recording lacks; "" is nothing. A switch whose disk is full goes on as if it
// recorded, so that only the length tells. After a gap the end of the talk is when it was learnt of, and the text says so.
func (m *Meta) missing() string {
	talk := m.Ended.Sub(m.Started)
	if m.Ended.IsZero() || talk-m.Length <= mayMiss {
		return ""
	}
	return fmt.Sprintf("the switch has recorded %.1f s of %.1f s: its disk was full, or the call ended unseen while Tandem was away",
		m.Length.Seconds(), talk.Seconds())
}

// sideTries is how often a tape of which one side is missing is fetched before the other is taken alone.
const sideTries = 3

// store brings a tape to the shelf, measures what lies there, and says which side it lacks. Half a call is worth more than none (F30).
func (c *Collector) store(ctx context.Context, source Source, m *Meta) (lacks string, err error) {
	party, heard, err := source.Tape(ctx, m.Tape)
	if orchestrator.KindOf(err) == orchestrator.NotFound {
		// Perhaps we were killed after the shelf had it and somebody has cleaned up the switch since.
		if c.measure(ctx, m) == nil {
			return "", nil
		}
	}
	if err != nil {
		return "", err
	}
	var left, right io.Reader // nil interfaces for a side that is not there
	if party != nil {
		defer func() { _ = party.Close() }() // It was read; nothing is lost with it.
		left = party
	} else {
		lacks = "the side of the customer was not recorded"
	}
	if heard != nil {
		defer func() { _ = heard.Close() }()
		right = heard
	} else {
		lacks = "the side of the agent was not recorded"
	}
	if lacks != "" && m.Attempts < sideTries {
		return "", errors.New(lacks)
	}
	if err := c.Shelf.Put(ctx, m.Tape, func(w io.WriteSeeker) error {
		_, err := Interleave(w, left, right)
		return err
	}); err != nil {
		return "", err
	}
	return lacks, c.measure(ctx, m)
}

// later keeps why a recording is not yet done and when it is tried again, or gives it up.
func (c *Collector) later(ctx context.Context, m Meta, why error) error {
	if ctx.Err() != nil {
		return ctx.Err() // We are stopping: the lease brings it back.
	}
	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	m.Why = why.Error()
	limit := or(c.GiveUp, 24*time.Hour)
	if orchestrator.KindOf(why) == orchestrator.NotFound {
		limit = or(c.Missing, 2*time.Minute)
	}
	log := c.Log.With("recording", m.ID, "interaction", m.Interaction, "attempts", m.Attempts, "err", why)
	var next time.Time
	if m.State != Stored && !m.Erased && c.Now().Sub(m.Ended) > limit {
		log.Error("recording given up")
	} else {
		log.Warn("recording waits")
		longest := longPause
		if orchestrator.KindOf(why) == orchestrator.Unavailable {
			longest = awayPause
		}
		next = c.Now().Add(retry.Pause(m.Attempts, firstPause, longest, c.Jitter()))
	}
	_, err := c.Jobs.SettleRecording(ctx, m, next) // one that was erased meanwhile comes back as such
	return err
}

func or(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}
