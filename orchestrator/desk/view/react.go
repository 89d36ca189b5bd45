package view

import (
	"context"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// React folds one line of the journal into the rows. It is the whole of the view: the rows can be thrown away and folded again.
func React(ctx context.Context, tx Tx, e fact.Entry) error {
	switch x := e.Fact.(type) {
	case fact.QueueDefined:
		return tx.PutQueue(ctx, Queue{ID: x.Queue, Name: x.Name, Number: x.Number, Greeting: x.Greeting, Music: x.Music,
			RingFor: x.RingFor, WrapUp: x.WrapUp, Tickets: x.Tickets, Survey: x.Survey})
	case fact.AgentDefined:
		return defineAgent(ctx, tx, x, e)
	case fact.PhoneMade:
		return movePhone(ctx, tx, x)
	case fact.AgentStatusSet:
		return changeAgent(ctx, tx, x.Agent, func(a *Agent) { setStatus(a, x, e) })
	case fact.PhoneChanged:
		return changePhone(ctx, tx, x)
	case fact.SwitchDown:
		if err := tx.PutSwitch(ctx, Switch{Name: x.Switch, Away: e.At}); err != nil {
			return err
		}
		return forgetPhones(ctx, tx, x)
	case fact.SwitchMissed:
		return changeRow(ctx, x.Switch, tx.SwitchRow, tx.PutSwitch, func(s *Switch) { s.Missed = true })
	case fact.SwitchUp:
		return tx.PutSwitch(ctx, Switch{Name: x.Switch})
	}
	if err := reactOffer(ctx, tx, e); err != nil {
		return err
	}
	return reactInteraction(ctx, tx, e)
}

func defineAgent(ctx context.Context, tx Tx, x fact.AgentDefined, e fact.Entry) error {
	a, err := tx.AgentRow(ctx, x.Agent)
	switch orchestrator.KindOf(err) {
	case "":
	case orchestrator.NotFound:
		a = Agent{ID: x.Agent, Status: orchestrator.SignedOut, StatusSince: e.At, Phone: orchestrator.HealthUnknown}
	default:
		return err
	}
	if err := moveTo(ctx, tx, &a, x.Endpoint, x.Switch); err != nil {
		return err
	}
	a.Name, a.Queues = x.Who.Name, x.Queues
	return tx.PutAgent(ctx, a)
}

// movePhone gives an agent another endpoint.
func movePhone(ctx context.Context, tx Tx, x fact.PhoneMade) error {
	a, err := tx.AgentRow(ctx, x.Agent)
	if err != nil {
		return err
	}
	if err := moveTo(ctx, tx, &a, x.Endpoint, x.Switch); err != nil {
		return err
	}
	return tx.PutAgent(ctx, a)
}

// moveTo changes the endpoint, and its switch where one is said. The health is the endpoint's: somebody else there may know it already.
func moveTo(ctx context.Context, tx Tx, a *Agent, endpoint, sw string) error {
	if sw != "" && sw != a.Switch {
		if a.Switch != "" {
			a.Phone = orchestrator.HealthUnknown // what another switch told of that name does not count
		}
		a.Switch = sw
	}
	if a.Endpoint == endpoint {
		return nil
	}
	a.Endpoint, a.Phone = endpoint, orchestrator.HealthUnknown
	others, err := tx.AgentsAt(ctx, endpoint)
	if err != nil {
		return err
	}
	for _, o := range others {
		a.Phone = o.Phone
	}
	return nil
}

func setStatus(a *Agent, x fact.AgentStatusSet, e fact.Entry) {
	if a.Status != x.Status || a.Reason != x.Reason {
		a.StatusSince = e.At
	}
	a.Status, a.Reason, a.NotResponding = x.Status, x.Reason, false
	if x.Status == orchestrator.Available {
		a.CoolUntil = zeroTime
	}
}

func changePhone(ctx context.Context, tx Tx, x fact.PhoneChanged) error {
	agents, err := tx.AgentsAt(ctx, x.Endpoint)
	if err != nil {
		return err
	}
	for _, a := range agents {
		a.Phone = x.Health
		if x.Switch != "" {
			a.Switch = x.Switch
		}
		if err := tx.PutAgent(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// forgetPhones: nothing is known of the phones of a switch that is away.
func forgetPhones(ctx context.Context, tx Tx, x fact.SwitchDown) error {
	agents, err := tx.AgentsOn(ctx, x.Switch)
	if err != nil {
		return err
	}
	for _, a := range agents {
		if a.Phone == orchestrator.HealthUnknown {
			continue
		}
		a.Phone = orchestrator.HealthUnknown
		if err := tx.PutAgent(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// changeAgent changes the row of an agent. One that was never defined has no row and none is made up.
func changeAgent(ctx context.Context, tx Tx, id orchestrator.AgentID, change func(*Agent)) error {
	return changeRow(ctx, id, tx.AgentRow, tx.PutAgent, change)
}

// changeInteraction changes the row of an interaction.
func changeInteraction(ctx context.Context, tx Tx, id orchestrator.InteractionID, change func(*Interaction)) error {
	return changeRow(ctx, id, tx.InteractionRow, tx.PutInteraction, change)
}

func changeRow[ID, Row any](ctx context.Context, id ID, read func(context.Context, ID) (Row, error),
	write func(context.Context, Row) error, change func(*Row),
) error {
	row, err := read(ctx, id)
	if orchestrator.KindOf(err) == orchestrator.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	change(&row)
	return write(ctx, row)
}
