package routing

import (
	"math"
	"time"
)

// Departures is how a line moves.
type Departures struct {
	Busy time.Time     // since when somebody waits
	Last time.Time     // departure
	Pace time.Duration // smoothed time between two departures while somebody waits; 0 before any was seen
}

// paceWeight is the part that the newest departure has in the pace, as one of so many.
const paceWeight = 5

// Depart counts a departure.
func (d *Departures) Depart(at time.Time) {
	from := d.Busy
	if d.Last.After(from) {
		from = d.Last
	}
	took := at.Sub(from)
	switch {
	case d.Pace == 0:
		d.Pace = took
	default:
		d.Pace += (took - d.Pace) / paceWeight
	}
	d.Last = at
}

// z90 is the quantile of nine tenths of the normal distribution.
const z90 = 1.2816

// Expect is the time until so many departures, each after the pace in the mean: half of those in this place wait no longer than the
// median, nine of ten no longer than the bound. Times between departures are taken to be exponential and independent, so that their
// sum has a gamma distribution; its quantiles are those of Wilson and Hilferty (PNAS 17, 1931), which are within 1.5 % of the exact ones
// from the first place on.
func Expect(place int, pace time.Duration) (median, bound time.Duration) {
	n := float64(place)
	quantile := func(z float64) time.Duration {
		root := 1 - 1/(9*n) + z/(3*math.Sqrt(n))
		return time.Duration(n * root * root * root * float64(pace)).Round(time.Second)
	}
	return quantile(0), quantile(z90)
}
