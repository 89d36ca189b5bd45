package insight

import (
	"maps"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// Fold takes in lines of the journal, in order; it is for one goroutine. It keeps a small record per interaction that
// queued, and one per interaction that was asked for a rating.
type Fold struct {
	terms    Terms
	items    map[orchestrator.InteractionID]*item // what each has asked for last
	past     map[Key]Figures                      // what was asked for before that
	promised map[orchestrator.InteractionID]*promise
	opened   map[orchestrator.InteractionID]orchestrator.QueueID // of work of another channel than voice, until it is known what it is
	ratings  map[orchestrator.InteractionID]*rating
}

// item is what one interaction that asked for an agent adds to the figures.
type item struct {
	key              Key
	answered         bool
	wait             time.Duration // until the first answer, or the ending of one who was not answered
	state            orchestrator.ItemState
	talks            int64
	talk, wrap       time.Duration
	offers, noAnswer int64
	promised         bool // the centre calls the customer
}

// promise is what one promised call adds.
type promise struct {
	key       Key
	connected bool
}

// NewFold begins with an empty journal.
func NewFold(t Terms) *Fold {
	return &Fold{terms: t, items: map[orchestrator.InteractionID]*item{}, past: map[Key]Figures{}, promised: map[orchestrator.InteractionID]*promise{}, opened: map[orchestrator.InteractionID]orchestrator.QueueID{}, ratings: map[orchestrator.InteractionID]*rating{}}
}

// Add takes in the next line.
func (f *Fold) Add(e fact.Entry) {
	f.rate(e)
	f.promise(e)
	if x, ok := e.Fact.(fact.ItemQueued); ok {
		if before := f.items[e.About]; before != nil { // It was led out of that queue.
			if x.From != "" {
				before.end(orchestrator.ItemFlowedOut, e.At.Sub(x.Since))
			}
			f.past[before.key] = f.past[before.key].Plus(before.figures(f.terms))
		}
		f.items[e.About] = &item{key: f.key(x.Queue, x.Since), promised: f.promised[e.About] != nil}
		return
	}
	i := f.items[e.About]
	if i == nil {
		return
	}
	switch x := e.Fact.(type) {
	case fact.OfferMade:
		i.offers++
	case fact.OfferEnded:
		if x.State == orchestrator.OfferNoAnswer {
			i.noAnswer++
		}
	case fact.OfferConnected:
		if !i.answered {
			i.answered, i.wait = true, x.Wait
		}
	case fact.TalkEnded:
		i.talks++
		i.talk += x.Talk
	case fact.WrapUpEnded:
		i.wrap += x.Wrap
	case fact.QueueLeft:
		i.end(orchestrator.ItemFlowedOut, x.Wait)
	case fact.ItemEnded:
		i.end(x.State, x.Wait)
	}
}

// end notes the first ending: what a flow does with a caller who was led out of the queue is no matter of the queue.
func (i *item) end(state orchestrator.ItemState, wait time.Duration) {
	if state == orchestrator.ItemConverted {
		i.state = state // led out of the queue for it a moment before
		return
	}
	if i.state != "" {
		return
	}
	if i.state = state; !i.answered {
		i.wait = wait
	}
}

// promise counts the promised calls.
func (f *Fold) promise(e fact.Entry) {
	switch x := e.Fact.(type) {
	case fact.InteractionOpened:
		if x.Channel == orchestrator.ChannelCallback {
			f.opened[e.About] = x.Queue
		}
	case fact.CallbackRequested:
		f.promised[e.About] = &promise{key: f.key(f.opened[e.About], x.Since)}
	case fact.OfferConnected:
		if p := f.promised[e.About]; p != nil {
			p.connected = true
		}
	case fact.ItemEnded:
		delete(f.opened, e.About)
	}
}

func (f *Fold) key(queue orchestrator.QueueID, since time.Time) Key {
	k := Key{Queue: queue}
	if f.terms.Interval > 0 {
		k.Interval = since.UTC().Truncate(f.terms.Interval)
	}
	return k
}

// Figures says how it stands, per queue and interval.
func (f *Fold) Figures() map[Key]Figures {
	out := maps.Clone(f.past)
	for _, i := range f.items {
		out[i.key] = out[i.key].Plus(i.figures(f.terms))
	}
	for _, p := range f.promised {
		out[p.key] = out[p.key].Plus(Figures{CallbacksRequested: 1, CallbacksConnected: one(p.connected)})
	}
	return out
}

// figures are those of one interaction.
func (i *item) figures(t Terms) Figures {
	g := Figures{Talk: i.talk, Wrap: i.wrap, Offers: i.offers, NoAnswers: i.noAnswer, Handled: min(i.talks, 1)}
	switch {
	case i.promised:
	case i.answered:
		g.Answered, g.AnsweredIn, g.WaitAnswered, g.LongestWait = 1, one(i.wait <= t.Target), i.wait, i.wait
	case i.state == orchestrator.ItemAbandoned:
		g.Abandoned, g.AbandonedIn, g.ShortAbandons = 1, one(i.wait <= t.Target), one(i.wait <= t.Short)
		g.LongestWait = i.wait
	case i.state == orchestrator.ItemFlowedOut:
		g.FlowedOut, g.LongestWait = 1, i.wait
	case i.state == orchestrator.ItemConverted:
		g.Converted = 1
	case i.state == orchestrator.ItemCanceled:
		g.Canceled = 1
	case i.state == orchestrator.ItemExpired:
		g.Expired = 1
	}
	return g
}

func one(is bool) int64 {
	if is {
		return 1
	}
	return 0
}
