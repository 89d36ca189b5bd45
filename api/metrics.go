package api

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics measures the door itself; the registry is the program's, others register theirs with it.
type metrics struct {
	seconds *prometheus.HistogramVec
	serve   echo.HandlerFunc
}

func newMetrics(reg *prometheus.Registry, streams func() float64) *metrics {
	m := &metrics{
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tandem_http_request_seconds", Help: "Time to answer a request, by the pattern of its route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"method", "route", "status"}),
		serve: echo.WrapHandler(promhttp.HandlerFor(reg, promhttp.HandlerOpts{Registry: reg})),
	}
	reg.MustRegister(m.seconds, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tandem_http_event_streams", Help: "Event streams that are open.",
	}, streams))
	return m
}

// request counts one answered request. Streams and downloads last as long as their client likes and are left out.
func (m *metrics) request(method, route string, status int, took time.Duration) {
	if route == "/api/v1/events" || route == "/api/v1/recordings/:recording/audio" {
		return
	}
	m.seconds.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}
