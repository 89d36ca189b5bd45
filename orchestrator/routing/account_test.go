package routing

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tandem/orchestrator"
)

// What is written down of a decision is what could be told of it, and changes no decision.
func TestAccounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p Pool
		m := model{map[orchestrator.InteractionID]Item{}, map[orchestrator.AgentID]Agent{}, map[orchestrator.QueueID]Plan{}}
		for range rapid.IntRange(1, 60).Draw(t, "changes") {
			change(t, &p, &m)
		}
		for {
			it, a, ok := p.Next()
			if !ok {
				return
			}
			x, _ := p.Explain(it.ID)
			got := p.Account(it.ID)
			if again, b, _ := p.Next(); again.ID != it.ID || b.ID != a.ID {
				t.Fatalf("the account changed the decision: %s for %s, was %s for %s", b.ID, again.ID, a.ID, it.ID)
			}
			want := Account{}
			for n, v := range x.People {
				switch v.Is {
				case Chosen, Outranked, NoRoom:
					want.Fit, want.Free = want.Fit+1, want.Free+1
				case NotFree:
					want.Fit++
				}
				if n == 1 && v.Is == Outranked {
					want.Next, want.By = v.Agent, v.By
				}
			}
			if got != want {
				t.Fatalf("written down %+v, explained %+v", got, x)
			}
			p.Leave(it.ID)
			p.Busy(a.ID)
		}
	})
}

// clockCost is what a look at the clock and another one take: a good part of what is measured here.
func clockCost() time.Duration {
	took := make([]time.Duration, 10_000)
	for i := range took {
		begin := time.Now()
		took[i] = time.Since(begin)
	}
	return median(took)
}

// median of some times, which it puts in order. On a busy machine the mean tells of the others.
func median(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}

// BenchmarkAccount prints what writing down a decision costs, beside the decision: medians, without the looks at the clock.
func BenchmarkAccount(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprintf("%d people, %d queues", n, n/20), func(b *testing.B) {
			c := newCentre(n, n/20, 0)
			c.settle(false, n)
			decided, written := make([]time.Duration, 0, b.N), make([]time.Duration, 0, b.N)
			clock := clockCost()
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				begin := time.Now()
				c.arrives()
				it, a, ok := c.pool.Next()
				found := time.Since(begin)
				if ok {
					begin = time.Now()
					c.pool.Account(it.ID)
					written = append(written, time.Since(begin)-clock)
					begin = time.Now()
					c.pool.Leave(it.ID)
					c.pool.Busy(a.ID)
					decided = append(decided, found+time.Since(begin)-2*clock)
					c.busy = append(c.busy, agentNumber(a.ID))
				}
				c.between(false, n)
			}
			if len(written) == 0 {
				return // one round, which finds no decision
			}
			d, w := median(decided), median(written)
			b.ReportMetric(float64(d.Nanoseconds()), "ns/decision")
			b.ReportMetric(float64(w.Nanoseconds()), "ns/account")
			b.ReportMetric(100*float64(w)/float64(d), "%")
		})
	}
}
