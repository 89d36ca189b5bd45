package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/media"
)

// turns takes one turn after the other until ctx ends or the journal refuses.
func (e *Engine) turns(ctx context.Context) error {
	alarm := time.NewTimer(0)
	defer alarm.Stop()
	turn := make([]envelope, 0, maxTurn)
	for {
		if d := e.floor.Deadline(); !d.IsZero() {
			alarm.Reset(max(0, d.Sub(e.now())))
		}
		turn = turn[:0]
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-alarm.C:
			turn = append(turn, envelope{in: floor.Tick{}})
		case x := <-e.inbox:
			turn = append(turn, x)
			for len(turn) < maxTurn && len(e.inbox) > 0 {
				turn = append(turn, <-e.inbox)
			}
		}
		turn = slices.DeleteFunc(turn, envelope.abandoned)
		if err := e.turn(ctx, turn); err != nil {
			return err
		}
	}
}

// opening is the first turn of a life. Every line to a switch is away until its first Up, whatever the journal says of the time
// before. A switch that the configuration no longer names never comes up: what the journal knows on it has ended.
func (e *Engine) opening() []envelope {
	turn := make([]envelope, 0, maxTurn)
	for _, name := range slices.Sorted(maps.Keys(e.floor.Switches)) {
		if _, configured := e.cfg.Switches[name]; !configured && len(e.floor.Living(name)) > 0 {
			e.cfg.Log.Warn("the configuration no longer names a switch that had calls; they count as lost", "switch", name, "calls", len(e.floor.Living(name)))
			turn = append(turn, envelope{in: media.Event{Kind: media.Up, Switch: name, Text: "not configured"}})
		}
		turn = append(turn, envelope{in: media.Event{Kind: media.Down, Switch: name, Text: floor.NotYetUp}})
	}
	return turn
}

// now is the wall clock as it was when this life began, but never before the journal, plus what has gone by since: it never steps,
// so that every deadline lasts as long as it should (F45).
func (e *Engine) now() time.Time { return e.began.Add(e.ahead + time.Since(e.began)) }

// turn takes the four beats once.
func (e *Engine) turn(ctx context.Context, turn []envelope) error {
	start := time.Now()
	facts, answers := e.decide(turn)
	decided := time.Now()
	if len(facts) > 0 {
		if err := e.append(ctx, facts); err != nil {
			for _, x := range turn {
				x.answer(0, busy(err))
			}
			return fmt.Errorf("journal %d facts after %d: %w", len(facts), facts[0].Seq-1, err)
		}
	}
	written := time.Now()
	e.lookUp(ctx, e.speak(turn, facts))
	e.note(func(s *Status) { // before the answers: who has one finds its number in Status
		s.Seq, s.Switches = e.floor.Seq, maps.Clone(e.up)
	})
	for i, x := range turn {
		x.answer(answers[i].seq, answers[i].err)
	}
	if e.cfg.Observe != nil {
		e.cfg.Observe(Turn{len(turn), len(facts), decided.Sub(start), written.Sub(decided), time.Since(written)})
	}
	return nil
}

// append writes within Patience. A write that hangs is left alone: it is either seen when the journal is read again, or fenced when
// the cell is opened again. Hanging with it would mean that waiting callers never reach the switch's fallback.
func (e *Engine) append(ctx context.Context, facts []fact.Entry) error {
	ctx, cancel := context.WithTimeout(ctx, e.cfg.Patience)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- e.cfg.Journal.Append(ctx, facts) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("the journal did not answer within %s: %w", e.cfg.Patience, ctx.Err())
	}
}

func (e *Engine) decide(turn []envelope) ([]fact.Entry, []answer) {
	var facts []fact.Entry
	answers := make([]answer, len(turn))
	for i, x := range turn {
		if in, ok := x.in.(floor.LookedUp); ok {
			delete(e.asked, in.Lookup)
		}
		out, err := e.floor.Step(x.in, e.now())
		facts = append(facts, out...)
		answers[i] = answer{e.floor.Seq, err}
	}
	return facts, answers
}

// speak hands out what has changed. A switch that has just come up is told everything anew; one that is away is told nothing.
func (e *Engine) speak(turn []envelope, facts []fact.Entry) (touched []orchestrator.InteractionID) {
	touched = e.floor.TakeTouched()
	phones := false
	for _, x := range turn {
		ev, ok := x.in.(media.Event)
		switch {
		case !ok:
		case ev.Kind == media.Up && e.speakers[ev.Switch] != nil:
			e.up[ev.Switch], phones = true, true
			gone := e.unwanted(ev.Switch)
			e.forget(ev.Switch)
			for id, drops := range gone {
				e.speakers[ev.Switch].say(string(id), drops)
			}
			touched = append(touched, e.floor.Living(ev.Switch)...)
			e.speakers[ev.Switch].say("strays", e.floor.StrayWants(ev.Switch))
		case ev.Kind == media.Down && e.speakers[ev.Switch] != nil:
			e.up[ev.Switch] = false
			e.speakers[ev.Switch].forget() // what was said is kept until Up: it tells which legs may have come to life meanwhile
		}
	}
	for _, x := range facts {
		switch x.Fact.(type) {
		case fact.AgentDefined, fact.PhoneMade:
			phones = true
		case fact.FlowPublished:
			e.noteFlows()
		case fact.RulesPublished:
			e.noteTables()
		}
	}
	for _, id := range touched {
		e.sayOf(id)
	}
	if phones {
		for name, s := range e.speakers {
			if e.up[name] {
				s.watchPhones(e.floor.Endpoints(name))
			}
		}
	}
	return touched
}

// sayOf says those wants of an interaction that differ from what was said.
func (e *Engine) sayOf(id orchestrator.InteractionID) {
	sw, wants := e.floor.Wants(id)
	if wants == nil {
		if e.up[e.said[id].sw] {
			delete(e.said, id)
		}
		return
	}
	if !e.up[sw] {
		return
	}
	said := e.said[id].wants
	news := map[media.LegID]media.Want{}
	for leg, w := range wants {
		if old, ok := said[leg]; !ok || old != w {
			news[leg] = w
		}
	}
	e.said[id] = saying{sw, wants}
	if len(news) > 0 {
		e.speakers[sw].say(string(id), news)
	}
}

// unwanted are the legs that a switch was told of and that Up has ended. A Dial that was on its way while the line flapped may
// have been carried out after the list was made: such a leg rings for nobody and must be dropped.
func (e *Engine) unwanted(sw string) map[orchestrator.InteractionID]map[media.LegID]media.Want {
	out := map[orchestrator.InteractionID]map[media.LegID]media.Want{}
	for id, said := range e.said {
		if said.sw != sw {
			continue
		}
		_, wants := e.floor.Wants(id)
		for leg := range said.wants {
			_, still := wants[leg]
			if i := e.floor.Interactions[id]; still || i != nil && i.Leg == leg || e.floor.Customer(sw, leg) {
				continue // a customer is never hung up on for being out of our hands, or for coming back as another interaction
			}
			if out[id] == nil {
				out[id] = map[media.LegID]media.Want{}
			}
			out[id][leg] = media.Want{Base: media.Drop{Why: media.CauseHangup}}
		}
	}
	return out
}

// forget what was said to a switch, and what was about to be.
func (e *Engine) forget(sw string) {
	maps.DeleteFunc(e.said, func(_ orchestrator.InteractionID, s saying) bool { return s.sw == sw })
	e.speakers[sw].forget()
}
