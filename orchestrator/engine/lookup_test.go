package engine_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tandem/adapters/memory"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/media"
)

const shop = `
flow: shop
numbers: ["7100"]
language: en
start: look
nodes:
  look: {lookup: "https://shop.example/{caller}", into: {tier: tier}, timeout: 2s, next: rank, otherwise: failed}
  rank: {when: [{if: 'tier == "gold"', go: gold}], otherwise: failed}
  gold: {announce: gold, next: bye}
  failed: {announce: failed, next: bye}
  bye: {hangup: over}
`

// service is a web service that answers after a while.
type service struct {
	mu     sync.Mutex
	asked  []string
	takes  time.Duration
	values map[string]string
}

func (s *service) Look(ctx context.Context, f flow.Find) (map[string]string, error) {
	s.mu.Lock()
	s.asked = append(s.asked, f.URL)
	takes, values := s.takes, s.values
	s.mu.Unlock()
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		return nil, errors.New("no answer in time")
	}
	if values == nil {
		return nil, errors.New("status 500")
	}
	return values, nil
}

// prompts lists what callers were told to hear, from the journal.
func prompts(t *testing.T, store *memory.Store) (out []string) {
	t.Helper()
	entries, err := store.Journal().Entries(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if x, ok := e.Fact.(fact.PromptBegun); ok {
			out = append(out, x.Prompts)
		}
	}
	return out
}

func TestLookUp(t *testing.T) {
	for _, c := range []struct {
		name    string
		service *service
		asked   int
		want    string
	}{
		{"answered", &service{takes: time.Second, values: map[string]string{"tier": "gold"}}, 1, "gold"},
		{"refused", &service{takes: time.Second}, 1, "failed"},
		{"too slow", &service{takes: time.Hour, values: map[string]string{"tier": "gold"}}, 1, "failed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, s := memory.New(time.Now), &sw{}
				stop := startWith(t, store, s, c.service)
				s.tell(media.Event{Kind: media.Arrived, Legs: []media.Leg{{ID: "c1", To: "7100", From: "5550100"}}})
				time.Sleep(3 * time.Second)
				synctest.Wait()
				if have := prompts(t, store); !slices.Equal(have, []string{"prompt:en/" + c.want}) {
					t.Errorf("the caller hears %q", have)
				}
				if len(c.service.asked) != c.asked || c.service.asked[0] != "https://shop.example/5550100" {
					t.Errorf("asked %q", c.service.asked)
				}
				stop()
			})
		})
	}
}

// A look-up that was under way when the program ended is begun again by the next one.
func TestLookUpAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, s := memory.New(time.Now), &sw{}
		web := &service{takes: time.Second, values: map[string]string{"tier": "gold"}}
		stop := startWith(t, store, s, web)
		s.tell(media.Event{Kind: media.Arrived, Legs: []media.Leg{{ID: "c1", To: "7100", From: "5550100"}}})
		synctest.Wait()
		stop()
		again := &sw{legs: []media.Leg{{ID: "c1", To: "7100"}}}
		stop = startWith(t, store, again, web)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if have := prompts(t, store); !slices.Equal(have, []string{"prompt:en/gold"}) || len(web.asked) != 2 {
			t.Errorf("asked %q; the caller hears %q", web.asked, have)
		}
		stop()
	})
}

func startWith(t *testing.T, store *memory.Store, s *sw, l engine.Looker) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	e := engine.New(engine.Config{Journal: store.Journal(), Switches: map[string]media.Switch{"s": s}, Looker: l, Log: slog.New(slog.DiscardHandler)})
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	synctest.Wait()
	do(t, e, floor.PublishFlow{File: "shop.yaml", Text: strings.TrimSpace(shop)})
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}
