package postgres

import (
	"github.com/lib/pq"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/view"
)

// A row is a noun whose columns do not scan as they are; sqlx fills the outer field where both have one.
type (
	queueRow struct {
		view.Queue
		OldestSince stamp
	}
	agentRow struct {
		view.Agent
		Queues                 pq.StringArray
		StatusSince, CoolUntil stamp
	}
	switchRow struct {
		view.Switch
		Away stamp
	}
	interactionRow struct {
		view.Interaction
		Arrived, Queued, Connected, Ended, Due, AwaySince stamp
	}
)

func (r queueRow) plain() view.Queue {
	r.Queue.OldestSince = r.OldestSince.Time
	return r.Queue
}

func (r agentRow) plain() view.Agent {
	a := r.Agent
	a.StatusSince, a.CoolUntil = r.StatusSince.Time, r.CoolUntil.Time
	a.Queues = nil
	for _, q := range r.Queues {
		a.Queues = append(a.Queues, orchestrator.QueueID(q))
	}
	return a
}

func (r switchRow) plain() view.Switch {
	r.Switch.Away = r.Away.Time
	return r.Switch
}

func (r interactionRow) plain() view.Interaction {
	i := r.Interaction
	i.Arrived, i.Queued, i.Connected, i.Ended, i.Due = r.Arrived.Time, r.Queued.Time, r.Connected.Time, r.Ended.Time, r.Due.Time
	i.AwaySince = r.AwaySince.Time
	return i
}
