package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"

	"github.com/prometheus/client_golang/prometheus"

	"tandem/adapters/otlp"
	"tandem/adapters/postgres"
	"tandem/orchestrator/desk/trace"
)

// checkTraces says what is wrong with where traces go.
func (c Config) checkTraces() error {
	if c.OTLPURL == "" {
		return nil
	}
	if err := otlp.Check(c.OTLPURL); err != nil {
		return fmt.Errorf("configuration: otlp_url (TANDEM_OTLP_URL): %w", err)
	}
	return nil
}

// traceParts follow the journal and export traces; there are none unless somebody wants them.
func (c Config) traceParts(db *postgres.DB, m *metrics, log *slog.Logger) ([]func(context.Context) error, error) {
	if c.OTLPURL == "" {
		return nil, nil
	}
	collector, err := otlp.New(c.OTLPURL, db.Cell(), version())
	if err != nil {
		return nil, err
	}
	x := &trace.Exporter{Collector: collector, Complete: trace.Complete(db, db.Cell()), Log: log, Jitter: rand.Float64, Observe: m.observeTraces}
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "tandem_traces_waiting", Help: "Interactions that are over and whose traces wait for the collector."},
		func() float64 { return float64(x.Waiting()) }))
	return []func(context.Context) error{(&trace.Tracer{Cell: db.Cell(), Lines: db, To: x, Log: log}).Run, x.Run}, nil
}

// observeTraces counts what became of traces.
func (m *metrics) observeTraces(fate trace.Fate, n int) {
	m.traced.WithLabelValues(string(fate)).Add(float64(n))
}

// examineTraces asks the collector to take nothing.
func examineTraces(ctx context.Context, c Config) finding {
	f := finding{what: "traces", says: "none leave: TANDEM_OTLP_URL is not set"}
	if c.OTLPURL == "" {
		return f
	}
	collector, err := otlp.New(c.OTLPURL, "", version())
	if err == nil {
		err = collector.Probe(ctx)
	}
	switch {
	case errors.Is(err, trace.ErrRefused):
		f.err = fmt.Errorf("TANDEM_OTLP_URL: %w; is it an OTLP/HTTP receiver that takes JSON (usually port 4318, not 4317)?", err)
	case err != nil:
		f.err = fmt.Errorf("the collector of TANDEM_OTLP_URL: %w; calls go on without it, traces are dropped", err)
	default:
		f.says = "the collector at " + c.OTLPURL + " answers"
	}
	return f
}
