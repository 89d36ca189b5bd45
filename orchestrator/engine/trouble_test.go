package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tandem/adapters/memory"
	"tandem/orchestrator"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/media"
)

// gated is a journal whose writes can be held up.
type gated struct {
	engine.Journal
	mu   sync.Mutex
	gate chan struct{}
}

func (j *gated) Append(ctx context.Context, entries []fact.Entry) error {
	j.mu.Lock()
	gate := j.gate
	j.mu.Unlock()
	if gate != nil {
		<-gate // a dead line to the database does not obey a context either
	}
	return j.Journal.Append(ctx, entries)
}

func (j *gated) hold() (release func()) {
	j.mu.Lock()
	defer j.mu.Unlock()
	gate := make(chan struct{})
	j.gate = gate
	return func() {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.gate = nil
		close(gate)
	}
}

// The clock was set back by an hour before a restart: deadlines keep their length (F45).
func TestAClockSetBackDoesNotStopDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memory.New(time.Now)
		j := store.Journal()
		if _, err := j.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		ahead := fact.Entry{Seq: 1, At: time.Now().UTC().Add(time.Hour), Fact: fact.SwitchUp{Switch: "s", Boot: "boot"}}
		if err := j.Append(t.Context(), []fact.Entry{ahead}); err != nil {
			t.Fatal(err)
		}
		s := &sw{}
		e, stop := start(t, store.Journal(), s)
		centre(t, e)
		do(t, e, floor.SetStatus{Agent: "ann", Status: orchestrator.Available})
		s.tell(arrival("c1"))
		leg := s.newest()
		time.Sleep(21 * time.Second)
		synctest.Wait()
		if !s.was(leg, "Drop") {
			t.Errorf("the phone rings on; told %q", s.said)
		}
		stop()
	})
}

// was says whether a leg was ever told something.
func (s *sw) was(leg, what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.said, func(line string) bool { return strings.HasSuffix(line, " "+leg+" "+what) })
}

// A write that hangs is not hung with: the engine lets go of the switches, so that their fallback takes waiting callers, and says so.
func TestAWriteThatHangsIsLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &gated{Journal: memory.New(time.Now).Journal()}
		s := &sw{}
		e, stop := start(t, j, s)
		centre(t, e)
		release := j.hold()
		s.tell(arrival("c1"))
		time.Sleep(6 * time.Second)
		synctest.Wait()
		if st := e.Status(); !strings.Contains(st.Why, "did not answer") {
			t.Errorf("status %+v", st)
		}
		release()
		s.lives(media.Leg{ID: "c1", To: "7000"})
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if st := e.Status(); !st.Running {
			t.Errorf("after the database was back: %+v", st)
		}
		if !s.was("c1", "Music") {
			t.Errorf("the caller was not taken up again: %q", s.said)
		}
		stop()
	})
}

// The line flaps while an offer is being written: the Dial that goes out afterwards is of an offer that Up has ended; it is dropped.
func TestAFlappingLineLeavesNoGhost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &gated{Journal: memory.New(time.Now).Journal()}
		s := &sw{}
		e, stop := start(t, j, s)
		centre(t, e)
		s.tell(arrival("c1"))
		synctest.Wait()
		release := j.hold()
		go func() {
			_, _ = e.Do(t.Context(), floor.Command{Do: floor.SetStatus{Agent: "ann", Status: orchestrator.Available}})
		}()
		synctest.Wait()
		s.tell(media.Event{Kind: media.Down})
		s.tell(media.Event{Kind: media.Up, Text: "boot", Legs: []media.Leg{{ID: "c1", To: "7000"}}})
		release()
		leg := s.newest() // "" when the Dial was still waiting to be said: then nothing rings
		if leg != "" && !s.was(leg, "Drop") {
			t.Errorf("phone %q rings for nobody; told %q", leg, s.said)
		}
		if s.was("c1", "Drop") {
			t.Error("the caller was hung up on")
		}
		stop()
	})
}

// 600 callers are lost at once with their switch: one turn of many facts.
func TestASwitchDiesWithManyCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sw{}
		e, stop := start(t, memory.New(time.Now).Journal(), s)
		centre(t, e)
		for i := range 600 {
			s.tell(arrival(media.LegID(fmt.Sprintf("c%d", i))))
		}
		s.tell(media.Event{Kind: media.Up, Text: "boot again"})
		synctest.Wait()
		if st := e.Status(); !st.Running || st.Seq < 2400 {
			t.Errorf("status %+v", st)
		}
		stop()
	})
}

// unreadable is a journal with a fact from the future.
type unreadable struct{ engine.Journal }

func (unreadable) Entries(context.Context, int64, int) ([]fact.Entry, error) {
	return nil, errors.New("kind is not known")
}

// A program that cannot read the journal does not take the cell from one that can.
func TestWhoCannotReadDoesNotTakeOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memory.New(time.Now)
		e, stop := start(t, store.Journal(), &sw{})
		centre(t, e)
		older := engine.New(engine.Config{
			Journal: unreadable{store.Journal()}, Switches: map[string]media.Switch{"s": &sw{}}, Log: slog.New(slog.DiscardHandler),
		})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); _ = older.Run(ctx) }()
		time.Sleep(5 * time.Second)
		do(t, e, floor.SetStatus{Agent: "ann", Status: orchestrator.Available})
		cancel()
		<-ended
		stop()
	})
}

// A switch that is no longer configured never comes up: its calls have ended, its agents are free.
func TestARemovedSwitchHoldsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memory.New(time.Now)
		s := &sw{}
		e, stop := start(t, store.Journal(), s)
		centre(t, e)
		do(t, e, floor.SetStatus{Agent: "ann", Status: orchestrator.Available})
		s.tell(arrival("c1"))
		s.tell(media.Event{Kind: media.Answered, Leg: media.LegID(s.newest())})
		synctest.Wait()
		stop()

		other := &sw{}
		renamed := engine.New(engine.Config{Journal: store.Journal(), Switches: map[string]media.Switch{"t": other}, Log: slog.New(slog.DiscardHandler)})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); _ = renamed.Run(ctx) }()
		synctest.Wait()
		other.tell(arrival("c9"))
		time.Sleep(time.Second)
		if other.newest() == "" {
			t.Errorf("the agent is not free; told %q", other.said)
		}
		cancel()
		<-ended
	})
}

// lists is a switch whose first list of phones takes its time.
type lists struct {
	sw
	count int
	gate  chan struct{}
	last  []string
}

func (l *lists) Phones(_ context.Context, endpoints []string) error {
	l.mu.Lock()
	l.count++
	slow := l.count == 2
	l.mu.Unlock()
	if slow {
		<-l.gate
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = slices.Clone(endpoints)
	return nil
}

// Lists of phones do not overtake each other.
func TestTheLastListOfPhonesCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lists{gate: make(chan struct{})}
		ctx, cancel := context.WithCancel(t.Context())
		e := engine.New(engine.Config{Journal: memory.New(time.Now).Journal(), Switches: map[string]media.Switch{"s": l}, Log: slog.New(slog.DiscardHandler)})
		done := make(chan error, 1)
		go func() { done <- e.Run(ctx) }()
		synctest.Wait()
		centre(t, e)
		close(l.gate)
		synctest.Wait()
		if want := []string{"ann", "bob"}; !slices.Equal(l.last, want) {
			t.Errorf("the switch watches %v, want %v", l.last, want)
		}
		cancel()
		<-done
	})
}
