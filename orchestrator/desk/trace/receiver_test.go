package trace_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"tandem/adapters/memory"
	"tandem/adapters/otlp"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/trace"
	"tandem/orchestrator/fact"
)

// received is as much of an ExportTraceServiceRequest as the test looks at.
type received struct {
	ResourceSpans []struct {
		ScopeSpans []struct {
			Spans []struct {
				TraceID, SpanID, ParentSpanID, Name, StartTimeUnixNano, EndTimeUnixNano string
			}
		}
	}
}

// TestReceiver: the facts of a call go into a journal, its desk opens the ticket, and an OTLP receiver gets the whole over HTTP, though
// it was busy the first time.
func TestReceiver(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	requests, asked := make(chan received, 10), 0
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body received
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		if asked++; asked == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		requests <- body
	}))
	defer receiver.Close()
	client, err := otlp.New(receiver.URL, "x", "test")
	if err != nil {
		t.Fatal(err)
	}
	store, log := memory.New(time.Now), slog.New(slog.DiscardHandler)
	x := &trace.Exporter{Collector: client, Complete: trace.Complete(store, "x"), Log: log, Jitter: func() float64 { return 0 }, Every: 50 * time.Millisecond}
	parts := []func(context.Context) error{x.Run, (&trace.Tracer{Cell: "x", Lines: store, To: x, Log: log}).Run}
	for _, r := range desk.Reactions() {
		parts = append(parts, func(ctx context.Context) error { return store.Follow(ctx, r.Name, r.React) })
	}
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	for _, part := range parts {
		running.Go(func() { _ = part(ctx) })
	}
	journal, lines := store.Journal(), told(t, stories+"answered.txt")
	if _, err := journal.Open(ctx); err != nil {
		t.Fatal(err)
	}
	for _, e := range lines { // Wherever the tracer begins, it tells the call from its beginning.
		if err := journal.Append(ctx, []fact.Entry{e}); err != nil {
			t.Fatal(err)
		}
		if _, err := store.WaitFor(ctx, e.Seq); err != nil {
			t.Fatal(err)
		}
	}
	var got received
	select {
	case got = <-requests:
	case <-ctx.Done():
		t.Fatal("nothing has arrived")
	}
	spans := got.ResourceSpans[0].ScopeSpans[0].Spans
	names := map[string]int{}
	for _, s := range spans {
		names[s.Name]++
		if s.TraceID != trace.IDOf("x", "i9").String() || len(s.SpanID) != 16 {
			t.Errorf("%+v", s)
		}
	}
	for name, n := range map[string]int{"interaction": 1, "queue": 1, "offer": 1, "talk": 1, "recording": 1, "wrap-up": 1, "ticket": 1, "sms": 1} {
		if names[name] != n {
			t.Errorf("%d spans are named %s, not %d", names[name], name, n)
		}
	}
	if s := spans[0]; s.ParentSpanID != "" || s.StartTimeUnixNano != "1767603601000000000" || s.EndTimeUnixNano != "1767603673000000000" {
		t.Errorf("the first is %+v", s)
	}
}
