package freeswitch

import (
	"container/heap"
	"context"
	"time"
)

// sorter brings events into the order in which they happened. FreeSWITCH numbers them (Event-Sequence, one counter for each
// run, also counting those that we do not listen to) and may send them in another order. So an event waits for a moment
// (Config.Hold) so that an earlier one can still come, unless it is the very next number.
type sorter struct {
	in      chan said
	hold    time.Duration
	out     func(said)
	figures *figures

	waiting waiting
	last    int64
	recent  map[int64]bool // numbers that came lately, to know repetitions
	ring    []int64
}

const recentLimit = 4096

func newSorter(hold time.Duration, f *figures, out func(said)) *sorter {
	return &sorter{in: make(chan said, 1024), hold: hold, out: out, figures: f, recent: map[int64]bool{}}
}

// run sorts until ctx ends.
func (s *sorter) run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-s.in:
			s.push(e, time.Now())
		case <-timer.C:
		}
		next := s.release(time.Now())
		timer.Reset(next)
	}
}

// push takes an event in.
func (s *sorter) push(e said, at time.Time) {
	if e.seq > 0 && s.recent[e.seq] {
		s.figures.repeated.Add(1)
		return
	}
	if e.seq > 0 {
		if len(s.ring) >= recentLimit {
			delete(s.recent, s.ring[0])
			s.ring = s.ring[1:]
		}
		s.recent[e.seq] = true
		s.ring = append(s.ring, e.seq)
	}
	heap.Push(&s.waiting, held{said: e, until: at.Add(s.hold)})
}

// release tells all that has waited long enough, and returns when to look again.
func (s *sorter) release(at time.Time) time.Duration {
	for len(s.waiting) > 0 {
		first := s.waiting[0]
		if first.until.After(at) && (s.last == 0 || first.seq != s.last+1) {
			return first.until.Sub(at)
		}
		heap.Pop(&s.waiting)
		if first.seq < s.last {
			s.figures.late.Add(1) // told all the same: each handler bears it
		}
		s.last = max(s.last, first.seq)
		s.out(first.said)
	}
	return time.Hour
}

type held struct {
	said
	until time.Time
}

// waiting is a heap by Event-Sequence.
type waiting []held

func (w waiting) Len() int           { return len(w) }
func (w waiting) Less(i, j int) bool { return w[i].seq < w[j].seq }
func (w waiting) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *waiting) Push(x any)        { *w = append(*w, x.(held)) }
func (w *waiting) Pop() any {
	last := len(*w) - 1
	x := (*w)[last]
	*w = (*w)[:last]
	return x
}
