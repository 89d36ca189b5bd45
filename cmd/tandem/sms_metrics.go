package main

import (
	"context"
	"reflect"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tandem/adapters/postgres"
	"tandem/orchestrator/desk/notify"
)

// texted is told of each attempt to hand a message to a route.
func (m *metrics) texted(route string, f notify.Fate, _ int) {
	m.tried.WithLabelValues(route, string(f)).Inc()
}

// overLimit is told of each text over a limit.
func (m *metrics) overLimit(limit string) { m.limited.WithLabelValues(limit).Inc() }

// received is told of what came from the network and was kept; there are few kinds.
func (m *metrics) received(event string) { m.heard.WithLabelValues(event).Inc() }

// liveTexts reads how the routes are at the moment of a scrape.
type liveTexts struct {
	t  *texting
	db *postgres.DB
}

func (t *texting) live(db *postgres.DB) liveTexts { return liveTexts{t, db} }

var (
	smsUp      = prometheus.NewDesc("tandem_sms_route_up", "1 while a route takes texts.", []string{"route"}, nil)
	smsWaiting = prometheus.NewDesc("tandem_sms_waiting", "Texts that are to be sent.", nil, nil)
	smppCount  = prometheus.NewDesc("tandem_smpp_events_total", "What went to a message centre and what came from it, by kind; long texts count by parts.", []string{"route", "kind"}, nil)
)

// Describe implements prometheus.Collector.
func (l liveTexts) Describe(ch chan<- *prometheus.Desc) {
	ch <- smsUp
	ch <- smsWaiting
	ch <- smppCount
}

// Collect implements prometheus.Collector.
func (l liveTexts) Collect(ch chan<- prometheus.Metric) {
	for _, r := range l.t.sender.Routes {
		ch <- prometheus.MustNewConstMetric(smsUp, prometheus.GaugeValue, truth(r.Up()), r.Name())
	}
	for _, r := range l.t.lines {
		v := reflect.ValueOf(r.Figures())
		for i := range v.NumField() {
			ch <- prometheus.MustNewConstMetric(smppCount, prometheus.CounterValue, float64(v.Field(i).Int()), r.Name(), snake(v.Type().Field(i).Name))
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if n, err := l.db.WaitingSMS(ctx); err == nil {
		ch <- prometheus.MustNewConstMetric(smsWaiting, prometheus.GaugeValue, float64(n))
	}
}
