package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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

// sw is a switch that writes down what it is told, and when.
type sw struct {
	mu    sync.Mutex
	tell  func(media.Event)
	legs  []media.Leg
	said  []string
	delay time.Duration // until the first Up
}

func (s *sw) Do(_ context.Context, wants map[media.LegID]media.Want) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for leg, w := range wants {
		s.said = append(s.said, fmt.Sprintf("%s %s %s", time.Now().Format("04:05"), leg, strings.TrimPrefix(fmt.Sprintf("%T", w.Base), "media.")))
	}
	return nil
}

func (s *sw) Watch(ctx context.Context, tell func(media.Event)) error {
	select {
	case <-time.After(s.delay):
	case <-ctx.Done():
		return nil
	}
	s.mu.Lock()
	s.tell = tell
	legs := slices.Clone(s.legs)
	s.mu.Unlock()
	tell(media.Event{Kind: media.Up, Text: "boot", Legs: legs})
	<-ctx.Done()
	return nil
}

func (s *sw) Phones(_ context.Context, endpoints []string) error {
	for _, e := range endpoints {
		s.tell(media.Event{Kind: media.Phone, Text: e, Why: media.PhoneRegistered})
	}
	return nil
}

func (s *sw) lives(legs ...media.Leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.legs = legs
}

func (s *sw) heard(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.said, want) {
		t.Fatalf("the switch was told\n%q, want\n%q", s.said, want)
	}
}

// flaky is a journal that can refuse.
type flaky struct {
	engine.Journal
	refuse func() error
}

func (j *flaky) Append(ctx context.Context, entries []fact.Entry) error {
	if err := j.refuse(); err != nil {
		return err
	}
	return j.Journal.Append(ctx, entries)
}

func start(t *testing.T, j engine.Journal, s *sw) (*engine.Engine, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	e := engine.New(engine.Config{
		Journal: j, Switches: map[string]media.Switch{"s": s}, Log: slog.New(slog.DiscardHandler), Checkpoint: time.Minute,
	})
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	synctest.Wait()
	return e, func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, engine.ErrFenced) {
			t.Errorf("Run: %v", err)
		}
	}
}

func do(t *testing.T, e *engine.Engine, commands ...any) {
	t.Helper()
	for _, c := range commands {
		if _, err := e.Do(t.Context(), floor.Command{Do: c}); err != nil {
			t.Fatal(err)
		}
	}
}

func centre(t *testing.T, e *engine.Engine) {
	t.Helper()
	do(t, e,
		floor.DefineQueue{Queue: "support", Name: "Support", Number: "7000", Music: "default", RingFor: 20 * time.Second},
		floor.DefineAgent{Agent: "ann", Endpoint: "ann", Queues: []orchestrator.QueueID{"support"}, Who: fact.Person{Name: "Ann"}},
		floor.DefineAgent{Agent: "bob", Endpoint: "bob", Queues: []orchestrator.QueueID{"support"}, Who: fact.Person{Name: "Bob"}},
	)
	synctest.Wait()
}

func arrival(id media.LegID) media.Event {
	return media.Event{Kind: media.Arrived, Legs: []media.Leg{{ID: id, To: "7000", From: "5550100"}}}
}

// A phone that nobody answers stops ringing after 20 s and the next one rings, in virtual time.
func TestTheNextPhoneRings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sw{}
		e, stop := start(t, memory.New(time.Now).Journal(), s)
		centre(t, e)
		do(t, e, floor.SetStatus{Agent: "ann", Status: orchestrator.Available})
		time.Sleep(time.Second)
		do(t, e, floor.SetStatus{Agent: "bob", Status: orchestrator.Available})
		s.tell(arrival("c1"))
		time.Sleep(time.Second)
		first := s.newest()
		time.Sleep(20 * time.Second)
		synctest.Wait()
		second := s.newest()
		if first == second || !slices.Contains(s.said, "00:01 "+first+" Dial") || !slices.Contains(s.said, "00:21 "+second+" Dial") || !slices.Contains(s.said, "00:21 "+first+" Drop") {
			t.Fatalf("told %q", s.said)
		}
		stop()
	})
}

func (s *sw) newest() string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range slices.Backward(s.said) {
		if w := strings.Fields(line); w[2] == "Dial" {
			return w[1]
		}
	}
	return ""
}

// After a restart nothing is said before the first Up, and a phone that was answered meanwhile is joined.
func TestNothingIsSaidBeforeUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memory.New(time.Now)
		s := &sw{}
		e, stop := start(t, store.Journal(), s)
		centre(t, e)
		do(t, e, floor.SetStatus{Agent: "ann", Status: orchestrator.Available})
		s.tell(arrival("c1"))
		leg := media.LegID(s.newest())
		stop()

		again := &sw{delay: 2 * time.Second, legs: []media.Leg{
			{ID: "c1", To: "7000"}, {ID: leg, Stamp: "x", Answered: time.Now()},
		}}
		_, stop = start(t, store.Journal(), again)
		time.Sleep(time.Second)
		again.heard(t)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		slices.Sort(again.said)
		want := []string{fmt.Sprintf("00:02 %s Join", leg), "00:02 c1 Join"}
		slices.Sort(want)
		again.heard(t, want...)
		stop()
	})
}

// When the journal refuses, nothing is said, the client is told, and the engine begins again from what was written.
func TestNothingIsSaidThatIsNotWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var away atomic.Bool
		j := &flaky{memory.New(time.Now).Journal(), func() error {
			if away.Load() {
				return errors.New("database away")
			}
			return nil
		}}
		s := &sw{}
		e, stop := start(t, j, s)
		centre(t, e)
		s.tell(arrival("c1"))
		synctest.Wait()
		s.lives(media.Leg{ID: "c1", To: "7000"})
		before := len(s.said)
		away.Store(true)
		_, err := e.Do(t.Context(), floor.Command{Do: floor.SetStatus{Agent: "ann", Status: orchestrator.Available}})
		if orchestrator.KindOf(err) != orchestrator.Unavailable {
			t.Fatalf("the client got %v", err)
		}
		synctest.Wait()
		if len(s.said) != before {
			t.Fatalf("said without being written: %q", s.said[before:])
		}
		if st := e.Status(); st.Running {
			t.Fatalf("still running: %+v", st)
		}
		away.Store(false)
		time.Sleep(2 * time.Second)
		do(t, e, floor.SetStatus{Agent: "ann", Status: orchestrator.Available})
		if s.newest() == "" {
			t.Fatalf("after the journal was back: %q", s.said)
		}
		stop()
	})
}

// A second program takes the cell over; the first one stops for good.
func TestTheOlderOneIsFenced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memory.New(time.Now)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		e := engine.New(engine.Config{Journal: store.Journal(), Switches: map[string]media.Switch{"s": &sw{}}, Log: slog.New(slog.DiscardHandler)})
		done := make(chan error, 1)
		go func() { done <- e.Run(ctx) }()
		synctest.Wait()
		centre(t, e)
		if _, err := store.Journal().Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := e.Do(t.Context(), floor.Command{Do: floor.SetStatus{Agent: "ann", Status: orchestrator.Available}}); err == nil {
			t.Error("a fenced engine carried out a command")
		}
		if err := <-done; !errors.Is(err, engine.ErrFenced) {
			t.Errorf("Run ended with %v", err)
		}
	})
}

// seeing is a journal that remembers which lines were asked for.
type seeing struct {
	engine.Journal
	least atomic.Int64
}

func (j *seeing) Entries(ctx context.Context, after int64, limit int) ([]fact.Entry, error) {
	j.least.Store(min(j.least.Load(), after))
	return j.Journal.Entries(ctx, after, limit)
}

// written is a floor as text.
func written(t *testing.T, f *floor.Floor) string {
	t.Helper()
	state, persons, err := f.Save()
	if err != nil {
		t.Fatal(err)
	}
	return string(state) + string(persons)
}

// A checkpoint and the tail after it give the same floor as the whole journal; one of another form is left alone.
func TestItStartsFromACheckpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := memory.New(time.Now)
		s := &sw{}
		e, stop := start(t, store.Journal(), s)
		centre(t, e)
		s.tell(arrival("c1"))
		time.Sleep(90 * time.Second) // one checkpoint
		do(t, e, floor.SetStatus{Agent: "ann", Status: orchestrator.Available})
		seq := e.Status().Seq
		stop()
		j := store.Journal()
		c, err := j.Newest(t.Context())
		if err != nil || c.Seq == 0 || c.Seq >= seq || c.Version == "" {
			t.Fatalf("checkpoint %q at %d of %d, %v", c.Version, c.Seq, seq, err)
		}
		saved, err := floor.Load(floor.Config{}, c.State, c.Persons)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := engine.Earlier(t.Context(), j, time.Now()); err != nil || back == nil || written(t, back) != written(t, saved) {
			t.Errorf("looking back from now: %v, %v", back, err)
		}
		if back, err := engine.Earlier(t.Context(), j, saved.At); err != nil || back != nil {
			t.Errorf("looking back from the moment of the checkpoint's own line: %v, %v", back, err)
		}
		whole := floor.New(floor.Config{})
		for _, f := range []*floor.Floor{saved, whole} {
			entries, err := j.Entries(t.Context(), f.Seq, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range entries {
				f.Apply(x)
			}
		}
		if have, want := written(t, saved), written(t, whole); have != want || saved.Seq != seq {
			t.Errorf("at line %d of %d the checkpoint and the tail give\n%s\nand the whole journal gives\n%s", saved.Seq, seq, have, want)
		}
		for _, version := range []string{c.Version, "0-another"} {
			c.Version = version
			if err := j.Save(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			asked := &seeing{Journal: store.Journal()}
			asked.least.Store(1 << 40)
			e, stop = start(t, asked, &sw{legs: []media.Leg{{ID: "c1", To: "7000"}}})
			synctest.Wait()
			if got := e.Status(); got.Seq < seq || !got.Running || !got.Switches["s"] {
				t.Fatalf("after the restart: %+v", got)
			}
			if from := asked.least.Load(); (from == c.Seq) != (version != "0-another") || version == "0-another" && from != 0 {
				t.Errorf("with a checkpoint %q at line %d the journal was read from %d on", version, c.Seq, from)
			}
			stop()
		}
	})
}

// The same key does a thing once; with another content it is a conflict.
func TestACommandHappensOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e, stop := start(t, memory.New(time.Now).Journal(), &sw{})
		centre(t, e)
		c := floor.Command{Key: "k", Hash: "h", Do: floor.SetStatus{Agent: "ann", Status: orchestrator.Available}}
		first, err := e.Do(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		second, err := e.Do(t.Context(), c)
		if err != nil || second != first {
			t.Errorf("again: %d, %v; the first time %d", second, err, first)
		}
		c.Hash = "other"
		if _, err := e.Do(t.Context(), c); orchestrator.KindOf(err) != orchestrator.Conflict {
			t.Errorf("another content: %v", err)
		}
		stop()
	})
}
