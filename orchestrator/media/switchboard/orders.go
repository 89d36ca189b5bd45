package switchboard

import (
	"maps"
	"slices"
	"sync"
	"time"

	"tandem/orchestrator/media"
)

// Order is one leg and its want, with the leg's turn held.
type Order[G any] struct {
	Leg  G
	Want media.Want
}

// Orders finds the legs of a Do and takes their turns in the order of their names, so that two Dos can't wait for each other. find
// returns nil for a leg for which there is nothing to do. release gives the turns back.
func Orders[G any](wants map[media.LegID]media.Want, find func(media.LegID, media.Want) *G, turn func(*G) sync.Locker) (orders []Order[*G], release func()) {
	orders = make([]Order[*G], 0, len(wants))
	for _, id := range slices.Sorted(maps.Keys(wants)) {
		if leg := find(id, wants[id]); leg != nil {
			turn(leg).Lock()
			orders = append(orders, Order[*G]{Leg: leg, Want: wants[id]})
		}
	}
	return orders, func() {
		for _, o := range orders {
			turn(o.Leg).Unlock()
		}
	}
}

// Stranger says what becomes of a want for a leg that is not there and never was. A Dial makes it. One that is taken back before it
// was dialled ends in one Gone all the same, and is never dialled any more. Anything else is Refused.
func Stranger(id media.LegID, want media.Want, at time.Time) (born bool, told media.Event) {
	switch base := want.Base.(type) {
	case media.Dial:
		return true, media.Event{}
	case media.Drop:
		return false, media.Event{Kind: media.Gone, At: at, Leg: id, Why: base.Why}
	}
	return false, media.Event{Kind: media.Refused, At: at, Leg: id, Text: "there is no such leg"}
}

// Work is what a door does of its own when orders are carried out. S is one part of a Do.
type Work[G, S any] struct {
	Reachable func(G) bool                                    // whether commands make sense for a leg
	Say       func(S, Order[G]) (failed bool, lineAway error) // failed: it may succeed when the want is said again
	Settled   func(leg G, failed bool)
}

// CarryOut says the steps of orders whose turns are held: each step to all legs before the next one begins (promise 6 of package
// media). It returns the error that means that the line is away.
func CarryOut[G comparable, S any](orders []Order[G], steps []S, work Work[G, S]) error {
	failed := map[G]bool{}
	for _, step := range steps {
		for _, o := range orders {
			if !work.Reachable(o.Leg) {
				continue
			}
			again, err := work.Say(step, o)
			if err != nil {
				return err
			}
			failed[o.Leg] = again || failed[o.Leg]
		}
	}
	for _, o := range orders {
		work.Settled(o.Leg, failed[o.Leg])
	}
	return nil
}
