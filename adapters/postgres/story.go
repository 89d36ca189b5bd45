package postgres

import (
	"context"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// Story implements ticket.Tx and recording.Tx. Of a call that has begun lately it needs no database.
func (t *Tx) Story(ctx context.Context, id orchestrator.InteractionID, upTo int64) ([]fact.Entry, error) {
	if story := t.d.tail.story(id, upTo); story != nil {
		return story, nil
	}
	var rows []line
	if err := t.list(ctx, &rows, t.d.q.JournalStory, t.d.cell, id, upTo); err != nil {
		return nil, wrap("journal.story", err)
	}
	return decode(rows)
}

// QueueAt implements ticket.Tx.
func (t *Tx) QueueAt(ctx context.Context, id orchestrator.QueueID, upTo int64) (fact.QueueDefined, error) {
	var row line
	err := t.get(ctx, &row, t.d.q.JournalQueueDefined, t.d.cell, id, upTo)
	if err != nil {
		return fact.QueueDefined{}, missing("journal.queue", "queue "+string(id), err)
	}
	entries, err := decode([]line{row})
	if err != nil {
		return fact.QueueDefined{}, err
	}
	q, _ := entries[0].Fact.(fact.QueueDefined) // The query asks for this kind only.
	return q, nil
}
