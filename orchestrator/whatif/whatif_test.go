package whatif_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/simulate"
	"tandem/orchestrator/whatif"
)

// clock is a time that only the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// day is a scenario of so many days; thousands of them take minutes.
func day(days int) whatif.Request {
	return whatif.Request{Level: .95, Scenario: simulate.Scenario{
		Length: 10 * time.Hour, Days: days,
		Queues: []simulate.Queue{{ID: "q", Arrivals: simulate.Arrivals{PerHour: 100}, Service: simulate.Distribution{Is: simulate.Exponential, Mean: 3 * time.Minute}}},
		Agents: []simulate.Group{{ID: "g", Count: 7, Queues: []orchestrator.QueueID{"q"}}},
	}.WithDefaults()}
}

const long = 10_000

func start(t *testing.T, r *whatif.Runner, q whatif.Request) string {
	t.Helper()
	j, err := r.Start(q)
	if err != nil {
		t.Fatal(err)
	}
	return j.ID
}

// until waits for a state of a simulation.
func until(t *testing.T, r *whatif.Runner, id string, is func(whatif.Job) bool) whatif.Job {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		j, err := r.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		if is(j) {
			return j
		}
		if time.Now().After(deadline) {
			t.Fatalf("%+v", j)
		}
	}
}

func running(t *testing.T) (*whatif.Runner, *clock) {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	r := whatif.New(c.Now, nil, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- r.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return r, c
}

// One runs at a time; progress grows; a canceled one ends at once and the next begins; results are kept for an hour.
func TestOneAfterTheOther(t *testing.T) {
	r, c := running(t)
	first, second, third := start(t, r, day(long)), start(t, r, day(long)), start(t, r, day(3))
	before := until(t, r, first, func(j whatif.Job) bool { return j.Progress > 0 })
	until(t, r, first, func(j whatif.Job) bool { return j.Progress > before.Progress })
	if j, err := r.Get(second); err != nil || j.State != whatif.Waiting {
		t.Errorf("two at once: %+v %v", j, err)
	}
	for _, id := range []string{second, first} {
		if err := r.Cancel(id); err != nil {
			t.Fatal(err)
		}
	}
	until(t, r, first, func(j whatif.Job) bool { return j.State == whatif.Canceled })
	done := until(t, r, third, func(j whatif.Job) bool { return j.State == whatif.Done })
	if len(done.Reports) != 1 || done.Reports[0].Find(simulate.Total, "", "offered").Mean < 900 || done.Progress != 1 {
		t.Errorf("%+v", done)
	}
	if list := r.List(); len(list) != 3 || list[0].ID != third || list[0].Reports != nil || list[2].State != whatif.Canceled {
		t.Errorf("%+v", list)
	}
	c.pass(61 * time.Minute)
	var gone *orchestrator.Error
	if _, err := r.Get(third); !errors.As(err, &gone) || gone.Kind != orchestrator.NotFound {
		t.Errorf("after an hour: %v", err)
	}
}

// The line is short: whoever comes when it is full is told so, and what is said of the waiting stays.
func TestFull(t *testing.T) {
	r := whatif.New(time.Now, nil, slog.New(slog.DiscardHandler)) // nobody runs them
	var ids []string
	for range 8 {
		ids = append(ids, start(t, r, day(1)))
	}
	var full *orchestrator.Error
	if _, err := r.Start(day(1)); !errors.As(err, &full) || full.Kind != orchestrator.Limit {
		t.Errorf("the ninth: %v", err)
	}
	if err := r.Cancel(ids[3]); err != nil {
		t.Fatal(err)
	}
	start(t, r, day(1))
	if err := r.Cancel("none"); err == nil {
		t.Error("what is not there was canceled")
	}
}

func TestWhatCannotBeRunFails(t *testing.T) {
	r, _ := running(t)
	q := day(2)
	other := day(3).Scenario
	q.Against = &other
	j := until(t, r, start(t, r, q), func(j whatif.Job) bool { return !j.Ended.IsZero() })
	if j.State != whatif.Failed || j.Why == "" {
		t.Errorf("%+v", j)
	}
}
