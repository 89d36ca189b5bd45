package postgres_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/fact"
)

// TestWhatAnotherProgramHasDoneIsNotDoneAgain holds the reactors of one program with lines in their hands while another program does
// those and later ones: when they go on, the row that was moved stops them before they write.
func TestWhatAnotherProgramHasDoneIsNotDoneAgain(t *testing.T) {
	dsn := database(t)
	db, other := reopen(t, dsn), reopen(t, dsn)
	c := &centre{t: t, j: db.Journal()}
	if _, err := c.j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := slices.DeleteFunc(desk.Reactions(), func(r desk.Reaction) bool { return r.Name == "surveys" || r.Name == "webhooks" }) // nothing here is theirs
	var held sync.WaitGroup
	var last int64 // line that they have in hand
	goOn := make(chan struct{})
	var mine []desk.Reaction
	for _, r := range all {
		held.Add(1)
		hold := sync.OnceFunc(func() { held.Done(); <-goOn })
		mine = append(mine, desk.Reaction{Name: r.Name, React: func(ctx context.Context, tx desk.Tx, e fact.Entry) error {
			if _, arrives := e.Fact.(fact.InteractionArrived); arrives {
				hold()
			}
			if e.Seq > last {
				t.Errorf("%s reacts to line %d, which the other program has done", r.Name, e.Seq)
			}
			return r.React(ctx, tx, e)
		}})
	}
	c.tell(t.Context(), "", fact.QueueDefined{Queue: "sales", Name: "Sales", Number: "7000"}, fact.AgentDefined{Agent: "ann"})
	last = c.seq + 5
	stop := following(t, db, mine...)
	c.tell(t.Context(), "i1", fact.InteractionArrived{Switch: "s", To: "7000", Queue: "sales", Who: fact.Person{Number: "+4915112345"}},
		fact.ItemQueued{Queue: "sales"}, fact.OfferMade{Offer: "o", Agent: "ann"}, fact.OfferConnected{Offer: "o", Agent: "ann", Tape: "v"},
		fact.TalkEnded{Offer: "o", Agent: "ann", Tape: "v"})
	held.Wait()
	c.tell(t.Context(), "i1", fact.WrapUpEnded{Offer: "o", Agent: "ann", Who: fact.Person{Text: "notes"}}, fact.InteractionEnded{})
	defer following(t, other, all...)()
	done := func() {
		t.Helper()
		for _, r := range all {
			for seq := int64(0); seq < c.seq; pause(t.Context()) {
				var err error
				if seq, err = other.Cursor(t.Context(), r.Name); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	done()
	close(goOn)
	for _, r := range all { // the row is where it must be: only the reactor itself knows how far it has come
		for db.Reactors()[r.Name].Seq < c.seq {
			pause(t.Context())
		}
	}
	stop() // what they had in hand has been written, or was refused
	done()
	tickets, err := db.Tickets(t.Context(), ticket.Filter{})
	if err != nil || len(tickets) != 1 {
		t.Fatalf("the tickets are %+v, %v", tickets, err)
	}
	if notes, err := db.Comments(t.Context(), tickets[0].Number); err != nil || len(notes) != 1 {
		t.Errorf("the notes stand there as %+v, %v", notes, err)
	}
}
