package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tandem/adapters/postgres"
	"tandem/api"
	"tandem/orchestrator/desk/webhook"
)

// hookSender tells other systems what happens.
func hookSender(db *postgres.DB, by webhook.Poster, m *metrics, log *slog.Logger) *webhook.Sender {
	return &webhook.Sender{
		Outbox: db, Lines: db.Journal(), Tickets: db, Show: api.ShowEvent, Poster: by, Cell: db.Cell(), Log: log, Now: time.Now,
		Jitter: rand.Float64, Wake: db.Hooked, Observe: func(outcome string) { m.called.WithLabelValues(outcome).Inc() },
	}
}

// liveHooks reads how the webhooks do at the moment of a scrape.
type liveHooks struct{ db *postgres.DB }

var (
	hookWaiting = prometheus.NewDesc("tandem_webhook_waiting", "Events that a webhook is still to be told.", []string{"webhook"}, nil)
	hookLag     = prometheus.NewDesc("tandem_webhook_lag_seconds", "How long the oldest of them has waited.", []string{"webhook"}, nil)
	hookDead    = prometheus.NewDesc("tandem_webhook_dead_letters", "Events that could not be delivered within a day.", []string{"webhook"}, nil)
	hookFailing = prometheus.NewDesc("tandem_webhook_failures", "Failures in a row of the other side as a whole.", []string{"webhook"}, nil)
)

// Describe implements prometheus.Collector.
func (l liveHooks) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{hookWaiting, hookLag, hookDead, hookFailing} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (l liveHooks) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	hooks, err := l.db.Hooks(ctx)
	if err != nil {
		return
	}
	for _, h := range hooks {
		st, err := l.db.Standing(ctx, h.ID)
		if err != nil {
			return
		}
		lag := 0.0
		if !st.Oldest.IsZero() {
			lag = time.Since(st.Oldest).Seconds()
		}
		for d, v := range map[*prometheus.Desc]float64{hookWaiting: float64(st.Waiting), hookLag: lag, hookDead: float64(st.Dead), hookFailing: float64(h.Failures)} {
			ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, h.ID)
		}
	}
}

// examineHooks names the webhooks that do not take events, and those with dead letters.
func examineHooks(ctx context.Context, db *postgres.DB) finding {
	f := finding{what: "webhooks"}
	hooks, err := db.Hooks(ctx)
	if err != nil {
		f.err = err
		return f
	}
	var says []string
	for _, h := range hooks {
		st, err := db.Standing(ctx, h.ID)
		switch {
		case err != nil:
			f.err = err
			return f
		case h.Failures > 0:
			says = append(says, fmt.Sprintf("%s takes nothing since %s (%s), %d events wait", h.ID, h.Failing.Format(time.DateTime), h.Why, st.Waiting))
		case st.Dead > 0:
			says = append(says, fmt.Sprintf("%s has %d dead letters: see /api/v1/webhooks/%s/dead-letters", h.ID, st.Dead, h.ID))
		}
	}
	if f.look = len(says) > 0; f.look {
		f.says = strings.Join(says, "; ")
		return f
	}
	f.says = fmt.Sprintf("%d are told what happens", len(hooks))
	if len(hooks) == 0 {
		f.says = "no other system is told what happens"
	}
	return f
}
