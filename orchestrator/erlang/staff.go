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
	good := func(n int) bool {
		if patience > 0 {
			return Impatient(n, a, service, patience, target).Within >= share
		}
		return Waiting(n, a, service, target).Within >= share
	}
	switch {
	case a <= 0:
		return 0
	case share >= 1:
		return -1
	}
	low, high := 0, int(math.Ceil(a))+1
	for ; !good(high); high *= 2 {
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
