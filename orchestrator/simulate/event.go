package simulate

import "container/heap"

// event is something that will happen.
type event struct {
	at, order int64
	kind      kind
	number    int // of the queue or the worker
	call      *call
	turn      int     // of the call: which of its offers; of the worker: which of their shifts
	caller    *Caller // who arrives, where that was recorded
}

type kind int

const (
	arrives kind = iota
	givesUp
	widens // the caller's ring
	rings  // long enough
	freed  // after an offer that was not answered
	talkEnds
	wrapEnds
	shiftBegins
	shiftEnds
	dayEnds
	lends
)

// events is a heap by time; what is due at the same time happens in the order in which it was planned.
type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	if e[i].at != e[j].at {
		return e[i].at < e[j].at
	}
	return e[i].order < e[j].order
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }

// Push implements heap.Interface.
func (e *events) Push(x any) { *e = append(*e, x.(event)) }

// Pop implements heap.Interface.
func (e *events) Pop() any {
	old := *e
	x := old[len(old)-1]
	old[len(old)-1] = event{}
	*e = old[:len(old)-1]
	return x
}

func (r *run) plan(at int64, e event) {
	r.made++
	e.at, e.order = at, int64(r.made)
	heap.Push(&r.events, e)
}
