package routing

import (
	"fmt"
	"math"
	"slices"
)

// Strategy says who of the people that fit takes an item. Those who have more of the preferred skills always come first; after the
// strategy comes who has been idle longest, then the id.
type Strategy string

// The strategies.
const (
	LongestIdle    Strategy = "longest_idle"    // since the last contact ended (default)
	LeastOccupied  Strategy = "least_occupied"  // the lowest occupancy today, as it stood when they last became free
	FewestContacts Strategy = "fewest_contacts" // today
	BestSkill      Strategy = "best_skill"      // the highest sum of levels over the skills that are required or preferred
	RoundRobin     Strategy = "round_robin"     // whoever was offered work least recently, answered or not
	Weighted       Strategy = "weighted"        // contacts today in proportion to the weights
	FastestFirst   Strategy = "fastest_first"   // the shortest mean handling time; unknown ones last
)

// Strategies lists all of them.
var Strategies = []Strategy{LongestIdle, LeastOccupied, FewestContacts, BestSkill, RoundRobin, Weighted, FastestFirst}

// ByDay says whether a strategy goes by figures of the day.
func (s Strategy) ByDay() bool { return s == LeastOccupied || s == FewestContacts || s == Weighted }

// Check says what is wrong with a strategy, or nil; "" is the default.
func (s Strategy) Check() error {
	if s == "" || slices.Contains(Strategies, s) {
		return nil
	}
	return fmt.Errorf("strategy %q is not known; use one of %v", s, Strategies)
}

// score is what a strategy sees in a person for work that asks for w: the lowest is chosen.
func (s Strategy) score(a *Agent, w *want) int64 {
	switch s {
	case LeastOccupied:
		return a.Today.occupancy()
	case FewestContacts:
		return int64(a.Today.Contacts)
	case BestSkill:
		return -w.mastery(a)
	case RoundRobin:
		if a.Today.Offered.IsZero() {
			return math.MinInt64
		}
		return a.Today.Offered.UnixMicro()
	case Weighted:
		return int64(a.Today.Contacts+1) * 1e6 / int64(max(a.Weight, 1))
	case FastestFirst:
		if a.Pace[w.media] <= 0 {
			return math.MaxInt64
		}
		return int64(a.Pace[w.media])
	default:
		return 0
	}
}
