package otlp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator/desk/trace"
)

// TestWire holds the body against the example of the specification: names, hex ids, numbers as strings.
func TestWire(t *testing.T) {
	at := time.Unix(1767603601, 5000).UTC()
	c, err := New("http://127.0.0.1:4318/", "x", "1")
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(c.request([]trace.Trace{{ID: trace.ID{0xab, 15: 1}, Spans: []trace.Span{
		{ID: trace.SpanID{1}, Name: "interaction", Start: at, End: at.Add(time.Second)},
		{
			ID: trace.SpanID{2}, Parent: trace.SpanID{1}, Name: "offer", Start: at, End: at, Failed: "lost",
			Attributes: []trace.Attribute{{Key: "a", Value: "b"}, {Key: "n", Value: int64(3)}, {Key: "t", Value: false}},
			Events:     []trace.Event{{Name: "alerting", At: at}},
		},
	}}}))
	if err != nil {
		t.Fatal(err)
	}
	const id = `"traceId":"ab000000000000000000000000000001"`
	want := `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"tandem"}},{"key":"service.version","value":{"stringValue":"1"}},{"key":"tandem.cell","value":{"stringValue":"x"}}]},` +
		`"scopeSpans":[{"scope":{"name":"tandem"},"spans":[` +
		`{` + id + `,"spanId":"0100000000000000","name":"interaction","kind":2,"startTimeUnixNano":"1767603601000005000","endTimeUnixNano":"1767603602000005000"},` +
		`{` + id + `,"spanId":"0200000000000000","parentSpanId":"0100000000000000","name":"offer","kind":1,"startTimeUnixNano":"1767603601000005000","endTimeUnixNano":"1767603601000005000",` +
		`"attributes":[{"key":"a","value":{"stringValue":"b"}},{"key":"n","value":{"intValue":"3"}},{"key":"t","value":{"boolValue":false}}],` +
		`"events":[{"timeUnixNano":"1767603601000005000","name":"alerting"}],"status":{"message":"lost","code":2}}]}]}]}`
	if string(body) != want {
		t.Errorf("it is\n%s\nnot\n%s", body, want)
	}
}

// TestAnswers: what is to be brought again and what is not is as OTLP says, and no failure names the address.
func TestAnswers(t *testing.T) {
	status, answer := 200, ""
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/base/v1/traces" {
			t.Errorf("asked for %s", r.URL)
		}
		if status == 0 {
			_, _ = io.Copy(io.Discard, r.Body) // Only then does the server notice that the client has gone.
			<-r.Context().Done()
			return
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	defer receiver.Close()
	c, err := New(receiver.URL+"/base", "x", "1")
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		status      int
		answer      string
		ok, refused bool
	}{
		{200, "{}", true, false}, {200, "", true, false}, {200, `{"partialSuccess":{"rejectedSpans":"0"}}`, true, false},
		{200, `{"partialSuccess":{"rejectedSpans":"2"}}`, false, true}, {200, `{"partialSuccess":{"rejectedSpans":2}}`, false, true},
		{400, "", false, true}, {404, "", false, true}, {307, "", false, true}, {500, "", false, true},
		{429, "", false, false}, {502, "", false, false}, {503, "", false, false}, {504, "", false, false},
	} {
		status, answer = one.status, one.answer
		if err := c.Probe(t.Context()); (err == nil) != one.ok || errors.Is(err, trace.ErrRefused) != one.refused {
			t.Errorf("%d %s: %v", one.status, one.answer, err)
		}
	}
	status = 0
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := c.Probe(ctx); err == nil || err.Error() != "no answer in time" {
		t.Errorf("of one that says nothing: %v", err)
	}
	receiver.Close()
	if err := c.Probe(t.Context()); err == nil || strings.Contains(err.Error(), "127.0.0.1") || errors.Is(err, trace.ErrRefused) {
		t.Errorf("of one that is away: %v", err)
	}
}

// TestCheck: addresses that cannot work are refused before anything begins.
func TestCheck(t *testing.T) {
	for base, ok := range map[string]bool{
		"http://127.0.0.1:4318": true, "https://otel.example.org/base/": true, "127.0.0.1:4318": false, "grpc://a:4317": false,
		"http://a:4318/v1/traces": false, "http://u:p@a": false, "http://a?x=1": false, "http://": false,
	} {
		if err := Check(base); (err == nil) != ok {
			t.Errorf("%s: %v", base, err)
		}
	}
}
