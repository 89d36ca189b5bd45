// Package trace rebuilds from the journal how each interaction went, as the spans of a distributed trace (OpenTelemetry): from the
// arrival of the call through flow, line, offers and talk to after-call work, with the ticket and its texts.
//
//	journal ──> Tracer ──> Book (a Story for each that goes on) ──> queue ──> Exporter ──> Collector
//
// Contract. It only reads: nothing waits for it, and what does not fit is dropped and counted. Times are those of the facts. Ids are
// derived from the ids of the cell and the interaction, so that the same story told twice is the same trace. Spans hold ids, places
// and endings: never a number, a name, a keyed digit or a text.
package trace

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"tandem/orchestrator"
)

// ID names a trace: all that belongs to one interaction.
type ID [16]byte

// String writes it in hex, as tracing systems show it.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// SpanID names a span within its trace.
type SpanID [8]byte

// String writes it in hex.
func (id SpanID) String() string { return hex.EncodeToString(id[:]) }

// IDOf is the first half of the SHA-256 of "cell/interaction". The cell is part of it because each centre counts its interactions anew.
func IDOf(cell string, i orchestrator.InteractionID) ID {
	sum := sha256.Sum256([]byte(cell + "/" + string(i)))
	return ID(sum[:16])
}

// spanOf names the span of an interaction that began with a line of the journal.
func spanOf(cell string, i orchestrator.InteractionID, name, key string) SpanID {
	sum := sha256.Sum256([]byte(cell + "/" + string(i) + "/" + name + "/" + key))
	return SpanID(sum[:8])
}

// Span is a part of an interaction that took some time, or none.
type Span struct {
	ID         SpanID
	Parent     SpanID // zero for the interaction itself
	Name       string // interaction, flow, lookup, queue, offer, talk, recording, wrap-up, survey, ticket, sms
	Start, End time.Time
	Attributes []Attribute
	Events     []Event
	Failed     string // why it is an error; "" is none
}

// Attribute says something of a span. Value is a string, an int64 or a bool.
type Attribute struct {
	Key   string
	Value any
}

// Event is a moment within a span.
type Event struct {
	Name       string
	At         time.Time
	Attributes []Attribute
}

// Trace is an interaction that is over.
type Trace struct {
	ID          ID
	Interaction orchestrator.InteractionID
	Spans       []Span // the interaction itself first
}

// set adds attributes to a span; those with nothing to say are left out.
func (s *Span) set(list ...Attribute) {
	for _, a := range list {
		if a.Value != "" {
			s.Attributes = append(s.Attributes, a)
		}
	}
}

func text[T ~string](key string, value T) Attribute { return Attribute{"tandem." + key, string(value)} }

func number(key string, value int) Attribute { return Attribute{"tandem." + key, int64(value)} }

func truth(key string, value bool) Attribute { return Attribute{"tandem." + key, value} }
