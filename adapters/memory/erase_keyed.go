package memory

import (
	"fmt"
	"maps"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// keyed says whether a line tells that a number was keyed in, to be called back on.
func (l line) keyed(number string) bool {
	e, err := l.decode()
	x, is := e.Fact.(fact.AttributeSet)
	return err == nil && is && x.Name == orchestrator.CallbackNumber && x.Who.Text == number
}

// eraseKeyed forgets a number that others keyed in, and what was said of it; mu is held.
func (s *Store) eraseKeyed(number string, calls map[orchestrator.InteractionID]bool) {
	for i, l := range s.lines {
		if calls[l.entry.About] && (l.kind == fact.PromptBegun{}.Kind() || l.keyed(number)) {
			s.lines[i].person = nil
		}
	}
	for n, k := range s.tickets {
		if calls[k.Interaction] && fmt.Sprint(k.Fields[orchestrator.CallbackNumber]) == number {
			k.Fields = maps.Clone(k.Fields)
			delete(k.Fields, orchestrator.CallbackNumber)
			s.tickets[n] = k
		}
	}
}
