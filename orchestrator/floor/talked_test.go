package floor

import (
	"strings"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// Whoever is erased is forgotten by the floor that runs too: with whom they spoke, and in what it writes down. Others are not.
func TestErasedIsForgottenWhileItRuns(t *testing.T) {
	s := writing(t)
	spoke := func(number string) orchestrator.InteractionID {
		var id orchestrator.InteractionID
		s.step(Command{Do: OpenItem{Channel: orchestrator.ChannelChat, Queue: "support", Customer: fact.Person{Number: number}, Into: &id}})
		offer := s.floor.Interactions[id].Offer
		s.step(Command{Do: AcceptOffer{offer}})
		s.step(Command{Do: CompleteOffer{Offer: offer, Disposition: "solved"}})
		return id
	}
	first, other, again := spoke("kim@example.com"), spoke("lee@example.com"), spoke("kim@example.com")
	s.step(Command{Do: ForgetPerson{Interactions: []orchestrator.InteractionID{first, again}}})
	if a := s.floor.lastAgent("kim@example.com"); a != "" {
		t.Errorf("it remembers that the erased spoke with %s", a)
	}
	if a := s.floor.lastAgent("lee@example.com"); a != "ann" {
		t.Errorf("of another (%s) it remembers %q", other, a)
	}
	if _, persons, err := s.floor.Save(); err != nil || strings.Contains(string(persons), "kim@") || !strings.Contains(string(persons), "lee@") {
		t.Errorf("it writes down %s: %v", persons, err)
	}
	spoke("kim@example.com")
	if a := s.floor.lastAgent("kim@example.com"); a != "ann" {
		t.Errorf("who comes again is remembered as %q", a)
	}
}
