package recording_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"tandem/adapters/memory"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// slow is a switch that is asked for its tape while something else happens.
type slow struct {
	*tapes
	meanwhile func()
}

func (s slow) Tape(ctx context.Context, id media.TapeID) (io.ReadCloser, io.ReadCloser, error) {
	s.meanwhile()
	return s.tapes.Tape(ctx, id)
}

// of49 is a store with one call from +49, whose tape v1 has stopped.
func of49(t *testing.T) *memory.Store {
	t.Helper()
	store := memory.New(time.Now)
	j := store.Journal()
	if _, err := j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	facts := []fact.Fact{
		fact.InteractionArrived{Switch: "ast1", Who: fact.Person{Number: "+49"}}, fact.OfferConnected{Tape: "v1"}, fact.TalkEnded{Tape: "v1"},
		fact.InteractionEnded{}, fact.WrapUpEnded{},
	}
	var entries []fact.Entry
	for i, f := range facts {
		entries = append(entries, fact.Entry{Seq: int64(i + 1), At: time.Now(), About: "i1", Fact: f})
	}
	if err := j.Append(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- store.Follow(ctx, "recordings", func(ctx context.Context, tx desk.Tx, e fact.Entry) error { return recording.React(ctx, tx, e) })
	}()
	for {
		moved := store.Moved()
		if seq, _ := store.Cursor(t.Context(), "recordings"); seq == int64(len(facts)) {
			break
		}
		<-moved
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return store
}

func collector(store *memory.Store, from recording.Source, to *shelf) *recording.Collector {
	return &recording.Collector{Jobs: store, Sources: map[string]recording.Source{"ast1": from}, Shelf: to,
		Log: slog.New(slog.DiscardHandler), Now: time.Now, Jitter: func() float64 { return 1 }}
}

// TestErasedOnTheWayHome: the audio of somebody who is erased while it is fetched does not stay on the shelf.
func TestErasedOnTheWayHome(t *testing.T) {
	store := of49(t)
	sh := &shelf{files: map[media.TapeID][]byte{}}
	sw := slow{&tapes{tapes: map[media.TapeID]bool{"v1": true}}, func() {
		if _, err := store.Erase(t.Context(), "+49"); err != nil {
			t.Error(err)
		}
	}}
	if _, err := collector(store, sw, sh).Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	if sh.size("v1") >= 0 || sw.has("v1") {
		t.Error("the audio of an erased person stays")
	}
}

// TestErasedAndKilled: when the program that erased was killed before it deleted the file, the collector does it.
func TestErasedAndKilled(t *testing.T) {
	store := of49(t)
	sh, sw := &shelf{files: map[media.TapeID][]byte{}}, &tapes{tapes: map[media.TapeID]bool{"v1": true}}
	c := collector(store, sw, sh)
	if _, err := c.Once(t.Context()); err != nil || sh.size("v1") < 0 {
		t.Fatalf("not brought home: %v", err)
	}
	if _, err := store.Erase(t.Context(), "+49"); err != nil {
		t.Fatal(err)
	}
	if more, err := c.Once(t.Context()); !more || err != nil || sh.size("v1") >= 0 {
		t.Errorf("the file is still there (%v, %v)", more, err)
	}
	if more, _ := c.Once(t.Context()); more {
		t.Error("done, and done again")
	}
}
