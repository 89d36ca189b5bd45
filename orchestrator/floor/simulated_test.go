package floor

import (
	"container/heap"
	"flag"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"tandem/orchestrator/fact"
)

var (
	seeds = flag.Int("seeds", 120, "how many simulated days")
	seed  = flag.Int("seed", -1, "only this day")
)

// simulated is what every simulated day has: the floor, its journal, chance, and an agenda of what will happen. The same seed gives the
// same day.
type simulated struct {
	t    *testing.T
	seed int
	r    *rand.Rand

	now    time.Time
	agenda agenda
	n      int // appointments that were ever made: of two at one time, the one that was made first comes first

	floor   *Floor
	journal []fact.Entry
	shadow  *Floor // folds the encoded journal
	folded  int
}

// newSimulated begins on a Monday at eight. kind makes the chances of one kind of day independent of another's.
func newSimulated(t *testing.T, seed int, kind uint64, cfg Config) simulated {
	return simulated{
		t: t, seed: seed, r: rand.New(rand.NewPCG(uint64(seed), kind)), now: time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC),
		floor: New(cfg), shadow: New(cfg),
	}
}

// after makes an appointment.
func (s *simulated) after(wait time.Duration, do func()) {
	s.n++
	heap.Push(&s.agenda, appointment{s.now.Add(wait), s.n, do})
}

// live goes through the day to its end, and calls check after every appointment.
func (s *simulated) live(check func()) {
	for s.agenda.Len() > 0 {
		next := heap.Pop(&s.agenda).(appointment)
		s.now = next.at
		next.do()
		check()
	}
}

// between is a chance time of at least lo and less than hi.
func (s *simulated) between(lo, hi time.Duration) time.Duration {
	return lo + time.Duration(s.r.Int64N(int64(hi-lo)))
}

// alarm makes an appointment for the floor's next deadline, at which the day hears a Tick.
func (s *simulated) alarm(step func(Input)) {
	if at := s.floor.Deadline(); !at.IsZero() {
		s.after(max(0, at.Sub(s.now)), func() {
			if at := s.floor.Deadline(); !at.IsZero() && !s.now.Before(at) {
				step(Tick{})
			}
		})
	}
}

// refold reads the journal from its beginning, as a program that starts does.
func (s *simulated) refold(cfg Config) {
	s.floor = New(cfg)
	for _, e := range s.journal {
		s.floor.Apply(e)
	}
}

// checkFold: the journal, as it is written and read again, tells the same story as memory.
func (s *simulated) checkFold() {
	for ; s.folded < len(s.journal); s.folded++ {
		e := s.journal[s.folded]
		kind, body, person, err := fact.Encode(e.Fact)
		if err != nil {
			s.fail("encode: %v", err)
		}
		if e.Fact, err = fact.Decode(kind, body, person); err != nil {
			s.fail("decode: %v", err)
		}
		s.shadow.Apply(e)
	}
	if !reflect.DeepEqual(s.shadow.State, s.floor.State) {
		s.fail("the journal tells another story than memory")
	}
}

// fail ends the test with what the journal held last.
func (s *simulated) fail(format string, args ...any) {
	s.t.Helper()
	for _, e := range s.journal[max(0, len(s.journal)-25):] {
		_, body, _, _ := fact.Encode(e.Fact)
		s.t.Logf("%d %s %s %s %s", e.Seq, e.At.Format("15:04:05.000"), e.About, e.Fact.Kind(), body)
	}
	s.t.Fatalf("seed %d at %s: %s", s.seed, s.now.Format("15:04:05.000"), fmt.Sprintf(format, args...))
}

type appointment struct {
	at time.Time
	n  int
	do func()
}

// agenda is a heap of them, the next one on top.
type agenda []appointment

func (q agenda) Len() int { return len(q) }
func (q agenda) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].n < q[j].n
}
func (q agenda) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *agenda) Push(x any)   { *q = append(*q, x.(appointment)) }
func (q *agenda) Pop() any     { o := *q; x := o[len(o)-1]; *q = o[:len(o)-1]; return x }
