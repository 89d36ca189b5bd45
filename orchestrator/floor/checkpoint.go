package floor

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/routing"
	"tandem/orchestrator/rules"
)

// Forms are the types that a saved floor is made of: State, and the erasable half. Who keeps one writes down their form with it.
func Forms() []reflect.Type {
	return []reflect.Type{reflect.TypeFor[State](), reflect.TypeFor[persons]()}
}

// persons are the erasable parts of the state, kept apart from it.
type persons struct {
	Agents       map[orchestrator.AgentID]fact.Person       `json:"agents,omitempty"`
	Interactions map[orchestrator.InteractionID]fact.Person `json:"interactions,omitempty"`
	Walks        map[orchestrator.InteractionID]keyedIn     `json:"walks,omitempty"`
	Talked       []Talked                                   `json:"talked,omitempty"`
	Dialled      []Dialled                                  `json:"dialled,omitempty"`
	Forbidden    map[string]bool                            `json:"forbidden,omitempty"`
}

// keyedIn is what is known of a person in an interaction.
type keyedIn struct {
	Attributes map[string]string `json:"attributes,omitempty"`
	Personal   string            `json:"personal,omitempty"`
}

// Save writes the floor down: what lasts, and what can be erased.
func (f *Floor) Save() (state, erasable []byte, err error) {
	p := persons{Agents: map[orchestrator.AgentID]fact.Person{}, Interactions: map[orchestrator.InteractionID]fact.Person{}, Walks: map[orchestrator.InteractionID]keyedIn{}, Talked: f.Talked, Dialled: f.Dialled, Forbidden: f.Forbidden}
	for id, a := range f.Agents {
		p.Agents[id] = a.Who
	}
	for id, i := range f.Interactions {
		p.Interactions[id] = i.Who
		k := keyedIn{Attributes: i.Attributes}
		if i.Walk != nil {
			k.Personal = i.Walk.Personal
		}
		if k.Personal != "" || len(k.Attributes) > 0 {
			p.Walks[id] = k
		}
	}
	if state, err = json.Marshal(f.State); err != nil {
		return nil, nil, fmt.Errorf("save floor: %w", err)
	}
	if erasable, err = json.Marshal(p); err != nil {
		return nil, nil, fmt.Errorf("save persons of floor: %w", err)
	}
	return state, erasable, nil
}

// Load reads a floor that Save wrote; empty input is the empty floor.
func Load(cfg Config, state, erasable []byte) (*Floor, error) {
	f := New(cfg)
	if len(state) == 0 {
		return f, nil
	}
	if err := json.Unmarshal(state, &f.State); err != nil {
		return nil, fmt.Errorf("load floor: %w", err)
	}
	var p persons
	if len(erasable) > 0 {
		if err := json.Unmarshal(erasable, &p); err != nil {
			return nil, fmt.Errorf("load persons of floor: %w", err)
		}
	}
	for id, a := range f.Agents {
		a.Who = p.Agents[id]
	}
	for id, i := range f.Interactions {
		i.Who = p.Interactions[id]
		i.Attributes = p.Walks[id].Attributes
		if i.Walk != nil {
			i.Walk.Personal = p.Walks[id].Personal
		}
	}
	f.Talked, f.Dialled = p.Talked, p.Dialled
	for number := range p.Forbidden {
		f.Forbidden[withPlus(number)] = true
	}
	f.derive()
	return f, nil
}

// derive builds everything that follows from State.
func (f *Floor) derive() {
	f.legs = map[legKey]legRef{}
	f.timers = nil
	f.pool = routing.Pool{Outlook: f.expected}
	f.touched = map[orchestrator.InteractionID]struct{}{}
	f.stale = map[orchestrator.AgentID]struct{}{}
	f.waiting = map[orchestrator.QueueID]*order{}
	f.behind = map[orchestrator.QueueID][]orchestrator.InteractionID{}
	f.ready, f.held = map[orchestrator.InteractionID]struct{}{}, newOrder()
	f.flows = map[flowKey]*flow.Flow{}
	f.tables = map[orchestrator.TableID]*rules.Table{}
	f.leadNumbers()
	f.recallTalked()
	f.recallNumbers()
	for id, q := range f.Queues {
		f.pool.Define(id, PlanOf(q))
	}
	for id, a := range f.Agents {
		f.stale[id] = struct{}{}
		f.timers.add(a.CoolUntil, timerCool, string(id))
	}
	if f.lendAt = (time.Time{}); f.pool.Lends() { // a loan may be due
		f.lendAt = f.At
		f.timers.add(f.lendAt, timerLend, "")
	}
	for id, o := range f.Offers {
		if o.Leg != "" {
			f.legs[legKey{f.Interactions[o.Interaction].Switch, o.Leg}] = legRef{o.Interaction, id}
		}
		f.timers.add(o.RingUntil, timerRing, string(id))
		f.timers.add(o.WrapUntil, timerWrap, string(id))
		f.timers.add(o.TellUntil, timerTold, string(id))
	}
	for name, s := range f.Switches {
		if !s.Up && !s.Since.IsZero() {
			f.timers.add(f.missedAt(s), timerMissed, name)
		}
	}
	for id, c := range f.CodeCalls {
		f.legs[legKey{c.Switch, c.Leg}] = legRef{interaction: id}
		f.timers.add(c.Until, timerCode, string(id))
	}
	for id, i := range f.Interactions {
		if !i.Gone && i.Leg != "" {
			f.legs[legKey{i.Switch, i.Leg}] = legRef{interaction: id}
		}
		f.timers.add(i.PromptUntil, timerPrompt, string(id))
		f.rearm(i)
		if i.inLine() {
			f.intoLine(i)
		}
		f.settle(i)
	}
	for id := range f.Stepped {
		f.fallBehind(id)
	}
}
