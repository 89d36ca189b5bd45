// Package retry says how long to wait before the next try of something that failed. It waits for nothing itself.
package retry

import "time"

// Pause is the time before the next try after so many that failed in a row, 1 or more. It doubles from first on and has a limit;
// at least half of it stays beside the jitter (0 to 1), which keeps many that failed together from trying together.
func Pause(failures int, first, longest time.Duration, jitter float64) time.Duration {
	const enough = 16 // doublings, after which every limit is reached
	full := min(first<<min(max(failures-1, 0), enough), longest)
	return full/2 + time.Duration(jitter*float64(full/2))
}
