package storagetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// script writes a story into the journal, a second per line.
type script struct {
	t   *testing.T
	ctx context.Context // of the case
	j   engine.Journal
	seq int64
}

func newScript(ctx context.Context, t *testing.T, s Store) *script {
	return &script{t: t, ctx: ctx, j: opened(ctx, t, s)}
}

// tell writes facts about one interaction in one turn.
func (s *script) tell(about orchestrator.InteractionID, facts ...fact.Fact) {
	s.t.Helper()
	must(s.t, s.j.Append(s.ctx, numbered(s.seq, about, facts...)))
	s.seq += int64(len(facts))
}

// now is the time of the last line.
func (s *script) now() time.Time { return at(time.Duration(s.seq) * time.Second) }

// centre defines a queue with a ticket policy and two agents.
func (s *script) centre(policy fact.TicketPolicy) {
	s.t.Helper()
	q := queueDefined("sales")
	q.Tickets = policy
	s.tell("", q,
		fact.AgentDefined{Agent: "ann", Endpoint: "phone1", Queues: []orchestrator.QueueID{"sales"}, Who: fact.Person{Name: "Ann"}},
		fact.AgentDefined{Agent: "bob", Endpoint: "phone2", Queues: []orchestrator.QueueID{"sales"}},
		fact.PhoneChanged{Endpoint: "phone1", Health: orchestrator.HealthRegistered},
		fact.AgentStatusSet{Agent: "ann", Status: orchestrator.Available})
}

// queued lets a caller arrive and wait.
func (s *script) queued(id orchestrator.InteractionID, number string) {
	s.t.Helper()
	s.tell(id, fact.InteractionArrived{Switch: "ast1", Leg: media.LegID("leg-" + id), To: "7000", Queue: "sales",
		Who: fact.Person{Number: number, Name: "Caller " + string(id)}})
	s.tell(id, fact.ItemQueued{Queue: "sales", Since: s.now()})
}

// answered lets ann answer: the offer is o-id, the tape v-id.
func (s *script) answered(id orchestrator.InteractionID) {
	s.t.Helper()
	o := orchestrator.OfferID("o-" + id)
	s.tell(id, fact.OfferMade{Offer: o, Agent: "ann", Queue: "sales", Leg: media.LegID("leg-" + o), RingUntil: s.now().Add(20 * time.Second)},
		fact.OfferAlerting{Offer: o},
		fact.OfferConnected{Offer: o, Agent: "ann", Queue: "sales", Room: "r1", Tape: media.TapeID("v-" + id), Wait: 3 * time.Second})
}

// hungUp lets the talk end.
func (s *script) hungUp(id orchestrator.InteractionID) {
	s.t.Helper()
	s.tell(id, fact.TalkEnded{Offer: orchestrator.OfferID("o-" + id), Agent: "ann", By: fact.ByCustomer, Tape: media.TapeID("v-" + id),
		Talk: time.Minute, WrapUntil: s.now().Add(time.Minute)},
		fact.InteractionEnded{Why: media.CauseHangup})
}

// wrapped lets ann end the after-call work.
func (s *script) wrapped(id orchestrator.InteractionID, disposition, notes string) {
	s.t.Helper()
	s.tell(id, fact.LegGone{Offer: orchestrator.OfferID("o-" + id), Leg: "x", Why: media.CauseHangup},
		fact.WrapUpEnded{Offer: orchestrator.OfferID("o-" + id), Agent: "ann", Disposition: disposition, Wrap: time.Second, Who: fact.Person{Text: notes}},
		fact.ItemEnded{Queue: "sales", State: orchestrator.ItemDone, Reason: disposition, Wait: 3 * time.Second, Agent: "ann"})
}

// call is a whole answered call.
func (s *script) call(id orchestrator.InteractionID, number string) {
	s.t.Helper()
	s.queued(id, number)
	s.answered(id)
	s.hungUp(id)
	s.wrapped(id, "sold", "wants two")
}

// abandon lets the caller give up while waiting.
func (s *script) abandon(id orchestrator.InteractionID) {
	s.t.Helper()
	s.tell(id, fact.ItemEnded{Queue: "sales", State: orchestrator.ItemAbandoned, Reason: "hangup", Wait: 7 * time.Second},
		fact.InteractionEnded{Why: media.CauseHangup})
}

// follow runs reactions until stop is called, which waits for their end. A reactor that stops by itself fails the case.
func follow(ctx context.Context, t *testing.T, s Store, reactions ...desk.Reaction) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for _, r := range reactions {
		wg.Go(func() {
			if err := s.Follow(ctx, r.Name, r.React); err != nil {
				t.Errorf("the reactor %s has ended: %v", r.Name, err)
			}
		})
	}
	stop = func() { cancel(); wg.Wait() }
	t.Cleanup(stop)
	return stop
}

// settle runs all reactions until they have seen the whole journal.
func (s *script) settle(store Store) {
	s.t.Helper()
	stop := follow(s.ctx, s.t, store, desk.Reactions()...)
	defer stop()
	s.seen(store)
}

// seen waits until every reaction, each at work in some goroutine, has committed the last line.
func (s *script) seen(store Store) {
	s.t.Helper()
	for _, r := range desk.Reactions() {
		eventually(s.ctx, s.t, "the reactor "+r.Name+" sees the whole journal", func() bool {
			seq, err := store.Cursor(s.ctx, r.Name)
			return err == nil && seq == s.seq
		})
	}
}
