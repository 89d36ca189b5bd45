package smpp_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/adapters/memory"
	"tandem/adapters/smpp"
	"tandem/adapters/smpp/fakesmsc"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/notify/notifytest"
)

const patience = 20 * time.Second

// ear is a listener that remembers, and refuses on demand.
type ear struct {
	mu       sync.Mutex
	refuses  bool
	changed  chan struct{}
	receipts []notify.Receipt
	texts    []notify.Text
}

func newEar() *ear { return &ear{changed: make(chan struct{})} }

func (e *ear) take(do func()) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.refuses {
		return errors.New("the database is away")
	}
	do()
	close(e.changed)
	e.changed = make(chan struct{})
	return nil
}

func (e *ear) Receipt(_ context.Context, r notify.Receipt) error {
	return e.take(func() { e.receipts = append(e.receipts, r) })
}

func (e *ear) Text(_ context.Context, x notify.Text) error {
	return e.take(func() { e.texts = append(e.texts, x) })
}

func (e *ear) refuse(yes bool) { e.mu.Lock(); e.refuses = yes; e.mu.Unlock() }

// until waits for a signal until something holds.
func (e *ear) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		e.mu.Lock()
		ok, changed := holds(), e.changed
		e.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-timer.C:
			t.Fatalf("in vain: %s", what)
		}
	}
}

// centre starts a message centre that ends with the test.
func centre(t *testing.T) *fakesmsc.Server {
	t.Helper()
	s, err := fakesmsc.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func config(name string, s *fakesmsc.Server) smpp.Config {
	return smpp.Config{Name: name, Address: s.Address(), SystemID: "tandem", Password: "secret", Source: "+4930123456", Answer: 15 * time.Second}
}

// start runs a route until the test ends.
func start(t *testing.T, c smpp.Config, listen notify.Listener) *smpp.Route {
	t.Helper()
	r, err := smpp.New(c, listen, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := r.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); wg.Wait() })
	return r
}

// up starts a route and waits until its line is bound.
func up(t *testing.T, c smpp.Config, listen notify.Listener) *smpp.Route {
	t.Helper()
	r := start(t, c, listen)
	eventually(t, "the route is up", r.Up)
	return r
}

// eventually waits for what has no signal of its own.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	timer, tick := time.NewTimer(patience), time.NewTicker(2*time.Millisecond)
	defer timer.Stop()
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-timer.C:
			t.Fatalf("in vain: %s", what)
		}
	}
}

func yes(int) bool { return true }

func text(id int64, to, s string) notify.SMS {
	return notify.SMS{ID: id, Key: fmt.Sprint("k", id), To: to, Text: s}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, long := range []string{"udh", "payload"} {
		t.Run(long, func(t *testing.T) {
			notifytest.Run(t, func(t *testing.T) notifytest.Rig {
				s := centre(t)
				c := config("a", s)
				c.Long = long
				r := up(t, c, newEar())
				set := func(m notifytest.Mood) {
					switch m {
					case notifytest.Well:
						s.Always(fakesmsc.Answer{})
					case notifytest.Refuses:
						s.Always(fakesmsc.Answer{Status: fakesmsc.NoSuchNumber})
					case notifytest.Busy:
						s.Always(fakesmsc.Answer{Status: fakesmsc.Throttled})
					case notifytest.Mute:
						s.Always(fakesmsc.Answer{Drop: true})
					case notifytest.Away:
						s.Drop()
						eventually(t, "the route is down", func() bool { return !r.Up() })
					}
				}
				rig := notifytest.Rig{Route: r, Phone: func(number string) []string { return s.Phone(strings.TrimPrefix(number, "+")) }}
				if long == "udh" { // The other way asks otherwise and hears the same.
					rig.Set = set
				}
				return rig
			})
		})
	}
}

// TestSubmitOctets holds one PDU against octets that were written by hand from SMPP 3.4, 4.4.1.
func TestSubmitOctets(t *testing.T) {
	t.Parallel()
	s := centre(t)
	r := up(t, config("a", s), newEar())
	if got := r.Send(t.Context(), text(66000, "+4915112345", "a€"), yes); got.Fate != notify.Taken || got.Refs[0] != "1" {
		t.Fatal(got)
	}
	if got := r.Send(t.Context(), text(300, "7726", strings.Repeat("服", 71)), yes); got.Fate != notify.Taken || len(got.Refs) != 2 {
		t.Fatal(got)
	}
	m := s.Taken()
	if m[0].FromType != 1 || m[0].From != "4930123456" || m[0].ToType != 1 || m[0].To != "4915112345" || m[0].Class != 0 || m[0].Coding != 0 ||
		m[0].RegisteredDelivery != 1 || string(m[0].Octets) != "a\x1be" || m[0].OurNumber != 66000-65536 {
		t.Errorf("the first is %+v", m[0])
	}
	if m[1].ToType != 0 || m[1].To != "7726" || m[1].Class != 0x40 || m[1].Coding != 8 || m[1].Ref != 300-256 || m[1].Total != 2 || len(m[1].Octets) != 134 ||
		m[2].Ref != m[1].Ref || m[2].Part != 2 {
		t.Errorf("the parts are %+v", m[1:])
	}
}

// A text that would be too long for anybody, and a number that is none, are refused before anything leaves.
func TestRefusedAtHome(t *testing.T) {
	t.Parallel()
	s := centre(t)
	r := up(t, config("a", s), newEar())
	never := func(int) bool { t.Error("it is about to leave"); return false }
	for _, m := range []notify.SMS{text(1, "+4915112345", strings.Repeat("x", 153*20+1)), text(2, "anonymous", "x"), text(3, "", "x"), text(4, "+49;drop", "x")} {
		if got := r.Send(t.Context(), m, never); got.Fate != notify.Refused || got.Why == "" {
			t.Errorf("%s: %+v", m.To, got)
		}
	}
}

// TestF50ReceiptBeforeAnswer: the receipt of a message comes before its answer, and a second one after; through the real store.
func TestF50ReceiptBeforeAnswer(t *testing.T) {
	t.Parallel()
	s := centre(t)
	store := memory.New(time.Now)
	reception := &notify.Reception{Inbox: store, Now: time.Now}
	r := up(t, config("a", s), reception)
	s.Script(fakesmsc.Answer{Before: func(s *fakesmsc.Server, m fakesmsc.Message) {
		for range 2 { // Not waited for: this goroutine reads the line.
			if err := s.Raw(fakesmsc.Receipt(m, "DELIVRD").PDU(90)); err != nil {
				t.Error(err)
			}
		}
	}})
	queue(t, store, "k1")
	send(t, store, r)
	eventually(t, "it is delivered", func() bool { return state(t, store, "k1").State == notify.Delivered })
	s.Script()
	queue(t, store, "k2")
	send(t, store, r)
	if m := state(t, store, "k2"); m.State != notify.Sent || len(m.Refs) != 1 {
		t.Errorf("after the answer: %+v", m)
	}
	if status, err := s.Deliver(fakesmsc.Receipt(s.Taken()[1], "UNDELIV")); err != nil || status != 0 {
		t.Fatal(status, err)
	}
	if m := state(t, store, "k2"); m.State != notify.Undelivered || m.Why != "UNDELIV 011" {
		t.Errorf("after the receipt: %+v", m)
	}
}

// queue puts a message into a store.
func queue(t *testing.T, store *memory.Store, key string) {
	t.Helper()
	err := store.KeepText(t.Context(), notify.Text{}, func(string) notify.Meaning {
		return notify.Meaning{Reply: notify.SMS{Key: key, To: "+4915112345", Text: "hello", Created: time.Now()}}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// send sends what is due.
func send(t *testing.T, store notify.Outbox, routes ...notify.Route) {
	t.Helper()
	s := notify.Sender{Outbox: store, Routes: routes, Log: slog.New(slog.DiscardHandler), Now: time.Now, Jitter: func() float64 { return 0 }}
	if _, err := s.Once(t.Context()); err != nil {
		t.Error(err)
	}
}

// state reads one message.
func state(t *testing.T, store *memory.Store, key string) notify.SMS {
	t.Helper()
	all, err := store.Messages(context.WithoutCancel(t.Context()), notify.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if m.Key == key {
			return m
		}
	}
	t.Fatalf("no message %s", key)
	return notify.SMS{}
}

// TestF50LineDroppedBeforeAnswer: the network took a message and the answer is lost. It is not sent again by any route, and the
// receipt settles it, found by our own number.
func TestF50LineDroppedBeforeAnswer(t *testing.T) {
	t.Parallel()
	s, other := centre(t), centre(t)
	store := memory.New(time.Now)
	reception := &notify.Reception{Inbox: store, Now: time.Now}
	r, second := up(t, config("a", s), reception), up(t, config("b", other), reception)
	s.Script(fakesmsc.Answer{Drop: true})
	queue(t, store, "k1")
	for range 3 {
		send(t, store, r, second)
	}
	if m := state(t, store, "k1"); m.State != notify.Unsure || m.Route != "a" {
		t.Errorf("after the line was dropped: %+v", m)
	}
	if !s.Until(patience, func() bool { return s.Binds() == 2 }) {
		t.Fatal("the line does not come back")
	}
	if status, err := s.Deliver(fakesmsc.Receipt(s.Taken()[0], "DELIVRD")); err != nil || status != 0 {
		t.Fatal(status, err)
	}
	if m := state(t, store, "k1"); m.State != notify.Delivered {
		t.Errorf("after the receipt: %+v", m)
	}
	if len(s.Taken()) != 1 || len(other.Taken()) != 0 {
		t.Errorf("taken %v and %v", s.Taken(), other.Taken())
	}
}

// TestF50LateAnswer: the answer comes when nobody waits for it any more; the message is sent after all, and its receipt finds it.
func TestF50LateAnswer(t *testing.T) {
	t.Parallel()
	s := centre(t)
	store := memory.New(time.Now)
	c := config("a", s)
	c.Answer = 50 * time.Millisecond
	r := up(t, c, &notify.Reception{Inbox: store, Now: time.Now})
	s.Script(fakesmsc.Answer{Delay: 300 * time.Millisecond})
	queue(t, store, "k1")
	send(t, store, r)
	if m := state(t, store, "k1"); m.State != notify.Unsure {
		t.Errorf("before the answer: %+v", m)
	}
	eventually(t, "it is sent after all", func() bool { return state(t, store, "k1").State == notify.Sent })
	if len(s.Taken()) != 1 {
		t.Errorf("taken %v", s.Taken())
	}
}
