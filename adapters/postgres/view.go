package postgres

import (
	"context"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/fact"
)

var _ view.Reader = (*DB)(nil)

// Queues implements view.Reader.
func (d *DB) Queues(ctx context.Context) ([]view.Queue, error) { return d.queues(ctx, "") }

func (d *DB) queues(ctx context.Context, id orchestrator.QueueID) ([]view.Queue, error) {
	var rows []queueRow
	if err := d.q.QueueList.SelectContext(ctx, &rows, id); err != nil {
		return nil, wrap("queues", err)
	}
	return rowsOf(rows), nil
}

// Queue implements view.Reader.
func (d *DB) Queue(ctx context.Context, id orchestrator.QueueID) (view.Queue, error) {
	all, err := d.queues(ctx, id)
	if err == nil && (len(all) == 0 || id == "") {
		return view.Queue{}, none("queue", "queue "+string(id))
	}
	if err != nil {
		return view.Queue{}, err
	}
	return all[0], nil
}

// Agents implements view.Reader.
func (d *DB) Agents(ctx context.Context) ([]view.Agent, error) {
	var rows []agentRow
	if err := d.q.AgentList.SelectContext(ctx, &rows); err != nil {
		return nil, wrap("agents", err)
	}
	return rowsOf(rows), nil
}

// Agent implements view.Reader.
func (d *DB) Agent(ctx context.Context, id orchestrator.AgentID) (view.Agent, error) {
	var row agentRow
	err := d.q.AgentOne.GetContext(ctx, &row, id)
	return row.plain(), missing("agent", "agent "+string(id), err)
}

// Interactions implements view.Reader.
func (d *DB) Interactions(ctx context.Context, f view.Filter) ([]view.Interaction, error) {
	if err := pageAfter(ctx, "interactions", orchestrator.InteractionID(f.Before), d.Interaction); err != nil {
		return nil, err
	}
	var rows []interactionRow
	err := d.q.InteractionList.SelectContext(ctx, &rows, f.Queue, f.Agent, f.State, f.Live, f.Before, page(f.Limit), orNull(f.From), orNull(f.To),
		f.Callbacks, f.Callback)
	return rowsOf(rows), wrap("interactions", err)
}

// Interaction implements view.Reader.
func (d *DB) Interaction(ctx context.Context, id orchestrator.InteractionID) (view.Interaction, error) {
	var row interactionRow
	err := d.q.InteractionOne.GetContext(ctx, &row, id)
	return row.plain(), missing("interaction", "interaction "+string(id), err)
}

// Timeline implements view.Reader.
func (d *DB) Timeline(ctx context.Context, id orchestrator.InteractionID) ([]fact.Entry, error) {
	var rows []line
	if err := d.q.JournalStory.SelectContext(ctx, &rows, d.cell, id, endOfTime); err != nil {
		return nil, wrap("timeline", err)
	}
	if len(rows) == 0 {
		return nil, none("timeline", "interaction "+string(id))
	}
	return decode(rows)
}

// Flows implements view.Reader.
func (d *DB) Flows(ctx context.Context, id orchestrator.FlowID) ([]fact.Entry, error) {
	var rows []line
	if err := d.q.JournalFlows.SelectContext(ctx, &rows, d.cell, id); err != nil {
		return nil, wrap("flows", err)
	}
	return decode(rows)
}

// Tables implements view.Reader.
func (d *DB) Tables(ctx context.Context, id orchestrator.TableID) ([]fact.Entry, error) {
	var rows []line
	if err := d.q.JournalTables.SelectContext(ctx, &rows, d.cell, id); err != nil {
		return nil, wrap("tables", err)
	}
	return decode(rows)
}

// endOfTime is a line that no journal reaches.
const endOfTime = int64(1) << 62

// Seq implements view.Reader.
func (d *DB) Seq(ctx context.Context) (int64, error) { return d.Cursor(ctx, desk.Views) }

// WaitFor implements view.Reader. It looks into the database too: the reactor may be at work in another program. As long as this
// program's own reactor knows where it stands, it looks for itself and tells.
func (d *DB) WaitFor(ctx context.Context, seq int64) (int64, error) {
	const otherwise = 100 * time.Millisecond
	look := time.NewTimer(0)
	defer look.Stop()
	if d.folded.Load() < seq && d.tail.has(seq) {
		d.written.wake() // It is written, and somebody waits for it.
	}
	for {
		moved, pause := d.moved.wait(), otherwise
		have := d.folded.Load()
		if have >= seq {
			return have, nil
		}
		if have > 0 {
			pause = lookAfter
		}
		look.Reset(pause)
		select {
		case <-moved:
		case <-look.C:
			if have, err := d.Seq(ctx); err != nil || have >= seq {
				return have, err
			}
		case <-ctx.Done():
			return 0, &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "views", Err: ctx.Err(),
				Say: "what you did is written and not yet to be seen; read again in a moment"}
		}
	}
}
