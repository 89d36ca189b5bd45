package floor

import (
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/media"
	"tandem/orchestrator/routing"
)

// Line is how a queue moves: what a caller in it can expect.
type Line struct {
	routing.Departures
	Accuracy
}

// joinLine puts a call in the line of a queue, unless the node leads it elsewhere at once. With back it has the place that it had there.
func (f *Floor) joinLine(i *Interaction, fl *flow.Flow, id orchestrator.QueueID, back bool) (on flow.Move, ok bool) {
	q, _ := fl.Treatment(i.Walk.Node)
	if !f.hasQueue(id) { // never without a queue: the flow was checked, and queues do not go away
		f.endWalk(i, "unknown_queue")
		return on, false
	}
	l := f.loadOf(id)
	to, refused := q.Refused(l.Waiting, l.People)
	if !refused {
		to, refused = q.Overloaded(l, f.callOf(i))
	}
	refused = refused && !back
	x := f.queued(i, id)
	if i.Walk.Offered {
		f.stand(&x, i, i.Walk.Place)
	}
	if refused { // for a moment only, so that the figures know of one who asked for an agent
		f.emit(i.ID, x)
		f.emit(i.ID, fact.QueueLeft{Queue: id, Via: to.Via})
		return flow.Move{Do: to}, true
	}
	if place, had := i.gave(); back && had && place.Queue == id {
		f.stand(&x, i, place)
		x.Kept = i.ID
	}
	f.takeOver(&x, i)
	f.given(&x, i.ID)
	if q.Every > 0 && q.Comfort(1, 0, f.callOf(i)).Prompts != "" { // what it tells of the call stays the same in line
		x.Next = f.now.Add(q.Every)
	}
	if q.MaxWait > 0 {
		x.Latest = f.now.Add(q.MaxWait)
	}
	f.emit(i.ID, x)
	return on, false
}

// loadOf is how much a queue has to do. People are those who may take its calls, in its first step or a later one, and are signed in, at
// work or not.
func (f *Floor) loadOf(id orchestrator.QueueID) flow.Load {
	l := flow.Load{Waiting: f.waiting[id].size()}
	l.Expected = expect(l.Waiting+1, f.pace(id)).Median
	if s := f.pool.Look(routing.Item{Queue: id, Media: routing.Voice}); s.Waiting == 0 && s.Free > 0 {
		l.Expected = 0 // who comes now is offered at once, however slowly the line moved when it was long
	}
	serving := []orchestrator.QueueID{id}
	for _, s := range f.Queues[id].Steps {
		serving = append(serving, s.Also...)
	}
	serves := func(q orchestrator.QueueID) bool { return slices.Contains(serving, q) }
	for _, a := range f.Agents {
		if a.Status != orchestrator.SignedOut && (a.Loan.To == id || slices.ContainsFunc(a.Queues, serves)) {
			l.People++
			if h := f.Phones[a.Endpoint]; h == orchestrator.HealthRegistered || h == orchestrator.HealthBusy {
				l.Reachable++
			}
		}
	}
	return l
}

// treatment is what the flow says of the line that a call is in; false for a call that came to a queue's own number.
func (f *Floor) treatment(i *Interaction) (flow.Queue, bool) {
	if i.Walk == nil {
		return flow.Queue{}, false
	}
	fl := f.inside(i)
	if fl == nil {
		return flow.Queue{}, false
	}
	return fl.Treatment(i.Walk.Node)
}

// lineWant is what a caller in line hears: music, and now and then something said over it.
func (f *Floor) lineWant(i *Interaction) media.Want {
	w := media.Want{Base: media.Music{Class: f.Queues[i.Queue].Music}, Guard: f.cfg.Guard}
	if q, ok := f.treatment(i); ok {
		w.Keys = q.Keys()
	}
	if i.Prompt != "" {
		w.Task = i.task()
		w.Guard += f.cfg.GreetingMax
	}
	return w
}

// pressedInLine leads a caller out of the line by a key.
func (f *Floor) pressedInLine(i *Interaction, key string) {
	if !i.inLine() || i.Gone || i.Away {
		return
	}
	if q, ok := f.treatment(i); ok {
		if to, leads := q.Key(key); leads {
			f.leaveLine(i, to)
		}
	}
}

// leaveLine takes a call out of line and back into its flow. An agent's phone that rings for it stops.
func (f *Floor) leaveLine(i *Interaction, to flow.Go) {
	f.withdraw(i, orchestrator.OfferRescinded, fact.BySwitch, media.CauseNone, false)
	f.emit(i.ID, fact.QueueLeft{Queue: i.Queue, Via: to.Via, Wait: f.waited(i), Who: fact.Person{Text: to.Key}})
	f.walk(i, func(*flow.Flow) flow.Move { return flow.Move{Do: to} })
}

// comfort tells a caller in line how it goes.
func (f *Floor) comfort(i *Interaction) {
	q, ok := f.treatment(i)
	if !ok {
		return
	}
	place, e := f.toExpect(i)
	x := f.prompt(q.Comfort(place, e.Median, f.callOf(i)), f.cfg.GreetingMax)
	x.Next, x.Place, x.Expect, x.Bound = f.now.Add(q.Every), place, e.Median, e.Bound
	f.emit(i.ID, x)
}

// position is the place in line, from 1: those count as before who are taken before, head starts included.
func (f *Floor) position(i *Interaction) int { return f.placeAt(i.Queue, i.ID, i.Since.Add(-i.Ahead)) }

// placeAt is the place in a line of one who counts from a moment on.
func (f *Floor) placeAt(queue orchestrator.QueueID, id orchestrator.InteractionID, at time.Time) int {
	return 1 + f.waiting[queue].before(spot{at.UnixNano(), id})
}

// pace is the time between two departures that a caller can expect.
func (f *Floor) pace(id orchestrator.QueueID) time.Duration {
	if l := f.Lines[id]; l != nil && l.Pace > 0 {
		return l.Pace
	}
	return f.cfg.Pace
}

// inLine says whether a call waits, offered or not.
func (i *Interaction) inLine() bool {
	return i.State == orchestrator.ItemQueued || i.State == orchestrator.ItemOffered
}

// applyQueued puts a call in line.
func (f *Floor) applyQueued(i *Interaction, x fact.ItemQueued, at time.Time) {
	if i.inLine() { // led over from another queue
		f.outOfLine(i, at)
	}
	i.Queue, i.Since, i.State = x.Queue, x.Since, orchestrator.ItemQueued
	delete(f.Places, x.Kept)
	f.applyStep(i, fact.ItemWidened{Ring: x.Step, Ahead: x.Ahead, Widen: x.Widen, Only: x.Only, Plan: x.Plan})
	i.Given = Expectation{x.Expect, x.Bound}
	i.Told, i.Place = i.Given, x.Place
	if i.Walk != nil {
		i.Walk.Next, i.Walk.Latest = x.Next, x.Latest
		f.rearm(i)
	}
	l := f.Lines[x.Queue]
	if l == nil {
		l = &Line{}
		f.Lines[x.Queue] = l
	}
	if f.waiting[x.Queue].size() == 0 {
		l.Busy = at
	}
	f.intoLine(i)
}

// intoLine counts one who has come into the line of its queue.
func (f *Floor) intoLine(i *Interaction) {
	if f.uncounted(i) {
		return
	}
	if f.waiting[i.Queue] == nil {
		f.waiting[i.Queue] = newOrder()
	}
	f.waiting[i.Queue].put(spotOf(i))
}

// outOfLine counts a departure, of one who was in line.
func (f *Floor) outOfLine(i *Interaction, at time.Time) {
	if !i.inLine() || !f.waiting[i.Queue].has(i.ID) {
		return
	}
	f.waiting[i.Queue].remove(i.ID)
	f.pool.Moved(i.Queue)
	l := f.Lines[i.Queue]
	if l == nil || at.Equal(i.Since) {
		return // it began to wait under a program that did not count, or never waited
	}
	l.Depart(at)
}
