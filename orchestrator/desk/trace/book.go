package trace

import (
	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// maxLive bounds the interactions that are followed at once.
const maxLive = 20_000

// Book folds the journal into traces. It reads and remembers, and is used by one goroutine.
type Book struct {
	Cell string
	// Past returns what is written about an interaction, oldest first; it is asked of each that began before the Book was opened.
	// nil, or nothing: such are left out.
	Past func(id orchestrator.InteractionID) []fact.Entry
	// Dropped is told of each interaction that does not fit.
	Dropped func()

	live map[orchestrator.InteractionID]*story
	out  map[orchestrator.InteractionID]bool // left out
}

// Take folds the next line in, and returns the trace of an interaction that is over with it.
func (b *Book) Take(e fact.Entry) (Trace, bool) {
	if b.live == nil {
		b.live, b.out = map[orchestrator.InteractionID]*story{}, map[orchestrator.InteractionID]bool{}
	}
	if e.About == "" {
		return Trace{}, false
	}
	s := b.live[e.About]
	if s == nil {
		if s = b.enter(e); s == nil {
			return Trace{}, false
		}
	} else {
		s.add(e)
	}
	if !s.over() {
		return Trace{}, false
	}
	delete(b.live, e.About)
	return s.trace(), true
}

// enter begins the story of an interaction that is not known; nil when it has none.
func (b *Book) enter(e fact.Entry) *story {
	switch {
	case b.out[e.About]:
		return nil
	case len(b.live) >= maxLive:
		if b.Dropped != nil {
			b.Dropped()
		}
		b.leaveOut(e)
		return nil
	case begins(e.Fact):
		b.live[e.About] = newStory(b.Cell, e)
		return b.live[e.About]
	case late(e.Fact):
		return nil // It is over and was told.
	}
	s, over := b.before(e)
	switch {
	case over:
		return nil // It was told when it was over; this came later.
	case s == nil:
		b.leaveOut(e)
		return nil
	}
	b.live[e.About] = s
	return s
}

// leaveOut remembers that nothing is told of an interaction, so that its past is asked for once.
func (b *Book) leaveOut(e fact.Entry) {
	if len(b.out) >= maxLive {
		clear(b.out)
	}
	b.out[e.About] = true
}

// before tells what happened up to and with a line, or that it was over before; nil when the beginning is not known.
func (b *Book) before(e fact.Entry) (s *story, over bool) {
	if b.Past == nil {
		return nil, false
	}
	for _, p := range b.Past(e.About) {
		switch {
		case p.Seq >= e.Seq:
		case begins(p.Fact):
			s = newStory(b.Cell, p)
		case s != nil:
			s.add(p)
		}
	}
	if s == nil || s.over() {
		return nil, s != nil
	}
	s.add(e)
	return s, false
}
