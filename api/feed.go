package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/fact"
)

const (
	recentLines = 2048 // kept for all streams together; who is further behind reads the journal
	readLines   = 256  // of the journal at once
	tryAgain    = time.Second
)

// feed follows the journal once for all streams. It is never ahead of the views, so that a client that reads the API on an event
// finds what the event says.
//
//	journal ──> run ──> recent lines ──> stream, stream, stream
//	   └──────────────(further behind)──────────┘
type feed struct {
	views   view.Reader
	log     *slog.Logger
	stopped chan struct{} // closed when run has ended

	mu      sync.Mutex
	recent  []line        // the last lines, without gaps, ending at last; written by run
	last    int64         // the last line that streams may have; -1 until it is known
	next    chan struct{} // closed when last grows
	streams int           // that are open: without any, no line is written as an event
}

// line is a line of the journal as a stream sends it; text is nil for one that it keeps to itself.
type line struct {
	seq  int64
	text []byte
}

func newFeed(views view.Reader, log *slog.Logger) *feed {
	return &feed{views: views, log: log, stopped: make(chan struct{}), last: -1, next: make(chan struct{})}
}

// run follows until ctx ends. A store that is away is waited for.
func (f *feed) run(ctx context.Context) {
	defer close(f.stopped)
	for ctx.Err() == nil {
		if err := f.follow(ctx); err != nil && ctx.Err() == nil {
			f.log.Warn("the event feed waits for the views", "cause", err, "again", tryAgain)
			pause(ctx, tryAgain)
		}
	}
}

// follow takes what the views have folded in since, and waits when there is nothing.
func (f *feed) follow(ctx context.Context) error {
	f.mu.Lock()
	last, streams := f.last, f.streams
	f.mu.Unlock()
	if last < 0 {
		seen, err := f.views.Seq(ctx)
		if err == nil {
			f.grow(nil, seen)
		}
		return err
	}
	seen, err := f.views.WaitFor(ctx, last+1)
	if err != nil {
		return err
	}
	if streams == 0 {
		f.grow(nil, seen) // Nobody listens: who comes later begins with a snapshot, or reads the journal.
		return nil
	}
	lines, err := readJournal(ctx, f.views, last, seen)
	if err != nil {
		return err
	}
	f.grow(lines, lines[len(lines)-1].seq)
	return nil
}

// grow lets streams have the lines up to last; those in between that are not given are not kept.
func (f *feed) grow(lines []line, last int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = last
	if lines == nil {
		f.recent = nil
	}
	f.recent = append(f.recent, lines...)
	f.recent = f.recent[max(0, len(f.recent)-recentLines):]
	f.wake()
}

// join counts a stream until it leaves.
func (f *feed) join() (leave func()) {
	count := func(n int) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.streams += n
	}
	count(1)
	return func() { count(-1) }
}

// wake tells every stream that waits; mu is held.
func (f *feed) wake() {
	close(f.next)
	f.next = make(chan struct{})
}

// after returns some lines after pos, or a channel that is closed when there are more.
func (f *feed) after(ctx context.Context, pos int64) ([]line, <-chan struct{}, error) {
	f.mu.Lock()
	last, next, recent := f.last, f.next, f.recent
	f.mu.Unlock()
	if pos >= last {
		return nil, next, nil
	}
	if behind := last - pos; behind <= int64(len(recent)) {
		recent = recent[int64(len(recent))-behind:]
		return recent[:min(len(recent), readLines)], nil, nil
	}
	lines, err := readJournal(ctx, f.views, pos, last)
	return lines, nil, err
}

// readJournal reads some lines after pos, up to the line upTo; there is at least one.
func readJournal(ctx context.Context, views view.Reader, pos, upTo int64) ([]line, error) {
	entries, err := views.Entries(ctx, pos, int(min(upTo-pos, readLines)))
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 || entries[0].Seq != pos+1 {
		return nil, fmt.Errorf("the journal has no line %d, though the views have folded in line %d", pos+1, upTo)
	}
	lines := make([]line, len(entries))
	for i, e := range entries {
		if lines[i], err = eventLine(e); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// eventLine writes a line as a server-sent event (WHATWG HTML section 9.2.6).
func eventLine(e fact.Entry) (line, error) {
	if private(e.Fact) {
		return line{seq: e.Seq}, nil
	}
	w := eventWire(e)
	text, err := sse(w.Kind, w.Seq, w)
	return line{e.Seq, text}, err
}

// sse is one event. JSON has no line breaks of its own, so that one data line is enough.
func sse(name string, id int64, data any) ([]byte, error) {
	b, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("write event %s %d: %w", name, id, err)
	}
	return fmt.Appendf(nil, "event: %s\nid: %d\ndata: %s\n\n", name, id, b), nil
}

// pause waits, or less when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
