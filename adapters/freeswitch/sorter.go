package freeswitch

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
	"sync"
	"time"
)

// sorter brings events into the order in which they happened. FreeSWITCH numbers them (Event-Sequence, one counter for each
// run, also counting those that we do not listen to) and may send them in another order; eslgo runs a goroutine for each and
// mixes them for certain. So the wire announces each number as it passes, and no event is told before all that were announced
// with smaller numbers; and an event waits for a moment (Config.Hold) so that an earlier one can still come over the wire,
// unless it is the very next number.
type sorter struct {
	in      chan said
	hold    time.Duration
	out     func(said)
	figures *figures

	waiting waiting
	last    int64
	recent  map[int64]bool // numbers that came lately, to know repetitions
	ring    []int64

	mu  sync.Mutex
	due []announced // by number, smallest first; guarded by mu
}

// announced is a number that the wire has passed to eslgo.
type announced struct {
	seq int64
	at  time.Time
}

// dueLimit is how long an announced event is waited for: one that eslgo could not read never comes.
const dueLimit = time.Second

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

// announce says that an event is on its way through eslgo; called by the wire, in the wire's order.
func (s *sorter) announce(seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, _ := slices.BinarySearchFunc(s.due, seq, func(a announced, seq int64) int { return cmp.Compare(a.seq, seq) })
	s.due = slices.Insert(s.due, at, announced{seq, time.Now()})
}

// missing says whether an announced event with a smaller number has not come yet.
func (s *sorter) missing(seq int64, at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	gone := 0
	for gone < len(s.due) && (s.recent[s.due[gone].seq] || s.due[gone].seq <= s.last || at.Sub(s.due[gone].at) > dueLimit) {
		gone++
	}
	s.due = slices.Delete(s.due, 0, gone)
	return len(s.due) > 0 && s.due[0].seq < seq
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
		if s.missing(first.seq, at) {
			return s.hold // or its coming
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
