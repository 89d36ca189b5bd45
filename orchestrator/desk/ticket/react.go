package ticket

import (
	"context"
	"fmt"
	"regexp"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/fact"
)

// React opens the ticket of a call by the policy of its queue: when the talk ends, so that it is there during after-call work;
// with the policy "all" also when the caller gave up. After-call work writes its disposition and notes on it.
func React(ctx context.Context, tx Tx, e fact.Entry) error {
	switch x := e.Fact.(type) {
	case fact.TalkEnded:
		return open(ctx, tx, e, x.Agent, fact.TicketAnswered, fact.TicketAll)
	case fact.ItemEnded:
		if x.State == orchestrator.ItemAbandoned {
			return open(ctx, tx, e, "", fact.TicketAll)
		}
	case fact.WrapUpEnded:
		return tx.DisposeTicket(ctx, e.About, x.Agent, x.Disposition, x.Who.Text, e.At)
	}
	return nil
}

// open opens the ticket of the interaction that e is about, when its queue has one of the policies, and tells the customer.
func open(ctx context.Context, tx Tx, e fact.Entry, agent orchestrator.AgentID, policies ...fact.TicketPolicy) error {
	story, err := tx.Story(ctx, e.About, e.Seq)
	if err != nil {
		return err
	}
	queue, who := origin(story)
	q, err := tx.QueueAt(ctx, queue, e.Seq)
	if orchestrator.KindOf(err) == orchestrator.NotFound {
		return nil // It reached no queue, so that no policy asks for a ticket.
	}
	if err != nil {
		return err
	}
	if !has(policies, q.Tickets) {
		return nil
	}
	subject := "Call to " + q.Name
	if agent == "" {
		subject = "Missed call to " + q.Name
	}
	t, opened, err := tx.OpenTicket(ctx, Ticket{Interaction: e.About, Queue: queue, Agent: agent, Customer: who.Number,
		Subject: subject, State: Open, Version: 1, Opened: e.At, Changed: e.At})
	if err != nil || !opened || !textable.MatchString(who.Number) {
		return err
	}
	return tx.QueueSMS(ctx, notify.SMS{
		Key: "ticket.opened:" + t.Number, To: who.Number, Text: receipt(t.Number, q), Interaction: e.About, Ticket: t.Number,
		Created: e.At,
	})
}

// textable is a number to which a text can be sent: the network gives others too, such as "anonymous" or an account name.
var textable = regexp.MustCompile(`^\+?[0-9]{5,15}$`)

// receipt is what the customer is told.
func receipt(number string, q fact.QueueDefined) string {
	return fmt.Sprintf("Thank you for calling %s. Your service number is %s. For more on this, ring %s.", q.Name, number, q.Number)
}

// origin finds where an interaction waited, or was led to, and who calls.
func origin(story []fact.Entry) (queue orchestrator.QueueID, who fact.Person) {
	for _, e := range story {
		switch x := e.Fact.(type) {
		case fact.InteractionArrived:
			queue, who = x.Queue, x.Who
		case fact.ItemQueued:
			queue = x.Queue
		}
	}
	return queue, who
}

// has says whether p is one of the policies; a queue that says nothing has the default.
func has(policies []fact.TicketPolicy, p fact.TicketPolicy) bool {
	if p == "" {
		p = fact.TicketAnswered
	}
	for _, one := range policies {
		if one == p {
			return true
		}
	}
	return false
}
