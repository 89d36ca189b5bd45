package routing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tandem/orchestrator"
)

// centre is a centre of a size, in a steady state of one of two kinds: work waits for people, or people wait for work.
type centre struct {
	pool   Pool
	chance *rand.Rand
	agents []Agent
	needs  []Need
	queues []orchestrator.QueueID
	now    time.Time
	items  int
	lends  bool                         // it is asked for loans, as the floor does
	line   []orchestrator.InteractionID // names of items, used again so that the benchmark itself allocates nothing
	busy   []int                        // agents who have work, when people wait for it
}

// newCentre makes n people, each in five of the queues and with eight of the skills; a third of the items ask for two skills.
func newCentre(n, queues, skills int) *centre {
	c := &centre{chance: rand.New(rand.NewPCG(1, 2)), now: t0}
	for q := range queues {
		c.queues = append(c.queues, orchestrator.QueueID(fmt.Sprintf("q%d", q)))
	}
	for s := range skills {
		for o := range s {
			c.needs = append(c.needs, NewNeed(Skill{ID: SkillID(fmt.Sprintf("s%d", s)), Level: 3}, Skill{ID: SkillID(fmt.Sprintf("s%d", o)), Level: 3}))
		}
	}
	for i := range n {
		a := Agent{ID: orchestrator.AgentID(fmt.Sprintf("a%d", i)), Open: Set(Voice), Idle: c.now}
		for range min(5, queues) {
			a.Queues = append(a.Queues, c.queues[c.chance.IntN(queues)])
		}
		for _, s := range c.chance.Perm(skills)[:min(8, skills)] {
			a.Skills = append(a.Skills, Skill{ID: SkillID(fmt.Sprintf("s%d", s)), Level: 1 + c.chance.IntN(10)})
		}
		c.agents = append(c.agents, a)
	}
	for i := range 2*n + 2 {
		c.line = append(c.line, orchestrator.InteractionID(fmt.Sprintf("i%d", i)))
	}
	return c
}

// arrives puts the next item in line.
func (c *centre) arrives() {
	c.now = c.now.Add(time.Millisecond)
	it := Item{ID: c.line[c.items%len(c.line)], Queue: c.queues[c.chance.IntN(len(c.queues))], Since: c.now}
	if len(c.needs) > 0 && c.chance.IntN(3) == 0 {
		it.Need = c.needs[c.chance.IntN(len(c.needs))]
	}
	c.items++
	c.pool.Wait(it)
}

func (c *centre) frees(i int) {
	c.agents[i].Idle = c.now
	c.pool.Free(c.agents[i])
}

// decide carries out everything that can be matched.
func (c *centre) decide() {
	for {
		it, a, ok := c.pool.Next()
		if !ok {
			if c.lends {
				c.pool.Lend(c.now) // carried out by nobody, so that the centre stays as it is
			}
			return
		}
		c.pool.Leave(it.ID)
		c.pool.Busy(a.ID)
		c.busy = append(c.busy, agentNumber(a.ID))
	}
}

func agentNumber(id orchestrator.AgentID) int {
	n := 0
	for _, r := range id[1:] {
		n = n*10 + int(r-'0')
	}
	return n
}

// turn is one change and the decisions that follow: somebody becomes free where work waits, or work arrives where people wait.
func (c *centre) turn(workWaits bool) {
	if workWaits {
		c.frees(c.chance.IntN(len(c.agents)))
		c.decide()
		c.busy = c.busy[:0]
		return
	}
	c.arrives()
	c.decide()
}

// between brings the centre back to where it was.
func (c *centre) between(workWaits bool, waiting int) {
	if workWaits {
		for len(c.pool.items) < waiting {
			c.arrives()
			c.decide()
		}
		return
	}
	if c.items > 0 {
		c.pool.Leave(c.line[(c.items-1)%len(c.line)]) // nobody could take it
	}
	for _, i := range c.busy {
		c.frees(i)
	}
	c.busy = c.busy[:0]
}

// settle fills the centre: waiting items and nobody free, or half of the people free and nothing waiting.
func (c *centre) settle(workWaits bool, waiting int) {
	for i := range c.agents {
		c.frees(i)
		if workWaits || i%2 == 0 {
			c.pool.Busy(c.agents[i].ID)
		}
	}
	c.between(workWaits, waiting)
	for range 20_000 { // all classes are there, all slices have grown
		c.turn(workWaits)
		c.between(workWaits, waiting)
	}
}

// measure times each turn by itself.
func (c *centre) measure(b *testing.B, workWaits bool, waiting int) {
	c.settle(workWaits, waiting)
	took := make([]time.Duration, 0, b.N)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		begin := time.Now()
		c.turn(workWaits)
		took = append(took, time.Since(begin))
		c.between(workWaits, waiting)
	}
	b.StopTimer()
	slices.Sort(took)
	sum := time.Duration(0)
	for _, d := range took {
		sum += d
	}
	b.ReportMetric(float64(sum.Nanoseconds())/float64(b.N), "ns/decision")
	b.ReportMetric(float64(took[b.N/2].Nanoseconds()), "p50-ns")
	b.ReportMetric(float64(took[min(b.N*99/100, b.N-1)].Nanoseconds()), "p99-ns")
}

// BenchmarkDecision measures P7 and the growth: the time of one change with the decisions that follow from it.
func BenchmarkDecision(b *testing.B) {
	for _, kind := range []struct {
		name      string
		workWaits bool
	}{{"work waits", true}, {"people wait", false}} {
		b.Run(kind.name+"/1000 people, 64 skills", func(b *testing.B) {
			newCentre(1000, 8, 64).measure(b, kind.workWaits, 1000)
		})
		for _, n := range []int{100, 1000, 10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d people, %d items, %d queues", kind.name, n, n, max(1, n/20)), func(b *testing.B) {
				newCentre(n, max(1, n/20), 0).measure(b, kind.workWaits, n)
			})
			b.Run(fmt.Sprintf("%s/%d people, %d items, one queue", kind.name, n, n), func(b *testing.B) {
				newCentre(n, 1, 0).measure(b, kind.workWaits, n)
			})
		}
	}
}

// TestDecisionsAllocateNothing keeps the promise of the package comment.
func TestDecisionsAllocateNothing(t *testing.T) {
	for _, workWaits := range []bool{true, false} {
		c := newCentre(200, 10, 8)
		c.settle(workWaits, 200)
		if n := testing.AllocsPerRun(2000, func() {
			c.turn(workWaits)
			c.between(workWaits, 200)
		}); n != 0 {
			t.Errorf("work waits %v: %.2f allocations a decision", workWaits, n)
		}
	}
}

// BenchmarkDecisionWithLending is BenchmarkDecision where every queue borrows from the next by a rule, and nobody can be spared or
// there is nobody to lend to: what the rules cost when nothing comes of them.
func BenchmarkDecisionWithLending(b *testing.B) {
	for _, workWaits := range []bool{true, false} {
		b.Run(fmt.Sprintf("work waits %v/10000 people, 10000 items, 500 queues", workWaits), func(b *testing.B) {
			c := newCentre(10_000, 500, 0)
			for n, q := range c.queues {
				rule := Borrow{From: []orchestrator.QueueID{c.queues[(n+1)%len(c.queues)]}, When: Surge{Waiting: 10}}
				c.pool.Define(q, Plan{Borrow: []Borrow{rule}})
			}
			c.lends = true
			c.measure(b, workWaits, 10_000)
		})
	}
}
