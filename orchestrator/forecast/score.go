package forecast

import "math"

// Score adds up how far forecasts were off: WAPE, the sum of the absolute errors over the sum of what came.
type Score struct{ Wrong, Came float64 }

// Add takes in one interval.
func (s *Score) Add(said, came float64) {
	s.Wrong += math.Abs(said - came)
	s.Came += came
}

// WAPE is a share; not a number when nobody came.
func (s Score) WAPE() float64 { return s.Wrong / s.Came }

// LastWeek is the plainest forecast: what came on the same weekday before. False when there was none.
func (f *Forecaster) LastWeek(d Day) ([]float64, bool) { return f.sameDays(d, 1) }

// MeanOf is the mean of the last days of the same weekday, as many as said; false when there was none.
func (f *Forecaster) MeanOf(d Day, days int) ([]float64, bool) { return f.sameDays(d, days) }

func (f *Forecaster) sameDays(d Day, most int) ([]float64, bool) {
	var sum []float64
	n := 0
	t := midnight(d.Date)
	for i := len(f.days) - 1; i >= 0 && n < most; i-- {
		if l := f.days[i]; l.when.Weekday() == t.Weekday() && l.when.Before(t) {
			if sum == nil {
				sum = make([]float64, len(l.counts))
			}
			for k, c := range l.counts {
				sum[k] += c
			}
			n++
		}
	}
	for k := range sum {
		sum[k] /= float64(n)
	}
	return sum, n > 0
}

// Noise is the error that even a forecast which knows the true expectation makes, because callers come independently of each other:
// the mean absolute deviation of a Poisson number, E|N − λ| = 2·λ^(⌊λ⌋+1)·e^(−λ)/⌊λ⌋! (De Moivre 1730).
func Noise(expected float64) float64 {
	if expected <= 0 {
		return 0
	}
	floor := math.Floor(expected)
	factorial, _ := math.Lgamma(floor + 1)
	return 2 * math.Exp((floor+1)*math.Log(expected)-expected-factorial)
}
