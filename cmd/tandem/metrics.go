package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"tandem/adapters/postgres"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/floor"
)

// metrics are what /metrics shows: counts and durations, nothing about a person.
type metrics struct {
	registry *prometheus.Registry
	turns    prometheus.Histogram
	writes   prometheus.Histogram
	inputs   prometheus.Counter
	facts    prometheus.Counter
	tried    *prometheus.CounterVec
	heard    *prometheus.CounterVec
	limited  *prometheus.CounterVec
	called   *prometheus.CounterVec
	traced   *prometheus.CounterVec
	found    *prometheus.HistogramVec
}

func newMetrics() *metrics {
	buckets := prometheus.ExponentialBuckets(0.00005, 2, 16) // 50 µs to 1.6 s
	m := &metrics{
		registry: prometheus.NewRegistry(),
		turns:    prometheus.NewHistogram(prometheus.HistogramOpts{Name: "tandem_engine_turn_seconds", Help: "One turn of the engine: decide, write, speak.", Buckets: buckets}),
		writes:   prometheus.NewHistogram(prometheus.HistogramOpts{Name: "tandem_journal_write_seconds", Help: "One durable write of the journal.", Buckets: buckets}),
		inputs:   prometheus.NewCounter(prometheus.CounterOpts{Name: "tandem_engine_inputs_total", Help: "Events, commands and deadlines that reached the engine."}),
		facts:    prometheus.NewCounter(prometheus.CounterOpts{Name: "tandem_journal_facts_total", Help: "Facts written by this program."}),
	}
	m.tried = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tandem_sms_attempts_total", Help: "Texts handed to a route, by what became of them."}, []string{"route", "fate"})
	m.heard = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tandem_sms_heard_total", Help: "Receipts and texts of customers that were kept."}, []string{"event"})
	m.limited = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tandem_sms_over_limit_total", Help: "Texts that were refused, by the limit that they were over."}, []string{"limit"})
	m.called = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tandem_webhook_attempts_total", Help: "Events for webhooks, by what became of each attempt."}, []string{"outcome"})
	m.traced = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "tandem_traces_total", Help: "Traces of interactions, by what became of them."}, []string{"fate"})
	m.found = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "tandem_customer_lookup_seconds", Help: "Looking up who calls, by what came of it: known, stranger, failed.", Buckets: buckets}, []string{"outcome"})
	m.registry.MustRegister(m.found, m.turns, m.writes, m.inputs, m.facts, m.tried, m.heard, m.limited, m.called, m.traced, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// observe is told of each turn of the engine.
func (m *metrics) observe(t engine.Turn) {
	m.turns.Observe((t.Decide + t.Write + t.Speak).Seconds())
	if t.Facts > 0 {
		m.writes.Observe(t.Write.Seconds())
	}
	m.inputs.Add(float64(t.Inputs))
	m.facts.Add(float64(t.Facts))
}

// live reads what the centre is like at the moment of a scrape.
type live struct {
	db  *postgres.DB
	all []pbx
	eng *engine.Engine
}

var (
	queueWaiting = prometheus.NewDesc("tandem_queue_waiting", "Work items in line, offered ones included.", []string{"queue"}, nil)
	queueOldest  = prometheus.NewDesc("tandem_queue_oldest_wait_seconds", "How long the one who waits longest has waited.", []string{"queue"}, nil)
	agentCount   = prometheus.NewDesc("tandem_agents", "Agents by what they chose to be and whether they are at work.", []string{"status", "working"}, nil)
	waitExpected = prometheus.NewDesc("tandem_queue_expected_wait_seconds", "What a caller who joined the line now could expect: the median, and the bound within which nine of ten wait.", []string{"queue", "quantile"}, nil)
	waitAnswered = prometheus.NewDesc("tandem_queue_expectations_total", "Callers who were given an expectation and were answered, by whether they waited longer than its bound.", []string{"queue", "beyond"}, nil)
	waitMissed   = prometheus.NewDesc("tandem_queue_expectation_error_seconds_total", "How far off the expectations of those were, summed up.", []string{"queue"}, nil)
	engineUp     = prometheus.NewDesc("tandem_engine_running", "1 while this program decides.", nil, nil)
	switchUp     = prometheus.NewDesc("tandem_switch_up", "1 while the line to the switch is up.", []string{"switch"}, nil)
	switchCount  = prometheus.NewDesc("tandem_switch_events_total", "What came from the switch and what went to it, by kind.", []string{"switch", "kind"}, nil)
	switchSpent  = prometheus.NewDesc("tandem_switch_command_seconds_total", "Time that all commands to the switch took together.", []string{"switch"}, nil)
)

// Describe implements prometheus.Collector.
func (l live) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{queueWaiting, queueOldest, waitExpected, waitAnswered, waitMissed, agentCount, engineUp, switchUp, switchCount, switchSpent} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (l live) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	status := l.eng.Status()
	gauge(engineUp, truth(status.Running))
	for name, up := range status.Switches {
		gauge(switchUp, truth(up), name)
	}
	for _, sw := range l.all {
		counts, spent := sw.counters()
		for kind, n := range counts {
			ch <- prometheus.MustNewConstMetric(switchCount, prometheus.CounterValue, float64(n), sw.name, kind)
		}
		ch <- prometheus.MustNewConstMetric(switchSpent, prometheus.CounterValue, spent.Seconds(), sw.name)
	}
	if status.Running {
		l.collectOutlooks(ctx, ch)
	}
	if queues, err := l.db.Queues(ctx); err == nil {
		for _, q := range queues {
			gauge(queueWaiting, float64(q.Waiting), string(q.ID))
			oldest := 0.0
			if !q.OldestSince.IsZero() {
				oldest = time.Since(q.OldestSince).Seconds()
			}
			gauge(queueOldest, oldest, string(q.ID))
		}
	}
	if agents, err := l.db.Agents(ctx); err == nil {
		count := map[[2]string]int{}
		for _, a := range agents {
			working := "no"
			if a.Offer != "" {
				working = "yes"
			}
			count[[2]string{string(a.Status), working}]++
		}
		for k, n := range count {
			gauge(agentCount, float64(n), k[0], k[1])
		}
	}
}

// collectOutlooks tells what callers can expect, and how right it was. Who decides nothing knows nothing of it.
func (l live) collectOutlooks(ctx context.Context, ch chan<- prometheus.Metric) {
	var all []floor.Outlook
	if _, err := l.eng.Do(ctx, floor.Command{Do: floor.ShowOutlook{Into: &all}}); err != nil {
		return
	}
	for _, o := range all {
		queue := string(o.Queue)
		ch <- prometheus.MustNewConstMetric(waitExpected, prometheus.GaugeValue, o.Median.Seconds(), queue, "0.5")
		ch <- prometheus.MustNewConstMetric(waitExpected, prometheus.GaugeValue, o.Bound.Seconds(), queue, "0.9")
		ch <- prometheus.MustNewConstMetric(waitAnswered, prometheus.CounterValue, float64(o.Within), queue, "no")
		ch <- prometheus.MustNewConstMetric(waitAnswered, prometheus.CounterValue, float64(o.Answered-o.Within), queue, "yes")
		ch <- prometheus.MustNewConstMetric(waitMissed, prometheus.CounterValue, o.Missed.Seconds(), queue)
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
