package ticket

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/fact"
)

// React opens the ticket of a call by the policy of its queue: when the talk ends, so that it is there during after-call work;
// with the policy "all" also when the caller gave up; a chat that a caller went on to is part of the call; and whenever a flow asks for it; such a one goes to the agent who takes the call. After-call work writes its disposition and
// notes on it, the customer's rating its score. A text that a flow sends to the caller goes the same way as the service number.
func React(ctx context.Context, tx Tx, e fact.Entry) error {
	switch x := e.Fact.(type) {
	case fact.OfferConnected:
		return take(ctx, tx, e, x)
	case fact.TalkEnded:
		return openFor(ctx, tx, e, x.Agent, fact.TicketAnswered, fact.TicketAll)
	case fact.ItemEnded:
		switch x.State {
		case orchestrator.ItemAbandoned:
			return openFor(ctx, tx, e, "", fact.TicketAll)
		case orchestrator.ItemExpired:
			return missed(ctx, tx, e, x)
		}
	case fact.WrapUpEnded:
		return tx.DisposeTicket(ctx, cmp.Or(x.Root, e.About), x.Agent, x.Disposition, x.Who.Text, e.At)
	case fact.SurveyAnswered:
		return tx.RateTicket(ctx, cmp.Or(x.Root, e.About), x.Score, e.At)
	case fact.TicketAsked:
		story, err := tx.Story(ctx, e.About, e.Seq)
		if err != nil {
			return err
		}
		return open(ctx, tx, e, originOf(story), Ticket{Subject: x.Subject}, "Thank you for calling.")
	case fact.SMSAsked:
		return text(ctx, tx, e, x.Who.Text)
	}
	return nil
}

// take gives a ticket that a flow opened to who took the call.
func take(ctx context.Context, tx Tx, e fact.Entry, x fact.OfferConnected) error {
	story, err := tx.Story(ctx, e.About, e.Seq)
	if err != nil {
		return err
	}
	for _, s := range story {
		if _, asked := s.Fact.(fact.TicketAsked); asked {
			return tx.TakeTicket(ctx, e.About, x.Agent, x.Queue, e.At)
		}
	}
	if from := originOf(story); (from.promised || from.moved) && from.root != "" {
		return tx.TakeTicket(ctx, from.root, x.Agent, x.Queue, e.At) // That of the call, if a flow opened one there.
	}
	return nil // None is open yet.
}

// missed notes on the ticket of the matter that a promised call has reached nobody, and opens one where there is none, so that somebody
// looks after it.
func missed(ctx context.Context, tx Tx, e fact.Entry, x fact.ItemEnded) error {
	story, err := tx.Story(ctx, e.About, e.Seq)
	if err != nil || !originOf(story).promised {
		return err
	}
	if err := openFor(ctx, tx, e, "", fact.TicketAnswered, fact.TicketAll); err != nil {
		return err
	}
	note := fmt.Sprintf("The promised call was not made good, after %d attempts: %s. Please look after the customer.", attempts(story), x.Reason)
	return tx.DisposeTicket(ctx, cmp.Or(originOf(story).root, e.About), byCallback, "", note, e.At)
}

// byCallback is the author of what becomes of a promised call.
const byCallback = "callback"

func attempts(story []fact.Entry) (n int) {
	for _, e := range story {
		if _, is := e.Fact.(fact.CustomerDialled); is {
			n++
		}
	}
	return n
}

// openFor opens the ticket of the interaction that e is about, when its queue has one of the policies.
func openFor(ctx context.Context, tx Tx, e fact.Entry, agent orchestrator.AgentID, policies ...fact.TicketPolicy) error {
	story, err := tx.Story(ctx, e.About, e.Seq)
	if err != nil {
		return err
	}
	from := originOf(story)
	if from.channel != "" && !from.promised && !from.moved {
		return nil // What came over another channel is a ticket, or a conversation, already.
	}
	q, err := tx.QueueAt(ctx, from.queue, e.Seq)
	if orchestrator.KindOf(err) == orchestrator.NotFound {
		return nil // It reached no queue, so that no policy asks for a ticket.
	}
	if err != nil || !has(policies, q.Tickets) {
		return err
	}
	subject := "Call to " + q.Name
	if agent == "" {
		subject = "Missed call to " + q.Name
	}
	if from.promised {
		from.dialled = q.Number
		subject = "Callback of " + q.Name
	}
	if from.moved {
		subject = "Chat with " + q.Name
		call, err := tx.Story(ctx, from.root, e.Seq) // The customer is who called: a chat has another address.
		if err != nil {
			return err
		}
		from.who, from.dialled = originOf(call).who, q.Number
	}
	return open(ctx, tx, e, from, Ticket{Agent: agent, Subject: subject}, "Thank you for calling "+q.Name+".")
}

// open opens the one ticket of an interaction and tells the customer its number, and which one to ring.
func open(ctx context.Context, tx Tx, e fact.Entry, from origin, t Ticket, thanks string) error {
	t.Interaction, t.Queue, t.Customer, t.State, t.Version, t.Opened, t.Changed = cmp.Or(from.root, e.About), from.queue, from.who.Number, Open, 1, e.At, e.At
	types, err := tx.TicketTypes(ctx)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(types, func(k Type) bool { return slices.Contains(k.Queues, from.queue) }); i >= 0 {
		t.Type, t.Fields = types[i].ID, types[i].Fill(from.keyed)
	}
	t, opened, err := tx.OpenTicket(ctx, t)
	if err == nil && opened && from.score != 0 {
		err = tx.RateTicket(ctx, t.Interaction, from.score, e.At)
	}
	if err != nil || !opened || !orchestrator.Textable(from.who.Number) {
		return err
	}
	return tx.QueueSMS(ctx, notify.SMS{
		Key: "ticket.opened:" + t.Number, To: from.who.Number, Interaction: e.About, Ticket: t.Number, Created: e.At,
		Text: fmt.Sprintf("%s Your service number is %s. For more on this, ring %s.", thanks, t.Number, from.dialled),
	})
}

// text sends what a flow says to who calls.
func text(ctx context.Context, tx Tx, e fact.Entry, says string) error {
	story, err := tx.Story(ctx, e.About, e.Seq)
	if err != nil {
		return err
	}
	to := originOf(story).who.Number
	if says == "" || !orchestrator.Textable(to) {
		return nil // Erased meanwhile, or nobody who can be texted.
	}
	return tx.QueueSMS(ctx, notify.SMS{Key: fmt.Sprintf("flow.sms:%s:%d", e.About, e.Seq), To: to, Text: says, Interaction: e.About, Created: e.At})
}

// origin is where an interaction waited, or was led to, and who calls.
type origin struct {
	channel  orchestrator.Channel // "" is a call
	queue    orchestrator.QueueID
	dialled  string
	who      fact.Person
	score    int                        // that the customer gave on the way; 0 for none
	promised bool                       // the centre calls the customer
	moved    bool                       // it is what a call went on as, in the place of that call
	root     orchestrator.InteractionID // the call that the promise came from; "" is none
	keyed    map[string]string          // what was keyed in, by name; masked ones left out
}

func originOf(story []fact.Entry) (from origin) {
	for _, e := range story {
		switch x := e.Fact.(type) {
		case fact.InteractionArrived:
			from = origin{queue: x.Queue, dialled: x.To, who: x.Who, keyed: map[string]string{}}
		case fact.AttributeSet:
			if !x.Masked && from.keyed != nil {
				from.keyed[x.Name] = x.Who.Text
			}
		case fact.InteractionOpened:
			from = origin{channel: x.Channel, queue: x.Queue, who: x.Who, root: x.Root, keyed: map[string]string{}}
		case fact.CallbackRequested:
			from.promised = true
		case fact.ItemQueued:
			from.queue, from.moved = x.Queue, from.moved || x.Kept != "" && from.channel != "" && !from.promised
		case fact.SurveyAnswered:
			from.score = cmp.Or(from.score, x.Score)
		}
	}
	return from
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
