package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"tandem/adapters/lab"
	"tandem/adapters/lab/labtest"
	"tandem/adapters/postgres"
	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
)

// centre writes calls as the engine does: after an error it opens the journal again and looks what was written.
type centre struct {
	t   *testing.T
	j   *postgres.Journal
	seq int64
}

// tell writes one turn, whatever happens to the database meanwhile.
func (c *centre) tell(ctx context.Context, about orchestrator.InteractionID, facts ...fact.Fact) {
	var entries []fact.Entry
	for i, f := range facts {
		entries = append(entries, fact.Entry{Seq: c.seq + int64(i) + 1, At: noon.Add(time.Duration(c.seq) * time.Second), About: about, Fact: f})
	}
	err := c.j.Append(ctx, entries)
	for err != nil {
		if errors.Is(err, engine.ErrFenced) || ctx.Err() != nil {
			c.t.Fatal(err)
		}
		pause(ctx)
		if _, err = c.j.Open(ctx); err != nil {
			continue
		}
		var written []fact.Entry
		if written, err = c.j.Entries(ctx, c.seq, 100); err != nil {
			continue
		}
		if len(written) != 0 && len(written) != len(entries) {
			c.t.Fatalf("half a turn is written: %d of %d", len(written), len(entries))
		}
		if len(written) == 0 {
			err = c.j.Append(ctx, entries)
		}
	}
	c.seq += int64(len(entries))
}

// pause is that of a program that tries again.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(10 * time.Millisecond):
	}
}

// call is one answered call; its notes would stand twice if anything were done twice.
func (c *centre) call(ctx context.Context, id orchestrator.InteractionID) {
	c.tell(ctx, id, fact.InteractionArrived{Switch: "s", To: "7000", Queue: "sales", Who: fact.Person{Number: "+4915112345"}})
	c.tell(ctx, id, fact.ItemQueued{Queue: "sales"}, fact.OfferMade{Offer: "o", Agent: "ann"}, fact.OfferConnected{Offer: "o", Agent: "ann"})
	c.tell(ctx, id, fact.TalkEnded{Offer: "o", Agent: "ann"}, fact.WrapUpEnded{Offer: "o", Agent: "ann", Disposition: "sold", Who: fact.Person{Text: "notes"}})
	c.tell(ctx, id, fact.ItemEnded{State: orchestrator.ItemDone}, fact.InteractionEnded{})
}

// underLoad writes calls while everything reacts and disturb does its work, and shows that nothing was lost or doubled.
func underLoad(t *testing.T, dsn string, calls int, disturb func(ctx context.Context, call int)) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	db, err := postgres.Open(ctx, dsn, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c := &centre{t: t, j: db.Journal()}
	if _, err := c.j.Open(ctx); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	work, stop := context.WithCancel(ctx)
	for _, r := range desk.Reactions() {
		wg.Go(func() {
			if err := db.Follow(work, r.Name, r.React); err != nil {
				t.Errorf("the reactor %s has ended: %v", r.Name, err)
			}
		})
	}
	sender := notify.Sender{Outbox: db, Routes: []notify.Route{notify.Sink{Log: slog.New(slog.DiscardHandler)}}, Patience: math.MaxInt64, Log: slog.New(slog.DiscardHandler),
		Now: time.Now, Jitter: rand.Float64, Wake: db.Queued, Every: 50 * time.Millisecond, Lease: time.Second}
	wg.Go(func() { _ = sender.Run(work) })

	c.tell(ctx, "", fact.QueueDefined{Queue: "sales", Name: "Sales", Number: "7000", Tickets: fact.TicketAnswered}, fact.AgentDefined{Agent: "ann"})
	for i := range calls {
		disturb(ctx, i)
		c.call(ctx, orchestrator.InteractionID(fmt.Sprintf("i%d", i)))
	}
	settled := func() bool {
		for _, r := range desk.Reactions() {
			if seq, err := db.Cursor(ctx, r.Name); err != nil || seq != c.seq {
				return false
			}
		}
		n, err := db.WaitingSMS(ctx)
		return err == nil && n == 0
	}
	for !settled() {
		if pause(ctx); ctx.Err() != nil {
			t.Fatalf("the reactors do not come to the end: %+v", db.Reactors())
		}
	}
	stop()
	wg.Wait()
	once(ctx, t, db, calls)
}

// once checks that each call has left exactly one of everything.
func once(ctx context.Context, t *testing.T, db *postgres.DB, calls int) {
	t.Helper()
	if err := db.Verify(ctx); err != nil {
		t.Error(err)
	}
	tickets, err := db.Tickets(ctx, ticket.Filter{})
	if err != nil || len(tickets) != calls {
		t.Errorf("%d tickets for %d calls (%v)", len(tickets), calls, err)
	}
	for _, k := range tickets {
		comments, err := db.Comments(ctx, k.Number)
		if err != nil || len(comments) != 1 || k.Disposition != "sold" || k.Version != 2 {
			t.Errorf("the ticket %+v has the notes %+v (%v)", k, comments, err)
		}
	}
	sent, err := db.Messages(ctx, notify.Filter{State: notify.Sent})
	if err != nil || len(sent) != calls {
		t.Errorf("%d messages for %d calls (%v)", len(sent), calls, err)
	}
}

// TestDatabaseRestarts is F38: the server is stopped, cut off and killed under load.
func TestDatabaseRestarts(t *testing.T) {
	server := labtest.PostgresServer(t)
	if err := postgres.Migrate(t.Context(), server.DSN); err != nil {
		t.Fatal(err)
	}
	ways := map[int]func(*lab.Postgres) error{5: (*lab.Postgres).Stop, 10: (*lab.Postgres).StopImmediate, 15: (*lab.Postgres).Kill}
	var wg sync.WaitGroup
	underLoad(t, server.DSN, 20, func(ctx context.Context, call int) {
		wg.Wait() // The server is one goroutine's at a time.
		end := ways[call]
		if end == nil {
			return
		}
		wg.Go(func() {
			begin := time.Now()
			if err := errors.Join(end(server), server.Start(ctx)); err != nil {
				t.Error(err)
			}
			t.Logf("before call %d the server was away for %v", call, time.Since(begin).Round(time.Millisecond))
		})
	})
}

// TestLostReplies is F40: lines are cut again and again after the server has worked and before its reply arrives.
func TestLostReplies(t *testing.T) {
	p, dsn := newProxy(t, database(t))
	underLoad(t, dsn, 25, func(_ context.Context, call int) { p.left.Store(int64(3 + 7*call%40)) })
	if p.cuts.Load() < 5 {
		t.Errorf("only %d lines were cut", p.cuts.Load())
	}
}

// TestLostReplyOfAppend shows the rule of engine.Journal: after an error nobody knows, the journal does.
func TestLostReplyOfAppend(t *testing.T) {
	p, dsn := newProxy(t, database(t))
	j := reopen(t, dsn).Journal()
	if _, err := j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	turn := []fact.Entry{{Seq: 1, At: noon, Fact: fact.QueueDefined{Queue: "sales"}}}
	p.left.Store(1)
	// Which error it is depends on the driver: one that repeats the statement by itself meets the line that is there already.
	if err := j.Append(t.Context(), turn); err == nil || errors.Is(err, engine.ErrFenced) || p.cuts.Load() != 1 {
		t.Fatalf("the reply was lost (%d cuts) and Append says %v", p.cuts.Load(), err)
	}
	written, err := j.Entries(t.Context(), 0, 10)
	if err != nil || len(written) != 1 {
		t.Fatalf("the journal holds %+v (%v)", written, err)
	}
	if err := j.Append(t.Context(), turn); orchestrator.KindOf(err) != orchestrator.Conflict {
		t.Errorf("the repetition is %v", err)
	}
}
