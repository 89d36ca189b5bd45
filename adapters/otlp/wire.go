package otlp

import (
	"strconv"
	"time"

	"tandem/orchestrator/desk/trace"
)

// The types of ExportTraceServiceRequest in the JSON of OTLP: names in lowerCamelCase, ids in hex, 64-bit numbers as strings, enums as
// numbers (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
type (
	exportRequest struct {
		ResourceSpans []resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource   resource     `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	resource struct {
		Attributes []keyValue `json:"attributes"`
	}
	scopeSpans struct {
		Scope struct {
			Name string `json:"name"`
		} `json:"scope"`
		Spans []span `json:"spans"`
	}
	span struct {
		TraceID    string     `json:"traceId"`
		SpanID     string     `json:"spanId"`
		ParentID   string     `json:"parentSpanId,omitempty"`
		Name       string     `json:"name"`
		Kind       int        `json:"kind"`
		Start      string     `json:"startTimeUnixNano"`
		End        string     `json:"endTimeUnixNano"`
		Attributes []keyValue `json:"attributes,omitempty"`
		Events     []event    `json:"events,omitempty"`
		Status     *status    `json:"status,omitempty"`
	}
	event struct {
		At         string     `json:"timeUnixNano"`
		Name       string     `json:"name"`
		Attributes []keyValue `json:"attributes,omitempty"`
	}
	status struct {
		Message string `json:"message,omitempty"`
		Code    int    `json:"code"`
	}
	keyValue struct {
		Key   string   `json:"key"`
		Value anyValue `json:"value"`
	}
	anyValue struct {
		String *string `json:"stringValue,omitempty"`
		Int    *string `json:"intValue,omitempty"`
		Bool   *bool   `json:"boolValue,omitempty"`
	}
)

// Enums of trace.proto.
const (
	kindInternal = 1
	kindServer   = 2
	codeError    = 2
)

func resourceOf(cell, version string) resource {
	return resource{attributes([]trace.Attribute{
		{Key: "service.name", Value: "tandem"}, {Key: "service.version", Value: version}, {Key: "tandem.cell", Value: cell},
	})}
}

func (c *Client) request(batch []trace.Trace) exportRequest {
	if len(batch) == 0 {
		return exportRequest{ResourceSpans: []resourceSpans{}}
	}
	list := scopeSpans{Spans: []span{}}
	list.Scope.Name = "tandem"
	for _, t := range batch {
		for _, s := range t.Spans {
			list.Spans = append(list.Spans, spanOut(t.ID, s))
		}
	}
	return exportRequest{ResourceSpans: []resourceSpans{{Resource: c.resource, ScopeSpans: []scopeSpans{list}}}}
}

func spanOut(id trace.ID, s trace.Span) span {
	out := span{
		TraceID: id.String(), SpanID: s.ID.String(), Name: s.Name, Kind: kindServer, Start: nanos(s.Start), End: nanos(s.End),
		Attributes: attributes(s.Attributes),
	}
	if s.Parent != (trace.SpanID{}) {
		out.ParentID, out.Kind = s.Parent.String(), kindInternal
	}
	for _, e := range s.Events {
		out.Events = append(out.Events, event{At: nanos(e.At), Name: e.Name, Attributes: attributes(e.Attributes)})
	}
	if s.Failed != "" {
		out.Status = &status{Message: s.Failed, Code: codeError}
	}
	return out
}

func nanos(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

func attributes(list []trace.Attribute) []keyValue {
	out := make([]keyValue, 0, len(list))
	for _, a := range list {
		kv := keyValue{Key: a.Key}
		switch v := a.Value.(type) {
		case string:
			kv.Value.String = &v
		case int64:
			n := strconv.FormatInt(v, 10)
			kv.Value.Int = &n
		case bool:
			kv.Value.Bool = &v
		}
		out = append(out, kv)
	}
	return out
}
