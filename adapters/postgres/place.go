package postgres

import (
	"context"
	"errors"
	"sync"
)

// place is how far a reactor has come. Its row moves only when something is written: the lines between Seq and seen meant
// nothing to the reactor, and a program that starts anew looks at them once more.
type place struct {
	Seq    int64 // of the row, as it was last seen or written
	Erased int64 // of the row: counts what has changed behind the reactor's back
	seen   int64 // Seq or later
}

// errMoved says that somebody else has moved the row of a reactor, or has changed what the reactor may have in hand.
var errMoved = errors.New("the reactor's row was changed by somebody else")

// places remembers where the reactors of this program stand.
type places struct {
	mu sync.Mutex
	of map[string]place
}

func (p *places) put(name string, at place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.of[name] = at
}

// seen is the last line that the reactor has come to, when its row stands at seq.
func (p *places) seen(name string, seq int64) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := p.of[name]; at.Seq == seq {
		return max(seq, at.seen)
	}
	return seq
}

// Cursor is the last line that the reactor of that name has reacted to, in whichever program it is at work.
func (d *DB) Cursor(ctx context.Context, name string) (int64, error) {
	var seq int64
	if err := d.q.ReactorSeq.GetContext(ctx, &seq, name); err != nil {
		return 0, wrap("reactor", err)
	}
	return d.places.seen(name, seq), nil
}
