package floor

import (
	"reflect"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/routing"
)

// capacityOf is what a person carries at once, as the matcher takes it; nil is what centres begin with.
func capacityOf(c *fact.Capacity) routing.Capacity {
	if c == nil {
		return routing.Usual()
	}
	out := routing.Capacity{Total: c.Total}
	for m := range routing.Medias {
		out.Slots[m] = c.Slots[m.String()]
		for o := range routing.Medias {
			for _, name := range c.During[m.String()] {
				if name == o.String() {
					out.During[m] |= routing.Set(o)
				}
			}
		}
	}
	return out
}

// Carries is what an agent carries at once, said in full.
func (a *Agent) Carries() fact.Capacity {
	c := capacityOf(a.Capacity)
	out := fact.Capacity{Slots: map[string]int{}, Total: c.Total, During: map[string][]string{}}
	for m := range routing.Medias {
		out.Slots[m.String()] = c.Slots[m]
		for o := range routing.Medias {
			if c.During[m].Has(o) {
				out.During[m.String()] = append(out.During[m.String()], o.String())
			}
		}
	}
	return out
}

// maxSlots is the most that one person may have in hand.
const maxSlots = 50

// loadAgent says how much an agent carries. What is in hand stays in hand.
func (f *Floor) loadAgent(c LoadAgent) error {
	a := f.Agents[c.Agent]
	if a == nil {
		return unknownAgent(c.Agent)
	}
	if err := checkLoad(c.Weight, c.Capacity); err != nil {
		return err
	}
	if a.Weight != c.Weight || !reflect.DeepEqual(a.Capacity, c.Capacity) {
		f.emit("", fact.AgentDefined{Agent: a.ID, Endpoint: a.Endpoint, Queues: a.Queues, Skills: a.Skills, Weight: c.Weight, Capacity: c.Capacity, Who: a.Who})
	}
	return nil
}

func checkLoad(weight int, c *fact.Capacity) error {
	if weight < 0 || weight > 100 {
		return invalid("weight: 1 to 100, or 0 for the usual one")
	}
	if c == nil {
		return nil
	}
	if c.Total < 0 || c.Total > maxSlots {
		return invalid("total: 0 to %d", maxSlots)
	}
	for name, n := range c.Slots {
		m, known := routing.MediaNamed(name)
		switch {
		case !known:
			return unknownMedia("slots", name)
		case m == routing.Voice && (n < 0 || n > 1):
			return invalid("slots: voice is 0 or 1: nobody can be in two calls")
		case n < 0 || n > maxSlots:
			return invalid("slots: %s is 0 to %d", name, maxSlots)
		}
	}
	for name, others := range c.During {
		if _, known := routing.MediaNamed(name); !known {
			return unknownMedia("during", name)
		}
		for _, other := range others {
			if _, known := routing.MediaNamed(other); !known {
				return unknownMedia("during", other)
			}
		}
	}
	return nil
}

func unknownMedia(field, name string) error {
	return invalid("%s: media class %q is not known; use voice, chat, message or mail", field, name)
}

// load is what a person has in hand, offers and after-call work included. A call past us keeps ears and mouth busy as one of ours does.
func (s *State) load(a *Agent) (load routing.Load) {
	for _, id := range a.Offers {
		load[s.Interactions[s.Offers[id].Interaction].Media()]++
	}
	if load[routing.Voice] == 0 && s.Phones[a.Endpoint] == orchestrator.HealthBusy {
		load[routing.Voice] = 1
	}
	return load
}

// open is what may be offered to an agent at a moment: available ∧ a slot free ∧ not cooling down, and calls only at a healthy phone.
func (s *State) open(a *Agent, now time.Time) routing.MediaSet {
	if a.Status != orchestrator.Available || a.NotResponding || now.Before(a.CoolUntil) {
		return 0
	}
	open := capacityOf(a.Capacity).Open(s.load(a))
	if s.Phones[a.Endpoint] != orchestrator.HealthRegistered {
		open &^= routing.Set(routing.Voice)
	}
	return open
}

// onPhone says whether an agent has an offer with a line of its own, be it that nothing but the end of the line is left of it.
func (s *State) onPhone(a *Agent) bool {
	for _, id := range a.Offers {
		if s.Offers[id].Leg != "" {
			return true
		}
	}
	return false
}

// inHand are the offers of chats, letters and messages that an agent has accepted and not completed. Calls end at the phone and
// after-call work by its time, but these end by the agent alone: who signs out with them keeps their customers waiting for ever.
func (s *State) inHand(a *Agent) (offers []string) {
	for _, id := range a.Offers {
		if o := s.Offers[id]; o.Leg == "" && o.State == orchestrator.OfferConnected {
			offers = append(offers, string(id))
		}
	}
	return offers
}

// toWrapUp is the offer that an agent means who ends after-call work without naming it: the oldest, or else what they have in hand.
func (s *State) toWrapUp(a *Agent) *Offer {
	for _, id := range a.Offers {
		if o := s.Offers[id]; o.State == orchestrator.OfferWrapping {
			return o
		}
	}
	if len(a.Offers) == 0 {
		return nil
	}
	return s.Offers[a.Offers[0]]
}
