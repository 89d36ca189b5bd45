package notify_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tandem/adapters/memory"
	"tandem/orchestrator/desk/notify"
)

// net is a route whose answers a test gives; it remembers what left.
type net struct {
	name    string
	down    bool
	repeats bool
	send    func(ctx context.Context, m notify.SMS) notify.Result // after leaving; nil takes everything
	mu      sync.Mutex
	left    []string // keys, in order
}

func (n *net) Name() string  { return n.name }
func (n *net) Up() bool      { n.mu.Lock(); defer n.mu.Unlock(); return !n.down }
func (n *net) Repeats() bool { return n.repeats }

func (n *net) set(down bool) { n.mu.Lock(); n.down = down; n.mu.Unlock() }

func (n *net) keys() []string { n.mu.Lock(); defer n.mu.Unlock(); return append([]string{}, n.left...) }

func (n *net) Send(ctx context.Context, m notify.SMS, leave notify.Leave) notify.Result {
	if !leave(1) {
		return notify.Result{Fate: notify.Kept}
	}
	n.mu.Lock()
	n.left = append(n.left, m.Key)
	n.mu.Unlock()
	if n.send == nil {
		return notify.Result{Fate: notify.Taken}
	}
	return n.send(ctx, m)
}

func always(f notify.Fate) func(context.Context, notify.SMS) notify.Result {
	return func(context.Context, notify.SMS) notify.Result { return notify.Result{Fate: f, Why: "because"} }
}

// house is an outbox in virtual time, with a sender that can be killed.
type house struct {
	*testing.T
	store *memory.Store
	notify.Sender
	ctx context.Context
}

// inHouse runs a test in virtual time.
func inHouse(t *testing.T, do func(h *house), routes ...notify.Route) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		h := &house{T: t, store: memory.New(time.Now), ctx: ctx}
		h.Sender = notify.Sender{Outbox: h.store, Routes: routes, Log: slog.New(slog.DiscardHandler), Now: time.Now, Jitter: func() float64 { return 1 }}
		do(h)
		cancel()
		synctest.Wait()
	})
}

// queue puts messages into the outbox: with the answer to a text, the shortest way there.
func (h *house) queue(class notify.Class, to string, keys ...string) {
	h.Helper()
	for _, k := range keys {
		err := h.store.KeepText(h.ctx, notify.Text{}, func(string) notify.Meaning {
			return notify.Meaning{Reply: notify.SMS{Key: k, Class: class, To: to, Text: "text", Created: time.Now()}}
		})
		if err != nil {
			h.Fatal(err)
		}
	}
}

// run runs the sender for a while; it is stopped in good order.
func (h *house) run(while time.Duration) {
	h.Helper()
	ctx, cancel := context.WithTimeout(h.ctx, while)
	defer cancel()
	if err := h.Sender.Run(ctx); err != nil {
		h.Error(err)
	}
}

// want checks the state of a message.
func (h *house) want(key string, state notify.State, why string) notify.SMS {
	h.Helper()
	list, err := h.store.Messages(h.ctx, notify.Filter{})
	if err != nil {
		h.Fatal(err)
	}
	for _, m := range list {
		if m.Key == key {
			if m.State != state || !strings.Contains(m.Why, why) {
				h.Errorf("message %s is %s (%q), want %s (%q)", key, m.State, m.Why, state, why)
			}
			return m
		}
	}
	h.Errorf("there is no message %s", key)
	return notify.SMS{}
}

func (n *net) wantLeft(t *testing.T, want ...string) {
	t.Helper()
	if got := n.keys(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("by route %s left %v, want %v", n.name, got, want)
	}
}
