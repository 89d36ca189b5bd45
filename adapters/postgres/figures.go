package postgres

import (
	"context"

	"tandem/orchestrator"
	"tandem/orchestrator/insight"
)

// Figures computes the figures of orchestrator/insight by SQL over the whole journal: an independent second opinion.
func (d *DB) Figures(ctx context.Context, t insight.Terms) (map[insight.Key]insight.Figures, error) {
	var rows []struct {
		Queue    orchestrator.QueueID
		Interval stamp
		insight.Figures
	}
	err := d.q.Figures.SelectContext(ctx, &rows, d.cell, t.Interval.Nanoseconds(), t.Target.Nanoseconds(), t.Short.Nanoseconds())
	if err != nil {
		return nil, wrap("figures", err)
	}
	out := make(map[insight.Key]insight.Figures, len(rows))
	for _, r := range rows {
		out[insight.Key{Queue: r.Queue, Interval: r.Interval.Time}] = r.Figures
	}
	return out, nil
}

// Ratings computes the ratings of orchestrator/insight the same way.
func (d *DB) Ratings(ctx context.Context, t insight.Terms) (map[insight.RatingKey]insight.Ratings, error) {
	var rows []struct {
		Queue    orchestrator.QueueID
		Agent    orchestrator.AgentID
		Interval stamp
		insight.Ratings
	}
	if err := d.q.Ratings.SelectContext(ctx, &rows, d.cell, t.Interval.Nanoseconds()); err != nil {
		return nil, wrap("ratings", err)
	}
	out := make(map[insight.RatingKey]insight.Ratings, len(rows))
	for _, r := range rows {
		out[insight.RatingKey{Queue: r.Queue, Agent: r.Agent, Interval: r.Interval.Time}] = r.Ratings
	}
	return out, nil
}
