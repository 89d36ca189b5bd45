package api

import (
	"context"
	"maps"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/customer"
	"tandem/orchestrator/desk/place"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
)

// seenWithin bounds how long an opening waits for the customer's record; then it goes on without.
const seenWithin = time.Second

// seen is who opens an item, with what their record says of them. What the client says goes over it.
func (s *Server) seen(ctx context.Context, b *Opening) (fact.Person, map[string]string) {
	who := fact.Person{Number: b.Address, Name: b.Name}
	if b.Address == "" {
		return who, b.Attributes
	}
	ctx, cancel := context.WithTimeout(ctx, seenWithin)
	defer cancel()
	name, known, _, err := customer.Book{Desk: s.cfg.Customers, Country: s.cfg.Country, Guesses: s.cfg.Guesses}.Seen(ctx, orchestrator.Channel(b.Channel), b.Address)
	if err != nil {
		s.cfg.Log.Warn("the record of who opens an interaction was not found in time", "cause", err)
	}
	if who.Name == "" {
		who.Name = name
	}
	all := maps.Clone(b.Attributes)
	if all == nil {
		all = map[string]string{}
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if _, said := all[name]; !said && len(all) < floor.MaxAttributes {
			all[name] = known[name]
		}
	}
	return who, all
}

// placeOf is the interaction whose place a link leads to; "" for no link.
func (s *Server) placeOf(ctx context.Context, token string) (orchestrator.InteractionID, error) {
	if token == "" {
		return "", nil
	}
	id, err := s.cfg.Places.PlaceOf(ctx, place.Token(token).Sum())
	if orchestrator.KindOf(err) == orchestrator.NotFound {
		return "", &orchestrator.Error{Kind: orchestrator.Conflict, Field: "place", Say: "no place is kept at this link, or not any more; open the item with a queue, and it waits from now on"}
	}
	return id, err
}
