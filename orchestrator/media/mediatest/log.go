package mediatest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator/media"
)

// Log is what an adapter has told, and the way to wait for more.
type Log struct {
	mu     sync.Mutex
	events []media.Event
	more   chan struct{} // closed and replaced at each event
	block  chan struct{} // while not nil, tell waits for its closing
}

// Watch starts the adapter, waits for its first Up and ends it with the test.
func Watch(t *testing.T, sw media.Switch) *Log {
	t.Helper()
	log, _ := WatchUntil(t, sw)
	log.Wait(t, "the first Up", func(e media.Event) bool { return e.Kind == media.Up })
	return log
}

// WatchUntil starts the adapter; stop ends it early, as a crash of the program does, and waits until Watch has returned.
func WatchUntil(t *testing.T, sw media.Switch) (log *Log, stop func()) {
	t.Helper()
	log = &Log{more: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- sw.Watch(ctx, log.tell) }()
	stop = sync.OnceFunc(func() {
		cancel()
		log.Unblock()
		select {
		case err := <-done:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("Watch returned %v", err)
			}
		case <-time.After(Patience):
			t.Error("Watch does not return after its context has ended")
		}
	})
	t.Cleanup(stop)
	return log, stop
}

func (l *Log) tell(e media.Event) {
	l.mu.Lock()
	l.events = append(l.events, e)
	close(l.more)
	l.more = make(chan struct{})
	block := l.block
	l.mu.Unlock()
	if block != nil {
		<-block
	}
}

// Block makes tell wait, as an engine that is busy does; Unblock lets it go on.
func (l *Log) Block() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.block == nil {
		l.block = make(chan struct{})
	}
}

// Unblock ends Block.
func (l *Log) Unblock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.block != nil {
		close(l.block)
		l.block = nil
	}
}

// All is what was told until now.
func (l *Log) All() []media.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]media.Event(nil), l.events...)
}

// Mark is a place in the log, for WaitAfter.
func (l *Log) Mark() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.events)
}

// Wait returns the first event, of all, for which is is true.
func (l *Log) Wait(t *testing.T, what string, is func(media.Event) bool) media.Event {
	t.Helper()
	return l.WaitAfter(t, 0, what, is)
}

// WaitAfter returns the first event behind a mark for which is is true.
func (l *Log) WaitAfter(t *testing.T, mark int, what string, is func(media.Event) bool) media.Event {
	t.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	for at := mark; ; {
		l.mu.Lock()
		events, more := l.events, l.more
		l.mu.Unlock()
		for ; at < len(events); at++ {
			if is(events[at]) {
				return events[at]
			}
		}
		select {
		case <-more:
		case <-deadline.C:
			t.Fatalf("no event for %s; told were:\n%s", what, l)
		}
	}
}

// Leg waits for an event of a kind about a leg.
func (l *Log) Leg(t *testing.T, kind string, id media.LegID) media.Event {
	t.Helper()
	return l.Wait(t, kind+" of "+string(id), func(e media.Event) bool { return e.Kind == kind && e.Leg == id })
}

// Done waits for the end of a task.
func (l *Log) Done(t *testing.T, id media.TaskID) media.Event {
	t.Helper()
	return l.Wait(t, "done of "+string(id), func(e media.Event) bool { return e.Kind == media.Done && e.Task == id })
}

// Of counts the events of a kind about a leg.
func (l *Log) Of(kind string, id media.LegID) (count int) {
	for _, e := range l.All() {
		if e.Kind == kind && e.Leg == id {
			count++
		}
	}
	return count
}

// String is one event a line.
func (l *Log) String() string {
	var b strings.Builder
	for _, e := range l.All() {
		fmt.Fprintf(&b, "%s %-9s %s task=%s tape=%s why=%s sip=%d %q legs=%+v\n",
			e.At.Format("05.000"), e.Kind, e.Leg, e.Task, e.Tape, e.Why, e.SIP, e.Text, e.Legs)
	}
	return b.String()
}
