package routing

import (
	"fmt"
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

// BenchmarkAccount prints what writing down a decision costs, beside the decision.
func BenchmarkAccount(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprintf("%d people, %d queues", n, n/20), func(b *testing.B) {
			c := newCentre(n, n/20, 0)
			c.settle(false, n)
			var decided, written time.Duration
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				begin := time.Now()
				c.arrives()
				it, a, ok := c.pool.Next()
				decided += time.Since(begin)
				if ok {
					begin = time.Now()
					c.pool.Account(it.ID)
					written += time.Since(begin)
					begin = time.Now()
					c.pool.Leave(it.ID)
					c.pool.Busy(a.ID)
					decided += time.Since(begin)
					c.busy = append(c.busy, agentNumber(a.ID))
				}
				c.between(false, n)
			}
			b.ReportMetric(float64(decided.Nanoseconds())/float64(b.N), "ns/decision")
			b.ReportMetric(float64(written.Nanoseconds())/float64(b.N), "ns/account")
		})
	}
}
