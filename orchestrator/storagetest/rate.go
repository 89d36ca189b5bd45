package storagetest

import (
	"context"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/fact"
)

// ticketRated: the first rating stands on interaction and ticket, whenever it came; a low one opens a solved ticket again.
func ticketRated(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	rate := func(id orchestrator.InteractionID, score int) {
		sc.tell(id, fact.SurveyAnswered{Queue: "sales", Agent: "ann", Score: score, Via: fact.ViaKey})
	}
	sc.call("good", "+49151")
	rate("good", 4)
	rate("good", 1)
	sc.queued("early", "+49152") // in the flow, before there is a ticket
	rate("early", 2)
	sc.answered("early")
	sc.hungUp("early")
	sc.wrapped("early", "sold", "")
	sc.call("bad", "+49153")
	sc.call("none", "+49154")
	sc.settle(s)
	must(t, second(s.Move(ctx, "", numberOf(ctx, t, s, "bad"), ticket.Solved, 0, "ann")))
	rate("bad", 1)
	sc.settle(s)
	must(t, s.RebuildViews(ctx))

	for _, c := range []struct {
		id       orchestrator.InteractionID
		score    int
		state    ticket.State
		followUp bool
		comments int // the notes among them
		changes  int // with the disposition
	}{
		{"good", 4, ticket.Open, false, 1, 2}, {"early", 2, ticket.Open, true, 1, 2}, {"bad", 1, ticket.Open, true, 2, 4}, {"none", 0, ticket.Open, false, 1, 1},
	} {
		if i := get[view.Interaction](t)(s.Interaction(ctx, c.id)); i.Score != c.score {
			t.Errorf("the interaction %s has the score %d, want %d", c.id, i.Score, c.score)
		}
		k := get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{Interaction: c.id}))[0]
		if k.Score != c.score || k.State != c.state || k.FollowUp() != c.followUp || k.Version != int64(1+c.changes) && c.id != "bad" {
			t.Errorf("the ticket of %s is %+v", c.id, k)
		}
		comments, changes := get[[]ticket.Comment](t)(s.Comments(ctx, k.Number)), get[[]ticket.Change](t)(s.History(ctx, k.Number))
		if len(comments) != c.comments || len(changes) != c.changes {
			t.Errorf("the ticket of %s has %+v and %+v", c.id, comments, changes)
		}
		if c.score == 1 && (comments[1].Author != ticket.By || changes[2].From != "solved" || changes[2].To != "open" || changes[3].Field != "score" || changes[3].To != "1") {
			t.Errorf("the ticket of %s was not opened again: %+v, %+v", c.id, comments, changes)
		}
	}
}
