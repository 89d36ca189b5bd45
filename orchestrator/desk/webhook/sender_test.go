package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/webhook"
	"tandem/orchestrator/fact"
)

func TestSigned(t *testing.T) {
	play(t, func(s *scene) {
		s.hook("crm", false)
		first := s.hookNow("crm").Secret
		second := webhook.NewSecret()
		if _, err := s.store.RotateHook(t.Context(), "crm", second, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		defer s.sender(s.store)()
		s.call("i1")
		s.after(2 * time.Hour)
		s.call("i2")
		s.after(time.Minute)
		s.ordered("i1")
		m := s.other.heard()[0]
		var e map[string]any
		if err := json.Unmarshal(m.Body, &e); err != nil {
			t.Fatal(err)
		}
		delete(e, "data")
		delete(e, "time")
		if have := fmt.Sprint(e); have != "map[datacontenttype:application/json id:bcdfg-1 source:/tandem/bcdfg specversion:1.0 subject:i1 type:tandem.interaction_arrived]" {
			t.Errorf("the event is %s", have)
		}
		if m.URL != "https://crm.example/in" || m.Header.Get("Content-Type") != "application/cloudevents+json; charset=utf-8" {
			t.Errorf("it goes to %s with %v", m.URL, m.Header)
		}
		if have, want := m.Header.Get("Webhook-Signature"), signature(t, m, second)+" "+signature(t, m, first); have != want {
			t.Errorf("while both secrets hold it is signed %q, want %q", have, want)
		}
		last := s.other.heard()[len(s.other.heard())-1]
		if have, want := last.Header.Get("Webhook-Signature"), signature(t, last, second); have != want {
			t.Errorf("after that it is signed %q, want %q", have, want)
		}
		for _, m := range s.other.heard() {
			if strings.Contains(string(m.Body), "49301234") || strings.Contains(string(m.Body), "Kim") {
				t.Errorf("a person is told: %s", m.Body)
			}
		}
	})
}

// signature computes one as a receiver does.
func signature(t *testing.T, m webhook.Message, secret string) string {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) != 32 {
		t.Fatalf("the secret %q: %v", secret, err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(m.Header.Get("Webhook-Id") + "." + m.Header.Get("Webhook-Timestamp") + "." + string(m.Body)))
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// TestAwayForAnHour: F53. The hook is asked now and then only, and in the end has everything, in order.
func TestAwayForAnHour(t *testing.T) {
	play(t, func(s *scene) {
		s.hook("crm", false)
		s.hook("well", false)
		back := time.Now().Add(time.Hour)
		s.other.answer = func(m webhook.Message, _ string) (int, time.Duration, error) {
			if strings.Contains(m.URL, "crm") && time.Now().Before(back) {
				return 500, 0, nil
			}
			return 200, 0, nil
		}
		defer s.sender(s.store)()
		for i := range 20 {
			s.call(orchestrator.InteractionID(fmt.Sprintf("i%d", i)))
		}
		s.after(5 * time.Second)
		if n := len(s.other.took()); n != 80 {
			t.Errorf("the hook that is well has %d of 80 events", n)
		}
		calls := s.other.calls()
		s.after(50 * time.Minute)
		if n := s.other.calls() - calls; n < 8 || n > 30 {
			t.Errorf("in 50 minutes the hook that is away was asked %d times", n)
		}
		if h := s.hookNow("crm"); h.Failures < 8 || h.Failing.IsZero() || h.Why != "the answer was 500" {
			t.Errorf("it stands at %+v", h)
		}
		s.after(30 * time.Minute)
		s.other.taken = s.other.took()[80:]
		for i := range 20 {
			s.ordered(fmt.Sprintf("i%d", i))
		}
		if h := s.hookNow("crm"); h.Failures != 0 {
			t.Errorf("well again, it stands at %+v", h)
		}
	})
}

// TestAskedToWait: Retry-After is kept to.
func TestAskedToWait(t *testing.T) {
	play(t, func(s *scene) {
		s.hook("crm", false)
		s.other.answer = func(webhook.Message, string) (int, time.Duration, error) { return 429, 20 * time.Minute, nil }
		defer s.sender(s.store)()
		s.call("i1")
		s.after(19 * time.Minute)
		if n := s.other.calls(); n != 1 {
			t.Errorf("it was asked %d times", n)
		}
	})
}

// TestOneBadEvent: an event that the other side refuses, or stumbles over, holds up its own interaction alone.
func TestOneBadEvent(t *testing.T) {
	for _, status := range []int{400, 500} {
		play(t, func(s *scene) {
			s.hook("crm", false)
			s.other.answer = func(_ webhook.Message, what string) (int, time.Duration, error) {
				if what == "item_queued i1" {
					return status, 0, nil
				}
				return 200, 0, nil
			}
			defer s.sender(s.store)()
			for _, id := range []orchestrator.InteractionID{"i0", "i1", "i2"} {
				s.call(id)
			}
			s.after(time.Minute)
			s.ordered("i0")
			s.ordered("i2")
			if slices.Contains(s.other.took(), "item_ended i1") {
				t.Errorf("%d: what came after was told before", status)
			}
			s.after(2*time.Hour + 30*time.Minute)
			if !slices.Contains(s.other.took(), "item_ended i1") {
				t.Errorf("%d: what came after a dead letter was not told", status)
			}
			dead, err := s.store.DeadDeliveries(t.Context(), "crm", 0, 9)
			if err != nil || len(dead) != 1 || dead[0].Event.Type != "item_queued" || dead[0].Why != fmt.Sprintf("the answer was %d", status) {
				t.Errorf("%d: the dead letters are %+v, %v", status, dead, err)
			}
		})
	}
}

// TestSlowHook: one that does not answer holds up no other.
func TestSlowHook(t *testing.T) {
	play(t, func(s *scene) {
		s.hook("slow", false)
		s.hook("well", false)
		s.other.answer = func(m webhook.Message, _ string) (int, time.Duration, error) {
			if strings.Contains(m.URL, "slow") {
				time.Sleep(9 * time.Second)
			}
			return 200, 0, nil
		}
		defer s.sender(s.store)()
		s.call("i1")
		s.after(2 * time.Second)
		if n := len(s.other.took()); n != 4 {
			t.Errorf("beside a slow one, %d of 4 were taken", n)
		}
		s.after(time.Minute)
	})
}

// forgetful loses what it is told at first, as a program does that is killed between the answer and the note.
type forgetful struct {
	webhook.Outbox
	mu   sync.Mutex
	lose int
}

func (f *forgetful) ArrivedDelivery(ctx context.Context, d webhook.Delivery) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lose--; f.lose >= 0 {
		return errors.New("killed")
	}
	return f.Outbox.ArrivedDelivery(ctx, d)
}

// TestKilledBeforeTheNote: what was taken and not noted leaves again under the same id, and before what follows.
func TestKilledBeforeTheNote(t *testing.T) {
	play(t, func(s *scene) {
		s.hook("crm", false)
		defer s.sender(&forgetful{Outbox: s.store, lose: 1})()
		s.call("i1")
		s.after(5 * time.Minute)
		want := append([]string{"interaction_arrived i1"}, "interaction_arrived i1", "item_queued i1", "item_ended i1", "interaction_ended i1")
		if !slices.Equal(s.other.took(), want) {
			t.Errorf("it took %q", s.other.took())
		}
		if a, b := s.other.heard()[0].Header.Get("Webhook-Id"), s.other.heard()[1].Header.Get("Webhook-Id"); a != b {
			t.Errorf("the repetition is %q, the first was %q", b, a)
		}
	})
}

// TestErasedInTheGrave: who was erased is in no dead letter that is sent again.
func TestErasedInTheGrave(t *testing.T) {
	play(t, func(s *scene) {
		s.hook("crm", true)
		s.other.answer = func(webhook.Message, string) (int, time.Duration, error) { return 0, 0, errors.New("away") }
		defer s.sender(s.store)()
		s.call("i1")
		s.after(4 * time.Hour)
		dead, err := s.store.DeadDeliveries(t.Context(), "crm", 0, 9)
		if err != nil || len(dead) != 4 {
			t.Fatalf("%d dead letters: %v", len(dead), err)
		}
		s.other.answer = well
		s.call("i2")
		s.after(10 * time.Minute)
		if last := s.other.heard()[s.other.calls()-4]; !strings.Contains(string(last.Body), "Kim") {
			t.Errorf("who asked for persons is told none: %s", last.Body)
		}
		if _, err := s.store.Erase(t.Context(), "+49301234"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.store.ResendDeliveries(t.Context(), "crm", nil); err != nil {
			t.Fatal(err)
		}
		calls := s.other.calls()
		s.after(10 * time.Minute)
		s.ordered("i1")
		for _, m := range s.other.heard()[calls:] {
			if strings.Contains(string(m.Body), "49301234") || strings.Contains(string(m.Body), "Kim") {
				t.Errorf("who was erased is told: %s", m.Body)
			}
		}
	})
}

// TestOneBadEventOfTheCentre: an agent's event that the other side refuses holds up that agent alone, and neither others nor queues.
func TestOneBadEventOfTheCentre(t *testing.T) {
	play(t, func(s *scene) {
		s.hook("crm", false)
		s.other.answer = func(_ webhook.Message, what string) (int, time.Duration, error) {
			if what == "agent_status_set agent/ann" {
				return 422, 0, nil
			}
			return 200, 0, nil
		}
		defer s.sender(s.store)()
		s.writes("",
			fact.AgentStatusSet{Agent: "ann", Status: orchestrator.Available}, fact.AgentStatusSet{Agent: "bob", Status: orchestrator.Available},
			fact.QueueDefined{Queue: "sales", Name: "Sales"}, fact.FlowPublished{Flow: "main"}, fact.RulesPublished{Table: "parcels"},
			fact.AgentDefined{Agent: "ann"},
		)
		s.after(time.Minute)
		want := []string{"agent_status_set agent/bob", "flow_published flow/main", "queue_defined queue/sales", "rules_published decision/parcels"}
		if have := slices.Sorted(slices.Values(s.other.took())); !slices.Equal(have, want) {
			t.Errorf("taken were %q", have)
		}
	})
}

func TestTypesAreThere(t *testing.T) {
	for _, e := range webhook.Types() {
		if !slices.Contains(fact.Kinds(), e) && e != webhook.TicketOpened && e != webhook.TicketChanged {
			t.Errorf("nothing is called %s", e)
		}
	}
}
