package memory

import (
	"cmp"
	"context"
	"crypto/rand"
	"maps"
	"slices"
	"time"

	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/media"
)

var (
	_ recording.Jobs   = (*Store)(nil)
	_ recording.Reader = (*Store)(nil)
)

// of returns the recording of a tape; mu is held.
func (s *Store) of(tape media.TapeID) (job, bool) {
	for _, j := range s.recordings {
		if j.Tape == tape {
			return j, true
		}
	}
	return job{}, false
}

// BeginRecording implements recording.Tx.
func (t *Tx) BeginRecording(_ context.Context, m recording.Meta) error {
	if _, there := t.s.of(m.Tape); !there {
		m.ID, m.State = rand.Text(), recording.Recording
		if t.s.erased[m.Interaction] { // before the reactor came here
			m.State, m.Why, m.Erased = recording.Stored, "erased before it was stored", true
		}
		put(t, t.s.recordings, m.ID, job{Meta: m, kept: true})
	}
	return nil
}

// StopRecording implements recording.Tx.
func (t *Tx) StopRecording(_ context.Context, tape media.TapeID, at time.Time) error {
	if j, there := t.s.of(tape); there && j.State == recording.Recording {
		j.State, j.Ended, j.due = recording.Stopped, at, t.s.stamp()
		put(t, t.s.recordings, j.ID, j)
	}
	return nil
}

// FailRecording implements recording.Tx.
func (t *Tx) FailRecording(_ context.Context, tape media.TapeID, why string) error {
	if j, there := t.s.of(tape); there && (j.State == recording.Recording || j.State == recording.Stopped) {
		j.State, j.Why = recording.Failed, why
		put(t, t.s.recordings, j.ID, j)
	}
	return nil
}

// ClaimRecordings implements recording.Jobs.
func (s *Store) ClaimRecordings(_ context.Context, n int, lease time.Duration) ([]recording.Meta, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	out := []recording.Meta{}
	for id, j := range s.recordings {
		if j.due.After(now) || len(out) == page(n) || j.State != recording.Stopped && (!j.kept || j.State != recording.Stored && !j.Erased) {
			continue
		}
		j.Attempts++
		j.due, j.claimed = now.Add(lease), true
		s.recordings[id] = j
		out = append(out, j.Meta)
	}
	return out, nil
}

// SettleRecording implements recording.Jobs.
func (s *Store) SettleRecording(_ context.Context, m recording.Meta, retry time.Time) (erased bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j, there := s.recordings[m.ID]
	switch {
	case !there:
	case (j.State == recording.Stored && m.State == recording.Stored || j.Erased && m.Erased) && !retry.IsZero():
		j.Why, j.due = m.Why, retry
	case j.State != recording.Stopped:
	case m.State == recording.Stored:
		j.State, j.Why, j.Length, j.Bytes, j.SHA256 = m.State, m.Why, m.Length, m.Bytes, m.SHA256
	case retry.IsZero():
		j.State, j.Why = recording.Failed, m.Why
	default:
		j.Why, j.due = m.Why, retry
	}
	if j.claimed = false; there {
		s.recordings[m.ID] = j
	}
	s.wake()
	return j.Erased, nil
}

// ForgotRecording implements recording.Jobs.
func (s *Store) ForgotRecording(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if j, there := s.recordings[id]; there {
		j.kept, j.claimed = false, false
		s.recordings[id] = j
	}
	return nil
}

// Recording implements recording.Reader.
func (s *Store) Recording(_ context.Context, id string) (recording.Meta, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	j, err := one(s.recordings, "recording", id)
	return j.Meta, err
}

// Recordings implements recording.Reader.
func (s *Store) Recordings(_ context.Context, f recording.Filter) ([]recording.Meta, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []recording.Meta
	for j := range maps.Values(s.recordings) {
		all = append(all, j.Meta)
	}
	slices.SortFunc(all, func(a, b recording.Meta) int {
		return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(b.ID, a.ID))
	})
	return after(all, f.Before, f.Limit, func(m recording.Meta) string { return m.ID }, func(m recording.Meta) bool {
		return (f.Interaction == "" || m.Interaction == f.Interaction) && (f.State == "" || m.State == f.State)
	})
}
