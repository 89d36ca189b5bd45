package postgres

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"time"

	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/media"
)

var (
	_ recording.Jobs   = (*DB)(nil)
	_ recording.Reader = (*DB)(nil)
)

type recordingRow struct {
	recording.Meta
	Started, Ended stamp
}

func (r recordingRow) plain() recording.Meta {
	m := r.Meta
	m.Started, m.Ended = r.Started.Time, r.Ended.Time
	return m
}

// BeginRecording implements recording.Tx. The ID is 128 random bits or more, so that nobody finds a recording by guessing.
func (t *Tx) BeginRecording(ctx context.Context, m recording.Meta) error {
	_, err := t.run(ctx, t.d.q.RecordingBegin, rand.Text(), m.Tape, clean(m.Switch), m.Interaction, m.Queue, m.Agent, m.Started.UTC())
	return wrap("recording.begin", err)
}

// StopRecording implements recording.Tx.
func (t *Tx) StopRecording(ctx context.Context, tape media.TapeID, at time.Time) error {
	t.stopped = true
	_, err := t.run(ctx, t.d.q.RecordingStop, tape, at.UTC())
	return wrap("recording.stop", err)
}

// FailRecording implements recording.Tx. One that is stored stays stored.
func (t *Tx) FailRecording(ctx context.Context, tape media.TapeID, why string) error {
	_, err := t.run(ctx, t.d.q.RecordingFail, tape, clean(why))
	return wrap("recording.fail", err)
}

// ClaimRecordings implements recording.Jobs. A program that stands by gets none: it would put them on a shelf of its own, where
// nobody looks, and have the switch forget them.
func (d *DB) ClaimRecordings(ctx context.Context, n int, lease time.Duration) ([]recording.Meta, error) {
	if d.opened() == nil {
		return nil, nil
	}
	var rows []recordingRow
	err := d.q.RecordingClaim.SelectContext(ctx, &rows, page(n), lease.Microseconds(), d.opened())
	return rowsOf(rows), wrap("recording.claim", err)
}

// SettleRecording implements recording.Jobs. A recording that is over meanwhile stays as it is.
func (d *DB) SettleRecording(ctx context.Context, m recording.Meta, retry time.Time) (erased bool, err error) {
	switch {
	case (m.State == recording.Stored || m.Erased) && !retry.IsZero(): // The switch could not forget its copy.
		err = d.q.RecordingLater.GetContext(ctx, &erased, m.ID, clean(m.Why), retry.UTC())
	case m.State == recording.Stored:
		err = d.q.RecordingSettle.GetContext(ctx, &erased, m.ID, recording.Stored, clean(m.Why), m.Length.Microseconds(), m.Bytes, m.SHA256, nil)
	case retry.IsZero():
		err = d.q.RecordingSettle.GetContext(ctx, &erased, m.ID, recording.Failed, clean(m.Why), 0, 0, "", nil)
	default:
		err = d.q.RecordingSettle.GetContext(ctx, &erased, m.ID, recording.Stopped, clean(m.Why), 0, 0, "", retry.UTC())
	}
	if errors.Is(err, sql.ErrNoRows) { // It is over meanwhile.
		err = d.q.RecordingErased.GetContext(ctx, &erased, m.ID)
	}
	return erased, wrap("recording.settle", err)
}

// ForgotRecording implements recording.Jobs.
func (d *DB) ForgotRecording(ctx context.Context, id string) error {
	_, err := d.q.RecordingForgot.ExecContext(ctx, id)
	return wrap("recording.forgot", err)
}

// Recording implements recording.Reader.
func (d *DB) Recording(ctx context.Context, id string) (recording.Meta, error) {
	var row recordingRow
	err := d.q.RecordingOne.GetContext(ctx, &row, clean(id))
	return row.plain(), missing("recording", "recording "+id, err)
}

// Recordings implements recording.Reader.
func (d *DB) Recordings(ctx context.Context, f recording.Filter) ([]recording.Meta, error) {
	if err := pageAfter(ctx, "recordings", f.Before, d.Recording); err != nil {
		return nil, err
	}
	var rows []recordingRow
	err := d.q.RecordingList.SelectContext(ctx, &rows, f.Interaction, f.State, f.Before, page(f.Limit))
	return rowsOf(rows), wrap("recordings", err)
}
