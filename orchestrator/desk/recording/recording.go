// Package recording brings the tapes of a call home: from the switch, by name, into the recordings folder, as one WAV with the
// customer on the left channel and the agent on the right. It is a job that is repeated until it is done: a crash, a full disk
// or a switch that is away delays a recording and never loses one silently.
//
//	recording → stopped → stored → forgotten on the switch
//	                 \──→ failed (Why says why; tried again until the limit)
//
// Taking away the audio of somebody who was erased is such a job too, from whichever state.
package recording

import (
	"context"
	"io"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// State of a recording.
type State string

// The states of a recording.
const (
	Recording State = "recording" // the call goes on
	Stopped   State = "stopped"   // the segment has ended; it is being brought home
	Stored    State = "stored"
	Failed    State = "failed"
)

// Meta is what is known of one recorded segment.
type Meta struct {
	ID          string // random, not guessable; names the recording in the API
	Tape        media.TapeID
	Switch      string
	Interaction orchestrator.InteractionID
	Queue       orchestrator.QueueID
	Agent       orchestrator.AgentID
	State       State
	Why         string // of failed, of the last attempt, or what a stored one lacks
	Started     time.Time
	Ended       time.Time     // zero while it runs
	Length      time.Duration // of the stored audio
	Bytes       int64
	SHA256      string // of the stored file, hex
	Attempts    int
	Erased      bool // its customer was: the audio goes from the shelf and the switch
}

// Filter narrows a list; zero fields do not count. Newest come first.
type Filter struct {
	Interaction orchestrator.InteractionID
	State       State
	Before      string // id of the last recording of the page before
	Limit       int    // 1 to 200
}

// Tx is what a reaction may do, in one transaction with its cursor.
type Tx interface {
	// Story returns what is written about an interaction up to the line upTo, oldest first.
	Story(ctx context.Context, id orchestrator.InteractionID, upTo int64) ([]fact.Entry, error)
	// BeginRecording keeps a new recording and gives it its ID; a tape that is known already changes nothing.
	BeginRecording(ctx context.Context, m Meta) error
	StopRecording(ctx context.Context, tape media.TapeID, at time.Time) error
	FailRecording(ctx context.Context, tape media.TapeID, why string) error
}

// Jobs hands recordings to the collector.
type Jobs interface {
	// ClaimRecordings leases up to n recordings that are due: Stopped ones, to be brought home; Stored ones of which the switch
	// still has its copy, to be forgotten there; and Erased ones, whose audio is to go. The lease counts as an attempt.
	ClaimRecordings(ctx context.Context, n int, lease time.Duration) ([]Meta, error)
	// SettleRecording writes the outcome: State Stored with Length, Bytes, SHA256 and, if a part is missing, Why; or Why with the
	// time of the next attempt (zero: given up, State becomes Failed). Erased says that its customer was meanwhile: then nothing is
	// written, and what was brought to the shelf has to go.
	SettleRecording(ctx context.Context, m Meta, retry time.Time) (erased bool, err error)
	// ForgotRecording says that the switch has no copy any more, and of an Erased one that the shelf has none either.
	ForgotRecording(ctx context.Context, id string) error
}

// Source is a switch that has tapes.
type Source interface {
	// Tape opens both halves of a finished tape as WAV, 8 kHz, 16 bit, mono: the party of the leg, and what it heard. One of them is
	// nil when the switch has recorded the other side only.
	// NotFound when the switch has neither, Unavailable when the switch is away or the tape still runs.
	Tape(ctx context.Context, id media.TapeID) (party, heard io.ReadCloser, err error)
	// Forget deletes the tape on the switch; one that is not there is no error.
	Forget(ctx context.Context, id media.TapeID) error
}

// Reader lists recordings.
type Reader interface {
	Recording(ctx context.Context, id string) (Meta, error)
	Recordings(ctx context.Context, f Filter) ([]Meta, error)
}

// Shelf keeps the stored files.
type Shelf interface {
	// Put stores what write writes under the tape's name, whole or not at all, durable when it returns. A file of that name
	// is replaced. The length of a WAV is known at its end and stands at its head: therefore the seeking.
	Put(ctx context.Context, id media.TapeID, write func(io.WriteSeeker) error) error
	// Open opens a stored file; NotFound when there is none.
	Open(ctx context.Context, id media.TapeID) (io.ReadSeekCloser, error)
	// Delete takes a file away for good; one that is not there is no error.
	Delete(ctx context.Context, id media.TapeID) error
}
