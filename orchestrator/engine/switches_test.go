package engine_test

import (
	"context"
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

// pair are two switches: a, whose calls the tests look at, and b, which can hang and whose line can go.
type pair struct {
	a *sw
	b *mate
}

// mate is a switch that can hang, and whose phones and line the test plays.
type mate struct {
	sw
	mu     sync.Mutex
	hangs  bool
	phones []string
}

func (m *mate) Do(ctx context.Context, wants map[media.LegID]media.Want) error {
	m.mu.Lock()
	hangs := m.hangs
	m.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	return m.sw.Do(ctx, wants)
}

func (m *mate) Phones(ctx context.Context, endpoints []string) error {
	m.mu.Lock()
	m.phones = slices.Clone(endpoints)
	m.mu.Unlock()
	return m.sw.Phones(ctx, endpoints)
}

// both starts an engine over a pair, with Ann's phone on a and Bob's on b.
func both(t *testing.T, run func(t *testing.T, e *engine.Engine, p pair)) {
	synctest.Test(t, func(t *testing.T) {
		p := pair{&sw{}, &mate{}}
		ctx, cancel := context.WithCancel(t.Context())
		e := engine.New(engine.Config{
			Journal: memory.New(time.Now).Journal(), Switches: map[string]media.Switch{"a": p.a, "b": p.b}, Log: slog.New(slog.DiscardHandler),
			Floor: func(cell string) floor.Config {
				c := floor.Defaults(cell)
				c.Switches = []string{"a", "b"}
				return c
			},
		})
		done := make(chan error, 1)
		go func() { done <- e.Run(ctx) }()
		synctest.Wait()
		do(t, e, floor.DefineQueue{Queue: "support", Name: "Support", Number: "7000", Music: "default", RingFor: 20 * time.Second})
		for name, on := range map[string]string{"ann": "a", "bob": "b"} {
			do(t, e, floor.DefineAgent{
				Agent: orchestrator.AgentID(name), Endpoint: name, Switch: on, Queues: []orchestrator.QueueID{"support"}, Who: fact.Person{Name: name},
			})
		}
		synctest.Wait()
		run(t, e, p)
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

// told are the wants of a kind that a switch was told.
func (s *sw) told(kind string) (out []string) {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, line := range s.said {
		if strings.HasSuffix(line, " "+kind) {
			out = append(out, line)
		}
	}
	return out
}

// A switch that has never connected is told as away, and keeps nobody else waiting.
func TestASwitchThatNeverConnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		a := &sw{}
		e := engine.New(engine.Config{
			Journal: memory.New(time.Now).Journal(), Log: slog.New(slog.DiscardHandler),
			Switches: map[string]media.Switch{"a": a, "b": &sw{delay: 1000 * time.Hour}},
		})
		done := make(chan error, 1)
		go func() { done <- e.Run(ctx) }()
		synctest.Wait()
		if up, told := e.Status().Switches["b"]; up || !told {
			t.Errorf("b is up: %v, told: %v", up, told)
		}
		centre(t, e)
		a.tell(arrival("a1"))
		if told := a.told("Music"); len(told) != 1 {
			t.Errorf("a was told %q", told)
		}
		cancel()
		<-done
	})
}

// Each switch is asked for its own phones only.
func TestEachSwitchTellsOfItsOwnPhones(t *testing.T) {
	both(t, func(t *testing.T, _ *engine.Engine, p pair) {
		p.b.mu.Lock()
		defer p.b.mu.Unlock()
		if !slices.Equal(p.b.phones, []string{"bob"}) {
			t.Errorf("b was asked for %q", p.b.phones)
		}
	})
}

// A switch that hangs on every order, with hundreds of calls of its own, keeps no call of the other waiting for a moment.
func TestASwitchThatHangsHoldsUpNobodyElse(t *testing.T) {
	both(t, func(t *testing.T, e *engine.Engine, p pair) {
		p.b.mu.Lock()
		p.b.hangs = true
		p.b.mu.Unlock()
		for n := range 300 {
			p.b.tell(arrival(media.LegID(fmt.Sprintf("b%d", n))))
		}
		time.Sleep(time.Second)
		p.a.tell(arrival("a1"))
		synctest.Wait()
		began := time.Now()
		if told := p.a.told("Music"); len(told) != 1 || !strings.Contains(told[0], " a1 ") {
			t.Errorf("a was told %q", told)
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("it took %s", took)
		}
		if st := e.Status(); !st.Switches["a"] || !st.Switches["b"] {
			t.Errorf("status %+v", st.Switches)
		}
	})
}

// The line to one is lost: its phone is not offered, the other's callers and phones are served, and what is said to it waits for its Up.
func TestTheOtherGoesOn(t *testing.T) {
	both(t, func(t *testing.T, e *engine.Engine, p pair) {
		p.b.tell(media.Event{Kind: media.Down})
		synctest.Wait()
		if st := e.Status(); !st.Switches["a"] || st.Switches["b"] {
			t.Fatalf("status %+v", st.Switches)
		}
		do(t, e, floor.SetStatus{Agent: "bob", Status: orchestrator.Available})
		p.a.tell(arrival("a1"))
		if dials := p.a.told("Dial"); len(dials) != 0 {
			t.Fatalf("a phone on a switch that is away was dialled: %q", dials)
		}
		do(t, e, floor.SetStatus{Agent: "ann", Status: orchestrator.Available})
		if dials := p.a.told("Dial"); len(dials) != 1 {
			t.Fatalf("a dialled %q", dials)
		}
		p.a.tell(arrival("a2"))
		p.b.tell(media.Event{Kind: media.Up, Text: "boot"}) // and tells of its phones
		if dials := p.a.told("Dial"); len(dials) != 2 {
			t.Errorf("after b was back, a dialled %q", dials)
		}
		if dials := p.b.told("Dial"); len(dials) != 0 {
			t.Errorf("b was told to dial for a's caller: %q", dials)
		}
	})
}
