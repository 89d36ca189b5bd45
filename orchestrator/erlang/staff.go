package erlang

import (
	"math"
	"time"
)

// maxServers bounds the search of Staff.
const maxServers = 100_000

// Staff is the least number of people with whom at least share of all callers are answered within the target. Patience 0 is callers
// who never give up. It is -1 if no number does it: a share of 1 needs endless people.
func Staff(a float64, service, patience, target time.Duration, share float64) int {
	switch {
	case a <= 0:
		return 0
	case share >= 1:
		return -1
	}
	// People who are busy all the time answer n/a of the calls, some of them late: with fewer than share·a it is never reached.
	few := max(int(math.Ceil(share*a))-1, 0)
	good := func(n int) bool { return lineOf(n, a, service, patience, target).Within >= share }
	if patience == 0 {
		return least(few, int(math.Ceil(a))+1, good)
	}
	few = fewest(a, service, patience, share)
	for low, step := few-1, 1; few >= 0; low, step = low+step, 2*step {
		if low+step > maxServers {
			return -1
		}
		if good(low + step) {
			return least(low, low+step, good)
		}
	}
	return -1
}

// fewest is a number of people below which more than the rest give up: with less, the share is never reached, however long the target.
// It is quickly told.
func fewest(a float64, service, patience time.Duration, share float64) int {
	theta := service.Seconds() / patience.Seconds()
	return least(max(int(math.Ceil(share*a))-1, 0), int(math.Ceil(a))+1, func(n int) bool {
		l := newLadder(n, a, theta)
		return 1-theta*l.length/a >= share-hair
	})
}

// maxWork bounds what a search with patience computes: seconds, not minutes.
const maxWork = 2e9

// work is about how much a search for a staff computes, in steps of the line.
func work(a float64, service, patience, target time.Duration, share float64) float64 {
	n := fewest(a, service, patience, share)
	if n < 0 {
		return 0
	}
	l := newLadder(n, a, service.Seconds()/patience.Seconds())
	wide := 0
	for _, p := range l.full {
		if p > unlikely {
			wide++
		}
	}
	const tries = 12
	return tries * float64(wide) * (float64(n) + l.theta*float64(len(l.full))) * target.Seconds() / service.Seconds()
}

// lineOf is Erlang A for callers with a patience, Erlang C for those without.
func lineOf(n int, a float64, service, patience, target time.Duration) Line {
	if patience > 0 {
		return Impatient(n, a, service, patience, target)
	}
	return Waiting(n, a, service, target)
}

// least is the smallest number above low that is good, where low is not and all above a good one are; -1 beyond maxServers. The
// search begins at high, which may be good or not.
func least(low, high int, good func(n int) bool) int {
	for high = max(high, low+1); high > maxServers || !good(high); high *= 2 {
		if high > maxServers {
			return -1
		}
		low = high
	}
	for low+1 < high {
		if mid := (low + high) / 2; good(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}
