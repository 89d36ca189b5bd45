package postgres_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
)

// BenchmarkDurableOffers measures P8: items are opened, matched and offered, and each is answered when the line of the journal is on the
// disk. At a rate, whoever is late does not make the others come later; "flat out" is 64 clients that do nothing else.
func BenchmarkDurableOffers(b *testing.B) {
	const lasts = 5 * time.Second
	for _, rate := range []int{200, 1000} {
		b.Run(fmt.Sprintf("%d a second", rate), func(b *testing.B) {
			c := newBenchCentre(b)
			var clients sync.WaitGroup
			begin := time.Now()
			for n := range rate * int(lasts/time.Second) {
				time.Sleep(time.Until(begin.Add(time.Duration(n) * time.Second / time.Duration(rate))))
				clients.Go(func() { c.open(b) })
			}
			clients.Wait()
			c.report(b, time.Since(begin))
		})
	}
	b.Run("flat out", func(b *testing.B) {
		c := newBenchCentre(b)
		var clients sync.WaitGroup
		begin := time.Now()
		for range 64 {
			clients.Go(func() {
				for time.Since(begin) < lasts {
					c.open(b)
				}
			})
		}
		clients.Wait()
		c.report(b, time.Since(begin))
	})
}

// benchCentre is an engine on a real journal with 600 people, who take fifty chats each.
type benchCentre struct {
	engine *engine.Engine
	mu     sync.Mutex // guards what follows
	took   []time.Duration
	turns  engine.Turn // sums
}

func newBenchCentre(b *testing.B) *benchCentre {
	c := &benchCentre{}
	c.engine = engine.New(engine.Config{
		Journal: open(b).Journal(), Floor: floor.Defaults, Log: slog.New(slog.DiscardHandler),
		Observe: func(t engine.Turn) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.turns.Facts += t.Facts
			c.turns.Decide += t.Decide
			c.turns.Write += t.Write
		},
	})
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.engine.Run(ctx) }()
	b.Cleanup(func() { stop(); <-ended })
	for !c.engine.Status().Running {
		time.Sleep(time.Millisecond)
	}
	do := func(what any) {
		if _, err := c.engine.Do(b.Context(), floor.Command{Do: what}); err != nil {
			b.Fatal(err)
		}
	}
	for q := range 20 {
		do(floor.DefineQueue{Queue: benchQueue(q), Name: "Q", Number: fmt.Sprint(7000 + q), Music: "default", RingFor: 2 * time.Minute})
	}
	for a := range 600 {
		id := orchestrator.AgentID(fmt.Sprintf("a%d", a))
		do(floor.DefineAgent{Agent: id, Endpoint: string(id), Queues: []orchestrator.QueueID{benchQueue(a), benchQueue(a + 7)}, Who: fact.Person{Name: "A"}})
		do(floor.LoadAgent{Agent: id, Capacity: &fact.Capacity{Slots: map[string]int{"chat": 50}}})
		do(floor.SetStatus{Agent: id, Status: orchestrator.Available})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.turns = engine.Turn{}
	return c
}

func benchQueue(n int) orchestrator.QueueID { return orchestrator.QueueID(fmt.Sprintf("q%d", n%20)) }

func (c *benchCentre) open(b *testing.B) {
	var id orchestrator.InteractionID
	begin := time.Now()
	_, err := c.engine.Do(b.Context(), floor.Command{Do: floor.OpenItem{Channel: orchestrator.ChannelChat, Queue: benchQueue(int(begin.UnixMicro())), Into: &id}})
	took := time.Since(begin)
	if err != nil {
		b.Error(err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.took = append(c.took, took)
}

func (c *benchCentre) report(b *testing.B, lasted time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	slices.Sort(c.took)
	n := len(c.took)
	b.ReportMetric(float64(n)/lasted.Seconds(), "offers/s")
	for _, p := range []int{50, 99} {
		b.ReportMetric(float64(c.took[min(n*p/100, n-1)].Microseconds())/1000, fmt.Sprintf("p%d-ms", p))
	}
	b.ReportMetric(float64(c.turns.Decide.Microseconds())/float64(n), "decide-µs/offer")
	b.ReportMetric(float64(c.turns.Write.Microseconds())/float64(n), "write-µs/offer")
	b.ReportMetric(0, "ns/op")
}
