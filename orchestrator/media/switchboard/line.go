package switchboard

import (
	"context"
	"errors"
	"sync"

	"tandem/orchestrator/media"
)

// Line is one connection to a switch, from its opening to its loss, and the mailbox of what is to be told of it. A new connection
// is a new line, so that nothing of an old one can be told after the next Up. E is an event of the switch.
type Line[E any] struct {
	Ctx context.Context // ends with the line; its cause is the first reason of the loss

	cancel  context.CancelCauseFunc
	backlog int             // items that may wait
	dropped func(items int) // is told how many were thrown away because the engine fell behind

	mu     sync.Mutex
	box    []item[E]
	closed bool
	bell   chan struct{} // rung when box grows or closes
}

// item is an event of the switch, or what a command's end has to tell.
type item[E any] struct {
	event E
	do    func() []media.Event
}

// NewLine begins a line within ctx.
func NewLine[E any](ctx context.Context, backlog int, dropped func(items int)) *Line[E] {
	l := &Line[E]{backlog: backlog, dropped: dropped, bell: make(chan struct{}, 1)}
	l.Ctx, l.cancel = context.WithCancelCause(ctx)
	return l
}

// Lose ends the line; the first reason counts.
func (l *Line[E]) Lose(why error) {
	l.cancel(why)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.ring()
}

// Hear queues an event of the switch and never waits; false when the line is over.
func (l *Line[E]) Hear(e E) bool { return l.put(item[E]{event: e}) }

// Post queues what a command's end has to tell; do runs when its turn comes, as the handling of an event does.
func (l *Line[E]) Post(do func() []media.Event) { l.put(item[E]{do: do}) }

func (l *Line[E]) put(it item[E]) bool {
	l.mu.Lock()
	full := !l.closed && len(l.box) >= l.backlog
	if full {
		l.dropped(len(l.box))
		l.box = nil
	}
	ok := !l.closed && !full
	if ok {
		l.box = append(l.box, it)
		l.ring()
	}
	l.mu.Unlock()
	if full {
		l.Lose(errors.New("the engine is too far behind; the state is read anew"))
	}
	return ok
}

// ring wakes Pump; called with mu held.
func (l *Line[E]) ring() {
	select {
	case l.bell <- struct{}{}:
	default:
	}
}

// take returns all that is queued, waiting for the first; false when the line is over and nothing is left.
func (l *Line[E]) take() ([]item[E], bool) {
	for {
		l.mu.Lock()
		box, closed := l.box, l.closed
		l.box = nil
		l.mu.Unlock()
		if len(box) > 0 {
			return box, true
		}
		if closed {
			return nil, false
		}
		<-l.bell
	}
}

// Pump tells, in order, what the switch and the commands bring, until the line is over. state is held over hear and over what was
// posted, and not over tell, which may block.
func (l *Line[E]) Pump(state sync.Locker, hear func(E) []media.Event, tell func(media.Event)) {
	handle := func(it item[E]) []media.Event {
		state.Lock()
		defer state.Unlock()
		if it.do != nil {
			return it.do()
		}
		return hear(it.event)
	}
	for {
		items, open := l.take()
		if !open {
			return
		}
		for _, it := range items {
			for _, e := range handle(it) {
				tell(e)
			}
		}
	}
}
