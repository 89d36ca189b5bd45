package postgres

import (
	"slices"
	"sync"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// tail keeps the newest lines that this program has written, decoded once for everybody who follows the journal: reactors and
// the live feed read them here, and ask the database only for what is older or was written by another program.
type tail struct {
	mu      sync.Mutex
	lines   []fact.Entry // without a gap; those handed out are never written to again
	pending []line       // written after lines and not decoded yet: the turn that wrote them did not wait for it
}

// tailLines bounds what is kept. A reactor that is further behind reads the database.
const tailLines = 2048

// add takes the lines of a turn that is written.
func (t *tail) add(turn []line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if last := t.last(); last != 0 && turn[0].Seq != last+1 {
		t.lines, t.pending = nil, nil // What another program has written between is not here.
	}
	t.pending = append(t.pending, turn...)
	if len(t.pending) > tailLines {
		t.lines, t.pending = nil, t.pending[len(t.pending)-tailLines:]
	}
}

// last is the number of the newest line, 0 when there is none; mu is held.
func (t *tail) last() int64 {
	if n := len(t.pending); n > 0 {
		return t.pending[n-1].Seq
	}
	if n := len(t.lines); n > 0 {
		return t.lines[n-1].Seq
	}
	return 0
}

// has says whether this program has written a line, or one after it.
func (t *tail) has(seq int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return seq <= t.last()
}

// after returns up to limit lines after seq; none when it does not have the line that is next.
func (t *tail) after(seq int64, limit int) []fact.Entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	if seq >= t.last() {
		return nil
	}
	if len(t.pending) > 0 {
		entries, err := decode(t.pending)
		if t.pending = nil; err != nil {
			t.lines = nil // The database has the line too, and whoever reads it there tells of the error.
			return nil
		}
		t.lines = append(t.lines, entries...)
		t.lines = t.lines[max(0, len(t.lines)-tailLines):]
	}
	first := t.lines[0].Seq
	if seq+1 < first {
		return nil
	}
	rest := t.lines[seq+1-first:]
	n := min(len(rest), limit)
	return rest[:n:n]
}

// story returns the lines about an interaction up to one that was read here, oldest first; nil when it began before the tail.
func (t *tail) story(id orchestrator.InteractionID, upTo int64) []fact.Entry {
	t.mu.Lock()
	lines := t.lines
	t.mu.Unlock()
	if len(lines) == 0 || upTo > lines[len(lines)-1].Seq {
		return nil
	}
	var story []fact.Entry
	for _, e := range slices.Backward(lines[:max(0, upTo-lines[0].Seq+1)]) {
		if e.About != id {
			continue
		}
		story = append(story, e)
		switch e.Fact.(type) {
		case fact.InteractionArrived, fact.InteractionOpened:
			slices.Reverse(story)
			return story
		}
	}
	return nil
}

// clear forgets all: somebody was erased, or another program may have written.
func (t *tail) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines, t.pending = nil, nil
}
