package routing

import (
	"cmp"
	"math"
	"time"

	"tandem/orchestrator"
)

// Item is a work item that waits in one queue.
//
// Its place in line is its enqueue time less its head start, then its id. A head start is what priority is worth in waiting time: an
// item with two minutes goes before everything that came up to two minutes earlier without one, and behind what waits longer still.
// So priority ages by itself: nobody waits for ever, and the order of two items never changes while they wait.
type Item struct {
	ID    orchestrator.InteractionID
	Queue orchestrator.QueueID
	Since time.Time            // enqueue time; survives every failed offer and every wider ring
	Ahead time.Duration        // head start: tier, urgency, a nearer due time. Negative is behind
	Media Media                // what it takes of a person
	Step  int                  // of the queue's plan, from 0
	Need  Need                 // what it asks for beyond the step
	Only  orchestrator.AgentID // for this person alone, such as the last or the dedicated one; "" is anybody
}

const (
	// Point is what one point of priority is worth: so much waiting.
	Point = time.Minute
	// UsualTarget is within what an item is to be answered for which nothing else is said.
	UsualTarget = 20 * time.Second
)

// HeadStart is what a priority and a target are worth in waiting time. Lines with targets of their own are so served in the order of
// their due times, and each point of priority brings an item forward by one minute. A target of 0 is the usual one.
func HeadStart(priority int, target time.Duration) time.Duration {
	if target == 0 {
		target = UsualTarget
	}
	return time.Duration(priority)*Point + UsualTarget - target
}

// place orders everything that waits, over all queues.
type place struct {
	rank int64 // enqueue time less head start, in microseconds
	id   orchestrator.InteractionID
}

// first is before every place.
var first = place{rank: math.MinInt64}

func (it *Item) place() place { return place{it.Since.UnixMicro() - it.Ahead.Microseconds(), it.ID} }

func (p place) before(o place) bool {
	if p.rank != o.rank {
		return p.rank < o.rank
	}
	return orchestrator.CompareIDs(p.id, o.id) < 0
}

func (p place) compare(o place) int {
	return cmp.Or(cmp.Compare(p.rank, o.rank), orchestrator.CompareIDs(p.id, o.id))
}

// waiting is an item in line.
type waiting struct {
	item  Item
	place place
	in    *class
	pos   int // in the heap of its class
	age   int // in that of its market
}

func (w *waiting) before(o *waiting) bool { return w.place.before(o.place) }
func (w *waiting) at(i int)               { w.pos = i }
