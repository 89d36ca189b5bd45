package whatif_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/whatif"
)

var dawn = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

func span() whatif.Request {
	return whatif.Request{Level: .95, Replay: &whatif.Replay{From: dawn, To: dawn.Add(24 * time.Hour), Days: 1, Target: 20 * time.Second, Short: 5 * time.Second}}
}

// endless is a journal without an end in which nothing but a line to a switch comes and goes; wrong breaks the program in it.
type endless struct {
	wrong bool
	takes time.Duration // each read
	most  atomic.Int64  // entries asked for at once
	first atomic.Int64  // line after which was read first
	asked atomic.Bool
}

func (j *endless) Entries(_ context.Context, after int64, limit int) ([]fact.Entry, error) {
	if j.wrong {
		panic("planted")
	}
	if !j.asked.Swap(true) {
		j.first.Store(after)
	}
	time.Sleep(j.takes)
	j.most.Store(max(j.most.Load(), int64(limit)))
	var out []fact.Entry
	for n := range limit {
		seq := after + int64(n) + 1
		out = append(out, fact.Entry{Seq: seq, At: dawn.Add(time.Duration(seq) * time.Millisecond), Fact: fact.SwitchUp{Switch: "s", Boot: "b"}})
	}
	return out, nil
}

func replaying(t *testing.T, journal whatif.Journal) (*whatif.Runner, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	r := whatif.New(time.Now, journal, slog.New(slog.NewTextHandler(&log, nil)))
	runs(t, r)
	return r, &log
}

// runs lets a runner run until the test ends.
func runs(t *testing.T, r *whatif.Runner) {
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestAReplayReadsInPieces, tells how far it is, and is canceled while it reads.
func TestAReplayReadsInPieces(t *testing.T) {
	journal := &endless{}
	r, _ := replaying(t, journal)
	id := start(t, r, span())
	first := until(t, r, id, func(j whatif.Job) bool { return j.Progress > 0 })
	until(t, r, id, func(j whatif.Job) bool { return j.Progress > first.Progress && j.Progress < .5 })
	if err := r.Cancel(id); err != nil {
		t.Fatal(err)
	}
	until(t, r, id, func(j whatif.Job) bool { return j.State == whatif.Canceled })
	if most := journal.most.Load(); most > 1000 {
		t.Errorf("%d entries at once", most)
	}
}

// TestAReplayBeginsWithACheckpoint where the floor before the span is known, and nothing before it is read.
func TestAReplayBeginsWithACheckpoint(t *testing.T) {
	journal := &endless{}
	r := whatif.New(time.Now, journal, slog.New(slog.DiscardHandler))
	r.Stand = func(context.Context, time.Time) (*floor.Floor, error) {
		f := floor.New(floor.Config{})
		f.Seq, f.At = 5000, dawn
		return f, nil
	}
	runs(t, r)
	q := span()
	q.Replay.From = dawn.Add(time.Hour)
	id := start(t, r, q)
	until(t, r, id, func(j whatif.Job) bool { return j.Progress > 0 })
	if err := r.Cancel(id); err != nil {
		t.Fatal(err)
	}
	until(t, r, id, func(j whatif.Job) bool { return j.State == whatif.Canceled })
	if first := journal.first.Load(); first != 5000 {
		t.Errorf("the journal is read from line %d on", first)
	}
}

// TestAPanicIsTheEndOfOneAlone: the program lives, tells the cause in its log, and runs the next one.
func TestAPanicIsTheEndOfOneAlone(t *testing.T) {
	r, log := replaying(t, &endless{wrong: true})
	id, next := start(t, r, span()), start(t, r, day(2))
	j := until(t, r, id, func(j whatif.Job) bool { return !j.Ended.IsZero() })
	if j.State != whatif.Failed || !strings.Contains(j.Why, "fault of the program") || strings.Contains(j.Why, "planted") {
		t.Errorf("%+v", j)
	}
	until(t, r, next, func(j whatif.Job) bool { return j.State == whatif.Done })
	if !strings.Contains(log.String(), "planted") {
		t.Errorf("the log says %q", log.String())
	}
}

// TestAJournalThatTakesTooLong: who asks is told that it is the way to the span, and what takes longer.
func TestAJournalThatTakesTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := replaying(t, &endless{takes: 5 * time.Second})
		id := start(t, r, span())
		time.Sleep(time.Hour / 2)
		if j, err := r.Get(id); err != nil || j.State != whatif.Failed || !strings.Contains(j.Why, "from the last checkpoint") || !strings.Contains(j.Why, "tandem replay") {
			t.Errorf("%v %+v", err, j)
		}
	})
}
