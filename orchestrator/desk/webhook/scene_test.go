package webhook_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tandem/adapters/memory"
	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/webhook"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// other is the other systems: what answers is asked for each message, and what was taken is kept.
type other struct {
	answer func(m webhook.Message, event string) (int, time.Duration, error)

	mu    sync.Mutex
	all   []webhook.Message // every call
	taken []string          // "type subject" of those that were answered 200, in order
}

// Post implements webhook.Poster.
func (o *other) Post(_ context.Context, m webhook.Message) (int, time.Duration, error) {
	var e struct{ Type, Subject string }
	if err := json.Unmarshal(m.Body, &e); err != nil {
		return 0, 0, err
	}
	what := strings.TrimPrefix(e.Type, "tandem.") + " " + e.Subject
	status, wait, err := o.answer(m, what)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all = append(o.all, m)
	if err == nil && status == 200 {
		o.taken = append(o.taken, what)
	}
	return status, wait, err
}

// heard are all calls so far.
func (o *other) heard() []webhook.Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.all)
}

func (o *other) calls() int { return len(o.heard()) }

// took are the events that were taken so far.
func (o *other) took() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.taken)
}

func well(webhook.Message, string) (int, time.Duration, error) { return 200, 0, nil }

// scene is a journal in memory, the reactor of the webhooks, and a sender.
type scene struct {
	t     *testing.T
	store *memory.Store
	j     engine.Journal
	seq   int64
	other *other
}

// play runs a story in a bubble of virtual time.
func play(t *testing.T, tell func(s *scene)) {
	synctest.Test(t, func(t *testing.T) {
		s := &scene{t: t, store: memory.New(time.Now), other: &other{answer: well}}
		s.j = s.store.Journal()
		if _, err := s.j.Open(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() {
			err := s.store.Follow(ctx, "webhooks", func(ctx context.Context, tx desk.Tx, e fact.Entry) error { return webhook.React(ctx, tx, e) })
			if err != nil {
				t.Error(err)
			}
		})
		defer func() { stop(); group.Wait() }()
		tell(s)
	})
}

// sender runs a sender until the end of the story.
func (s *scene) sender(outbox webhook.Outbox) (stop func()) {
	sender := &webhook.Sender{
		Outbox: outbox, Lines: s.store, Tickets: s.store, Show: func(e fact.Entry) any { return []any{e.Fact, fact.PersonOf(e.Fact)} }, Poster: s.other, Cell: "bcdfg",
		Log: slog.New(slog.DiscardHandler), Now: time.Now, Jitter: func() float64 { return 0.5 }, Wake: s.store.Moved,
		Patience: 2 * time.Hour,
	}
	ctx, cancel := context.WithCancel(s.t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		if err := sender.Run(ctx); err != nil {
			s.t.Error(err)
		}
	})
	return func() { cancel(); group.Wait() }
}

func (s *scene) hook(id string, person bool) {
	s.t.Helper()
	_, _, err := s.store.PutHook(s.t.Context(), webhook.Hook{
		ID: id, URL: "https://" + id + ".example/in", Events: webhook.Types(), Person: person, State: webhook.Active, Secret: webhook.NewSecret(),
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// call writes a call that waits and gives up.
func (s *scene) call(id orchestrator.InteractionID) {
	s.t.Helper()
	s.writes(id,
		fact.InteractionArrived{Switch: "a", Leg: media.LegID("l" + id), To: "7000", Queue: "sales", Who: fact.Person{Number: "+49301234", Name: "Kim"}},
		fact.ItemQueued{Queue: "sales", Since: time.Now()}, fact.ItemEnded{Queue: "sales", State: orchestrator.ItemAbandoned},
		fact.InteractionEnded{Why: media.CauseHangup},
	)
}

// writes puts facts about an interaction, or "" about the centre, into the journal.
func (s *scene) writes(about orchestrator.InteractionID, facts ...fact.Fact) {
	s.t.Helper()
	var lines []fact.Entry
	for _, f := range facts {
		s.seq++
		lines = append(lines, fact.Entry{Seq: s.seq, At: time.Now().UTC(), About: about, Fact: f})
	}
	if err := s.j.Append(s.t.Context(), lines); err != nil {
		s.t.Fatal(err)
	}
	synctest.Wait()
}

// after lets time pass.
func (s *scene) after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (s *scene) hookNow(id string) webhook.Hook {
	s.t.Helper()
	h, err := s.store.Hook(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

var whole = []string{"interaction_arrived", "item_queued", "item_ended", "interaction_ended"}

// ordered says whether what was taken of an interaction is a call in its order, each event once.
func (s *scene) ordered(id string) {
	s.t.Helper()
	var have []string
	for _, what := range s.other.took() {
		if event, about, _ := strings.Cut(what, " "); about == id {
			have = append(have, event)
		}
	}
	if !slices.Equal(have, whole) {
		s.t.Errorf("of %s it took %q", id, have)
	}
}
