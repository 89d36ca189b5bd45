package recording_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"tandem/adapters/memory"
	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// tapes is a switch with tapes.
type tapes struct {
	mu     sync.Mutex
	err    error // of the next fetches
	refuse error // of the next forgettings
	tapes  map[media.TapeID]bool
	side   string // the only one that there is: "customer" or "agent"; "" is both
	asked  int
}

func (s *tapes) Tape(_ context.Context, id media.TapeID) (io.ReadCloser, io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.err != nil {
		return nil, nil, s.err
	}
	if !s.tapes[id] {
		return nil, nil, &orchestrator.Error{Kind: orchestrator.NotFound, Say: "no such tape"}
	}
	party, heard := io.NopCloser(bytes.NewReader(mono(-1, make([]int16, 8000)...))), io.NopCloser(bytes.NewReader(mono(-1, 1, 2)))
	switch s.side {
	case "customer":
		return party, nil, nil
	case "agent":
		return nil, heard, nil
	}
	return party, heard, nil
}

func (s *tapes) Forget(_ context.Context, id media.TapeID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		return s.refuse
	}
	delete(s.tapes, id)
	return nil
}

func (s *tapes) set(fetch, forget error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err, s.refuse = fetch, forget
}

func (s *tapes) has(id media.TapeID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tapes[id]
}

// shelf is a shelf in memory that can be full.
type shelf struct {
	mu    sync.Mutex
	full  bool
	files map[media.TapeID][]byte
}

func (s *shelf) Put(_ context.Context, id media.TapeID, write func(io.WriteSeeker) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full {
		return fmt.Errorf("write: %w", syscall.ENOSPC)
	}
	var f seeker
	if err := write(&f); err != nil {
		return err
	}
	s.files[id] = f.b
	return nil
}

type file struct{ *bytes.Reader }

func (file) Close() error { return nil }

func (s *shelf) Open(_ context.Context, id media.TapeID) (io.ReadSeekCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.files[id]
	if !ok {
		return nil, &orchestrator.Error{Kind: orchestrator.NotFound, Say: "no such file"}
	}
	return file{bytes.NewReader(b)}, nil
}

func (s *shelf) Delete(_ context.Context, id media.TapeID) error {
	delete(s.files, id)
	return nil
}

func (s *tapes) fetched() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// size is the length of a file, -1 when there is none.
func (s *shelf) size(id media.TapeID) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, ok := s.files[id]; ok {
		return len(b)
	}
	return -1
}

func (s *shelf) setFull(full bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.full = full
}

// pass lets virtual time pass.
func pass(d time.Duration) { <-time.After(d) }

// home runs a collector over one stopped recording, in virtual time. prepare works before it begins.
func home(t *testing.T, prepare func(*tapes, *shelf), do func(sw *tapes, sh *shelf, look func() recording.Meta)) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		store := memory.New(time.Now)
		j := store.Journal()
		if _, err := j.Open(ctx); err != nil {
			t.Fatal(err)
		}
		facts := []fact.Fact{fact.InteractionArrived{Switch: "ast1"}, fact.OfferConnected{Tape: "v1"}, fact.TalkEnded{Tape: "v1"}}
		var entries []fact.Entry
		for i, f := range facts {
			entries = append(entries, fact.Entry{Seq: int64(i + 1), At: time.Now(), About: "i1", Fact: f})
		}
		if err := j.Append(ctx, entries); err != nil {
			t.Fatal(err)
		}
		sw := &tapes{tapes: map[media.TapeID]bool{"v1": true}}
		sh := &shelf{files: map[media.TapeID][]byte{}}
		prepare(sw, sh)
		c := recording.Collector{Jobs: store, Sources: map[string]recording.Source{"ast1": sw}, Shelf: sh, Wake: store.Moved,
			Log: slog.New(slog.DiscardHandler), Now: time.Now, Jitter: func() float64 { return 1 }}
		var wg sync.WaitGroup
		defer wg.Wait()
		defer cancel()
		for _, r := range desk.Reactions() {
			wg.Go(func() {
				if err := store.Follow(ctx, r.Name, r.React); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		wg.Go(func() {
			if err := c.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		do(sw, sh, func() recording.Meta {
			synctest.Wait()
			all, err := store.Recordings(ctx, recording.Filter{})
			if err != nil || len(all) != 1 {
				t.Fatalf("the recordings are %+v (%v)", all, err)
			}
			return all[0]
		})
	})
}

func TestCollect(t *testing.T) {
	home(t, func(*tapes, *shelf) {}, func(sw *tapes, sh *shelf, look func() recording.Meta) {
		m := look()
		if m.State != recording.Stored || m.Length != time.Second || m.Bytes != 44+4*8000 || len(m.SHA256) != 64 || m.Why != "" {
			t.Errorf("stored is %+v", m)
		}
		if sw.has("v1") || sh.size("v1") != int(m.Bytes) {
			t.Errorf("the switch still has it, or the shelf has not")
		}
		pass(time.Hour)
		if look(); sw.fetched() != 1 {
			t.Errorf("the tape was fetched %d times", sw.fetched())
		}
	})
}

// F29: a full disk delays a recording; it is told why, nothing is half there, and the switch keeps its copy.
func TestFullDisk(t *testing.T) {
	home(t, func(_ *tapes, sh *shelf) { sh.setFull(true) }, func(sw *tapes, sh *shelf, look func() recording.Meta) {
		m := look()
		for range 3 {
			pass(10 * time.Minute)
			m = look()
		}
		if m.State != recording.Stopped || !strings.Contains(m.Why, "no space left") || sh.size("v1") != -1 || !sw.has("v1") {
			t.Errorf("with a full disk: %+v, a file of %d bytes", m, sh.size("v1"))
		}
		if sw.fetched() < 20 || sw.fetched() > 60 {
			t.Errorf("in half an hour it was tried %d times", sw.fetched())
		}
		sh.setFull(false)
		pass(2 * time.Minute)
		if m = look(); m.State != recording.Stored || m.Why != "" {
			t.Errorf("with room again: %+v", m)
		}
	})
}

func TestSwitchAway(t *testing.T) {
	away := &orchestrator.Error{Kind: orchestrator.Unavailable, Say: "the switch is away"}
	home(t, func(sw *tapes, _ *shelf) { sw.set(away, nil) }, func(_ *tapes, _ *shelf, look func() recording.Meta) {
		pass(23 * time.Hour)
		if m := look(); m.State != recording.Stopped || !strings.Contains(m.Why, "away") {
			t.Errorf("after a day: %+v", m)
		}
		pass(2 * time.Hour)
		if m := look(); m.State != recording.Failed || !strings.Contains(m.Why, "away") {
			t.Errorf("at last: %+v", m)
		}
	})
}

// A switch that was away for an hour has its tapes brought home within seconds once it is back.
func TestSwitchBack(t *testing.T) {
	away := &orchestrator.Error{Kind: orchestrator.Unavailable, Say: "the switch is away"}
	home(t, func(sw *tapes, _ *shelf) { sw.set(away, nil) }, func(sw *tapes, _ *shelf, look func() recording.Meta) {
		pass(time.Hour)
		if sw.fetched() < 300 || sw.fetched() > 800 {
			t.Errorf("in an hour it was tried %d times", sw.fetched())
		}
		sw.set(nil, nil)
		pass(12 * time.Second)
		if m := look(); m.State != recording.Stored {
			t.Errorf("seconds after the switch is back: %+v", m)
		}
	})
}

func TestTapeMissing(t *testing.T) {
	gone := &orchestrator.Error{Kind: orchestrator.NotFound, Say: "no such tape"}
	home(t, func(sw *tapes, _ *shelf) { sw.set(gone, nil) }, func(_ *tapes, _ *shelf, look func() recording.Meta) {
		pass(90 * time.Second)
		if m := look(); m.State != recording.Stopped {
			t.Errorf("too soon: %+v", m)
		}
		pass(5 * time.Minute)
		if m := look(); m.State != recording.Failed || !strings.Contains(m.Why, "no such tape") {
			t.Errorf("in the end: %+v", m)
		}
	})
}

func TestForgettingIsTriedAgain(t *testing.T) {
	home(t, func(sw *tapes, _ *shelf) { sw.set(nil, errors.New("busy")) }, func(sw *tapes, _ *shelf, look func() recording.Meta) {
		if m := look(); m.State != recording.Stored || !sw.has("v1") {
			t.Errorf("accounted for is %+v", m)
		}
		sw.set(nil, nil)
		pass(time.Minute)
		if m := look(); sw.has("v1") || m.State != recording.Stored || sw.fetched() != 1 {
			t.Errorf("the switch keeps its copy for ever: %+v", m)
		}
	})
}

// F30: of a tape with one side that side is kept, beside silence, and it is told what is missing. The other side is asked for more
// than once before.
func TestOneSide(t *testing.T) {
	for side, want := range map[string]struct {
		why    string
		length int
	}{
		"customer": {"the side of the agent was not recorded", 8000},
		"agent":    {"the side of the customer was not recorded", 2},
	} {
		home(t, func(sw *tapes, _ *shelf) { sw.side = side }, func(sw *tapes, sh *shelf, look func() recording.Meta) {
			if m := look(); m.State != recording.Stopped || m.Why != want.why {
				t.Errorf("%s: at first it is %+v", side, m)
			}
			pass(time.Minute)
			if m := look(); m.State != recording.Stored || m.Why != want.why || sh.size("v1") != 44+4*want.length || sw.has("v1") {
				t.Errorf("%s: stored is %+v, a file of %d bytes", side, m, sh.size("v1"))
			}
			if sw.fetched() != 3 {
				t.Errorf("%s: fetched %d times", side, sw.fetched())
			}
		})
	}
}
