package storagetest

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/fact"
)

var ticketCases = []testCase{
	{"open by the policy of the queue as it was", ticketPolicy},
	{"are there while the agent writes up the call, and take the disposition", ticketDuringWrapUp},
	{"tell the customer once, and only numbers that can be texted", ticketTells},
	{"open, and texts are sent, when a flow asks for it", ticketFlow},
	{"take the first rating, and come back when it is low", ticketRated},
	{"move by their states and versions, with history", ticketMoves},
	{"change once under a key", ticketKeys},
	{"let one of many movers win", ticketRace},
	{"page, newest first", ticketPages},
}

func ticketPolicy(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	for _, c := range []struct {
		policy              fact.TicketPolicy
		answered, abandoned int
	}{{fact.TicketAnswered, 1, 0}, {fact.TicketAll, 1, 1}, {fact.TicketNever, 0, 0}, {"", 1, 0}} {
		sc.centre(c.policy)
		taken, gone := orchestrator.InteractionID("taken-"+c.policy), orchestrator.InteractionID("gone-"+c.policy)
		sc.call(taken, "+49151")
		sc.queued(gone, "+49152")
		sc.abandon(gone)
		sc.tell(orchestrator.InteractionID("lost-"+c.policy), fact.InteractionArrived{Switch: "s", Leg: "l", To: "7999"},
			fact.ItemEnded{State: orchestrator.ItemCanceled, Reason: "unknown_number"},
			fact.ItemEnded{State: orchestrator.ItemAbandoned})
	}
	// The policy counts that stood at the time of the call, also for a reactor that comes late.
	sc.settle(s)
	for _, c := range []struct {
		id   orchestrator.InteractionID
		want int
	}{
		{"taken-answered", 1}, {"gone-answered", 0}, {"taken-all", 1}, {"gone-all", 1}, {"taken-never", 0}, {"gone-never", 0},
		{"taken-", 1}, {"gone-", 0}, {"lost-all", 0},
	} {
		if n := len(get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{Interaction: c.id}))); n != c.want {
			t.Errorf("%s: %d tickets, want %d", c.id, n, c.want)
		}
	}
}

func ticketDuringWrapUp(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	sc.queued("i1", "+4915112345")
	sc.answered("i1")
	sc.settle(s)
	if all := get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{})); len(all) != 0 {
		t.Errorf("a ticket is open while they talk: %+v", all)
	}
	sc.hungUp("i1")
	opened := at(time.Duration(sc.seq-1) * time.Second)
	sc.settle(s)
	all := get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{}))
	if len(all) != 1 {
		t.Fatalf("%d tickets", len(all))
	}
	k := all[0]
	if !regexp.MustCompile(`^[0-9]{8}$`).MatchString(k.Number) {
		t.Errorf("the service number is %q", k.Number)
	}
	want := ticket.Ticket{Number: k.Number, Interaction: "i1", Queue: "sales", Agent: "ann", Customer: "+4915112345",
		Subject: "Call to Sales", State: ticket.Open, Version: 1, Opened: opened, Changed: opened}
	if !reflect.DeepEqual(k, want) {
		t.Errorf("the ticket is\n%+v\nwant\n%+v", k, want)
	}
	sc.wrapped("i1", "sold", "wants two")
	sc.settle(s)
	done := at(time.Duration(sc.seq-1) * time.Second)
	want.Disposition, want.Version, want.Changed = "sold", 2, done
	if k := get[ticket.Ticket](t)(s.Ticket(ctx, k.Number)); !reflect.DeepEqual(k, want) {
		t.Errorf("after the after-call work\n%+v\nwant\n%+v", k, want)
	}
	c := get[[]ticket.Comment](t)(s.Comments(ctx, k.Number))
	if len(c) != 1 || c[0].Text != "wants two" || c[0].Author != "ann" || !c[0].At.Equal(done) {
		t.Errorf("the notes are %+v", c)
	}
	h := get[[]ticket.Change](t)(s.History(ctx, k.Number))
	if !reflect.DeepEqual(h, []ticket.Change{{Field: "disposition", To: "sold", By: "ann", At: done}}) {
		t.Errorf("the history is %+v", h)
	}
}

func ticketTells(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	for id, number := range map[orchestrator.InteractionID]string{
		"good": "+4915112345", "plain": "15112345", "short": "1511", "word": "anonymous", "none": "", "long": "+4915112345678901", "inside": "x+4915112345",
	} {
		sc.call(id, number)
	}
	sc.settle(s)
	told := map[orchestrator.InteractionID]notify.SMS{}
	for _, m := range get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{})) {
		told[m.Interaction] = m
	}
	if len(told) != 2 || told["good"].To != "+4915112345" || told["plain"].To != "15112345" {
		t.Fatalf("told are %+v", told)
	}
	m := told["good"]
	k := get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{Interaction: "good"}))[0]
	if m.Ticket != k.Number || !strings.Contains(m.Text, k.Number) || !strings.Contains(m.Text, "7000") || m.State != notify.Queued {
		t.Errorf("the message is %+v", m)
	}
}

// oneTicket opens a ticket and returns its number.
func oneTicket(ctx context.Context, t *testing.T, s Store) string {
	t.Helper()
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	sc.queued("i1", "+4915112345")
	sc.answered("i1")
	sc.hungUp("i1")
	sc.settle(s)
	return get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{}))[0].Number
}

func ticketMoves(ctx context.Context, t *testing.T, s Store) {
	n := oneTicket(ctx, t, s)
	for i, c := range []struct {
		to      ticket.State
		version int64
		want    orchestrator.Kind
	}{
		{ticket.Closed, 0, orchestrator.Conflict},
		{"gone", 0, orchestrator.Invalid},
		{"", 0, orchestrator.Invalid},
		{ticket.Pending, 1, ""},
		{ticket.Solved, 1, orchestrator.Conflict}, // seen an old version
		{ticket.Pending, 0, ""},                   // already there: nothing changes
		{ticket.Solved, 2, ""},
		{ticket.Open, 3, ""},
		{ticket.Solved, 0, ""},
		{ticket.Closed, 5, ""},
		{ticket.Open, 0, orchestrator.Conflict},
	} {
		k, err := s.Move(ctx, "", n, c.to, c.version, "ann")
		kind(t, fmt.Sprintf("move %d to %q", i, c.to), err, c.want)
		if err == nil && (k.State != c.to || k.Customer != "+4915112345") {
			t.Errorf("move %d answers %+v", i, k)
		}
	}
	_, err := s.Move(ctx, "", "10000009", ticket.Open, 0, "ann")
	kind(t, "a ticket that is not there", err, orchestrator.NotFound)
	k := get[ticket.Ticket](t)(s.Ticket(ctx, n))
	if k.State != ticket.Closed || k.Version != 6 || k.Changed.Equal(k.Opened) {
		t.Errorf("in the end %+v", k)
	}
	var path []string
	for _, h := range get[[]ticket.Change](t)(s.History(ctx, n)) {
		path = append(path, h.From+">"+h.To+" by "+h.By)
	}
	want := []string{"open>pending by ann", "pending>solved by ann", "solved>open by ann", "open>solved by ann", "solved>closed by ann"}
	if !reflect.DeepEqual(path, want) {
		t.Errorf("the history is %q", path)
	}
}

func ticketKeys(ctx context.Context, t *testing.T, s Store) {
	n := oneTicket(ctx, t, s)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := s.Comment(ctx, "k1", ticket.Comment{Ticket: n, Author: "ann", Text: "hello"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	first := get[ticket.Comment](t)(s.Comment(ctx, "k1", ticket.Comment{Ticket: n, Author: "ann", Text: "hello"}))
	c := get[[]ticket.Comment](t)(s.Comments(ctx, n))
	if len(c) != 1 || c[0] != first || first.ID == 0 || first.At.IsZero() {
		t.Errorf("under one key: %+v, answered %+v", c, first)
	}
	_, err := s.Comment(ctx, "k1", ticket.Comment{Ticket: n, Author: "ann", Text: "other"})
	kind(t, "the same key for another text", err, orchestrator.Conflict)
	_, err = s.Move(ctx, "k1", n, ticket.Solved, 0, "ann")
	kind(t, "the same key for another request", err, orchestrator.Conflict)
	_, err = s.Comment(ctx, "k2", ticket.Comment{Ticket: "10000009", Text: "x"})
	kind(t, "a comment on no ticket", err, orchestrator.NotFound)
	_, err = s.Comment(ctx, "", ticket.Comment{Ticket: n})
	kind(t, "an empty comment", err, orchestrator.Invalid)
	must(t, second(s.Comment(ctx, "k2", ticket.Comment{Ticket: n, Author: "bob", Text: "a key that failed is free"})))

	moved := get[ticket.Ticket](t)(s.Move(ctx, "m1", n, ticket.Solved, 1, "ann"))
	must(t, second(s.Move(ctx, "", n, ticket.Open, 0, "ann")))
	if again := get[ticket.Ticket](t)(s.Move(ctx, "m1", n, ticket.Solved, 1, "ann")); !reflect.DeepEqual(again, moved) {
		t.Errorf("the repetition answers %+v, the first time %+v", again, moved)
	}
	if k := get[ticket.Ticket](t)(s.Ticket(ctx, n)); k.State != ticket.Open {
		t.Errorf("the repetition has moved the ticket: %+v", k)
	}
}

func second[T any](_ T, err error) error { return err }

func ticketRace(ctx context.Context, t *testing.T, s Store) {
	n := oneTicket(ctx, t, s)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range 8 {
		wg.Go(func() {
			_, err := s.Move(ctx, fmt.Sprintf("race%d", i), n, ticket.Pending, 1, "ann")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if orchestrator.KindOf(err) != orchestrator.Conflict {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if h := get[[]ticket.Change](t)(s.History(ctx, n)); won != 1 || len(h) != 1 {
		t.Errorf("%d have won, the history is %+v", won, h)
	}
}

func ticketPages(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	for i := range 11 {
		sc.call(orchestrator.InteractionID(fmt.Sprintf("i%02d", i)), "")
	}
	sc.settle(s)
	f, seen := ticket.Filter{Limit: 4, State: ticket.Open, Queue: "sales"}, []string{}
	for {
		page := get[[]ticket.Ticket](t)(s.Tickets(ctx, f))
		if len(page) == 0 {
			break
		}
		for _, k := range page {
			seen = append(seen, string(k.Interaction))
		}
		f.Before = page[len(page)-1].Number
	}
	if len(seen) != 11 || seen[0] != "i10" || seen[10] != "i00" {
		t.Errorf("the pages hold %q", seen)
	}
	_, err := s.Tickets(ctx, ticket.Filter{Before: "none"})
	kind(t, "page after nothing", err, orchestrator.Invalid)
	_, err = s.Ticket(ctx, "none")
	kind(t, "ticket", err, orchestrator.NotFound)
	_, err = s.Comments(ctx, "none")
	kind(t, "comments", err, orchestrator.NotFound)
	_, err = s.History(ctx, "none")
	kind(t, "history", err, orchestrator.NotFound)
}
