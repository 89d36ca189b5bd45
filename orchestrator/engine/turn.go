package engine

import (
	"context"
	"fmt"
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
	// Every line to a switch is away until its first Up, whatever the journal says of the time before.
	turn := make([]envelope, 0, maxTurn)
	for name := range e.floor.Switches {
		turn = append(turn, envelope{in: media.Event{Kind: media.Down, Switch: name}})
	}
	for {
		if err := e.turn(ctx, turn); err != nil {
			return err
		}
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
	}
}

// now is the wall clock as it was when this life began plus what has gone by since: it never steps.
func (e *Engine) now() time.Time { return e.began.Add(time.Since(e.began)) }

// turn takes the four beats once.
func (e *Engine) turn(ctx context.Context, turn []envelope) error {
	start := time.Now()
	facts, answers := e.decide(turn)
	decided := time.Now()
	if len(facts) > 0 {
		if err := e.cfg.Journal.Append(ctx, facts); err != nil {
			for _, x := range turn {
				x.answer(0, busy(err))
			}
			return fmt.Errorf("journal %d facts after %d: %w", len(facts), facts[0].Seq-1, err)
		}
	}
	written := time.Now()
	e.speak(turn, facts)
	for i, x := range turn {
		x.answer(answers[i].seq, answers[i].err)
	}
	e.note(func(s *Status) {
		s.Seq = e.floor.Seq
		for name, up := range e.up {
			s.Switches[name] = up
		}
	})
	if e.cfg.Observe != nil {
		e.cfg.Observe(Turn{len(turn), len(facts), decided.Sub(start), written.Sub(decided), time.Since(written)})
	}
	return nil
}

func (e *Engine) decide(turn []envelope) ([]fact.Entry, []answer) {
	var facts []fact.Entry
	answers := make([]answer, len(turn))
	for i, x := range turn {
		out, err := e.floor.Step(x.in, e.now())
		facts = append(facts, out...)
		answers[i] = answer{e.floor.Seq, err}
	}
	return facts, answers
}

// speak hands out what has changed. A switch that has just come up is told everything anew; one that is away is told nothing.
func (e *Engine) speak(turn []envelope, facts []fact.Entry) {
	touched := e.floor.TakeTouched()
	phones := false
	for _, x := range turn {
		ev, ok := x.in.(media.Event)
		switch {
		case !ok:
		case ev.Kind == media.Up:
			e.up[ev.Switch], phones = true, true
			e.forget(ev.Switch)
			for _, i := range e.floor.InteractionsOn(ev.Switch) {
				touched = append(touched, i.ID)
			}
			e.speakers[ev.Switch].say("strays", e.floor.StrayWants(ev.Switch))
		case ev.Kind == media.Down:
			e.up[ev.Switch] = false
			e.forget(ev.Switch)
		}
	}
	for _, x := range facts {
		if _, ok := x.Fact.(fact.AgentDefined); ok {
			phones = true
		}
	}
	for _, id := range touched {
		e.sayOf(id)
	}
	if phones {
		for name, s := range e.speakers {
			if e.up[name] {
				s.watchPhones(e.floor.Endpoints())
			}
		}
	}
}

// sayOf says those wants of an interaction that differ from what was said.
func (e *Engine) sayOf(id orchestrator.InteractionID) {
	sw, wants := e.floor.Wants(id)
	if wants == nil {
		delete(e.said, id)
		return
	}
	if !e.up[sw] {
		return
	}
	said := e.said[id]
	news := map[media.LegID]media.Want{}
	for leg, w := range wants {
		if old, ok := said[leg]; !ok || old != w {
			news[leg] = w
		}
	}
	e.said[id] = wants
	if len(news) > 0 {
		e.speakers[sw].say(string(id), news)
	}
}

// forget what was said to a switch, and what was about to be.
func (e *Engine) forget(sw string) {
	for _, i := range e.floor.InteractionsOn(sw) {
		delete(e.said, i.ID)
	}
	if s := e.speakers[sw]; s != nil { // one that the configuration no longer names has no speaker
		s.forget()
	}
}
