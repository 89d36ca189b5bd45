package routing

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tandem/orchestrator"
)

type queueID = orchestrator.QueueID

func TestCapacity(t *testing.T) {
	c := Usual()
	for _, x := range []struct {
		load Load
		open MediaSet
	}{
		{Load{}, Set(Voice, Chat, Message, Mail)},
		{Load{Voice: 1}, 0}, // a call is alone
		{Load{Chat: 1}, Set(Chat, Message)},
		{Load{Chat: 3}, Set(Message)},
		{Load{Mail: 1}, Set(Voice, Chat, Message, Mail)},
		{Load{Mail: 2}, Set(Voice, Chat, Message)},
		{Load{Chat: 2, Message: 4}, 0}, // six in all
	} {
		if open := c.Open(x.load); open != x.open {
			t.Errorf("with %v in hand %04b is open, want %04b", x.load, open, x.open)
		}
	}
}

// inHand is an item that somebody has.
type inHand struct {
	who   orchestrator.AgentID
	media Media
}

// shift is an owner of a pool as the floor is one: it keeps what people have in hand.
type shift struct {
	pool     Pool
	capacity Capacity
	load     map[orchestrator.AgentID]Load
	hands    map[orchestrator.InteractionID]inHand
	waits    map[orchestrator.InteractionID]Item
	made     int
}

func (s *shift) free(id orchestrator.AgentID) {
	if open := s.capacity.Open(s.load[id]); open != 0 {
		s.pool.Free(Agent{ID: id, Queues: []queueID{"q"}, Open: open, Idle: t0})
	} else {
		s.pool.Busy(id)
	}
}

// carryOut assigns everything and holds each assignment against what must never happen.
func (s *shift) carryOut(t *rapid.T) {
	last := map[Media]time.Time{}
	for {
		it, a, ok := s.pool.Next()
		if !ok {
			break
		}
		if _, waits := s.waits[it.ID]; !waits {
			t.Fatalf("%s is assigned and does not wait", it.ID)
		}
		if it.Since.Before(last[it.Media]) {
			t.Fatalf("%s of %s goes after one of %s", it.ID, it.Since, last[it.Media])
		}
		last[it.Media] = it.Since
		delete(s.waits, it.ID)
		s.hands[it.ID] = inHand{a.ID, it.Media}
		load := s.load[a.ID]
		load[it.Media]++
		s.load[a.ID] = load
		total := 0
		for m := range Medias {
			if total += load[m]; load[m] > s.capacity.Slots[m] {
				t.Fatalf("%s has %d of %s in hand", a.ID, load[m], m)
			}
		}
		if total > s.capacity.Total || load[Voice] > 0 && load[Chat] > 0 {
			t.Fatalf("%s has %v in hand", a.ID, load)
		}
		s.pool.Leave(it.ID)
		s.free(a.ID)
	}
	for _, it := range s.waits { // work conserving
		for id, load := range s.load {
			if s.capacity.Open(load).Has(it.Media) {
				t.Fatalf("%s waits while %s could take it with %v in hand", it.ID, id, load)
			}
		}
	}
}

// Never over capacity, never one item twice, nobody waits while somebody could, no inversion inside a priority.
func TestCapacityIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := shift{capacity: Usual(), load: map[orchestrator.AgentID]Load{}, hands: map[orchestrator.InteractionID]inHand{}, waits: map[orchestrator.InteractionID]Item{}}
		for i := range rapid.IntRange(1, 4).Draw(t, "people") {
			id := orchestrator.AgentID(fmt.Sprint("a", i))
			s.load[id] = Load{}
			s.free(id)
		}
		for range rapid.IntRange(1, 60).Draw(t, "turns") {
			if rapid.Bool().Draw(t, "arrives") {
				s.made++
				it := Item{ID: orchestrator.InteractionID(fmt.Sprint("i", s.made)), Queue: "q", Since: at(s.made), Media: Media(rapid.IntRange(0, int(Medias)-1).Draw(t, "media"))}
				s.waits[it.ID] = it
				s.pool.Wait(it)
			} else if id := orchestrator.InteractionID(fmt.Sprint("i", rapid.IntRange(1, max(1, s.made)).Draw(t, "ends"))); s.hands[id].who != "" {
				h := s.hands[id]
				load := s.load[h.who]
				load[h.media]--
				s.load[h.who] = load
				delete(s.hands, id)
				s.free(h.who)
			}
			s.carryOut(t)
		}
	})
}
