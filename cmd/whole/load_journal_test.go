package whole_test

import (
	"maps"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// record is what the journal says of one call.
type record struct {
	id         orchestrator.InteractionID
	from       string
	since      time.Time // enqueue time
	line       bool      // waits now, while the journal is read
	offers     []offered
	connected  []connected
	state      orchestrator.ItemState
	ends, gone int // endings of the work item and of the customer's leg; one each
	wait, talk time.Duration
	over       time.Time                     // when the customer's leg ended
	open       map[orchestrator.OfferID]bool // offers whose leg has not ended: each holds its agent
}

type offered struct {
	agent string
	at    time.Time
}

type connected struct {
	agent string
	wait  time.Duration
}

// history reads the whole journal, and faults whoever was offered before somebody who had waited longer.
func (l *ledger) history(entries []fact.Entry) map[orchestrator.InteractionID]*record {
	all := map[orchestrator.InteractionID]*record{}
	for _, e := range entries {
		if x, ok := e.Fact.(fact.InteractionArrived); ok {
			all[e.About] = &record{id: e.About, from: x.Who.Number, open: map[orchestrator.OfferID]bool{}}
		}
		if i := all[e.About]; i != nil {
			l.follow(all, i, e)
		}
	}
	for _, i := range all {
		if i.ends != 1 || i.gone != 1 {
			l.fault("%s of %s has %d endings and its leg %d", i.id, i.from, i.ends, i.gone)
		}
		if len(i.open) > 0 {
			l.fault("%s of %s still holds the agents of %v", i.id, i.from, slices.Collect(maps.Keys(i.open)))
		}
	}
	return all
}

func (l *ledger) follow(all map[orchestrator.InteractionID]*record, i *record, e fact.Entry) {
	switch x := e.Fact.(type) {
	case fact.ItemQueued:
		i.since, i.line = x.Since, true
	case fact.OfferMade:
		if !i.line {
			l.fault("%s is offered to %s while it does not wait, line %d", i.id, x.Agent, e.Seq)
		}
		for _, other := range all {
			if other.line && other.since.Before(i.since) {
				l.fault("%s is offered before %s, who waits %s longer, line %d", i.id, other.id, i.since.Sub(other.since), e.Seq)
			}
		}
		i.line, i.open[x.Offer] = false, true
		i.offers = append(i.offers, offered{string(x.Agent), e.At})
	case fact.OfferEnded:
		i.line = true
	case fact.OfferConnected:
		i.connected = append(i.connected, connected{string(x.Agent), x.Wait})
	case fact.LegGone:
		delete(i.open, x.Offer)
	case fact.TalkEnded:
		i.talk += x.Talk
	case fact.InteractionLeft:
		i.line = false
	case fact.InteractionReturned:
		i.line = i.state == "" && !i.since.IsZero()
	case fact.ItemEnded:
		i.line, i.state, i.wait, i.ends = false, x.State, x.Wait, i.ends+1
	case fact.InteractionEnded:
		i.line, i.over, i.gone = false, e.At, i.gone+1
	}
}
