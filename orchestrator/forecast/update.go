package forecast

import "math"

// Update forecasts the rest of a day of which the first intervals are over: those keep what came, the others are lifted or lowered.
func (f Forecast) Update(came []float64) Forecast {
	came = came[:min(len(came), len(f.Counts))]
	total, usual := 0.0, 0.0
	for _, n := range f.Counts {
		total += n
	}
	if len(f.Counts) > 0 {
		usual = f.p.Usual * total / float64(len(f.Counts))
	}
	nearCame, nearSaid, dayCame, daySaid := usual, usual, 0.0, 0.0
	for i, n := range came {
		nearCame = f.p.Near*(nearCame-usual) + n + usual
		nearSaid = f.p.Near*(nearSaid-usual) + f.Counts[i] + usual
		dayCame, daySaid = dayCame+n, daySaid+f.Counts[i]
	}
	out := f
	out.Counts = append([]float64(nil), came...)
	if nearSaid <= 0 || daySaid+usual <= 0 {
		out.Counts = append(out.Counts, f.Counts[len(came):]...)
		return out
	}
	// The surprise of the day so far weighs the more the more of the day it is made of.
	near, day := nearCame/nearSaid, (dayCame+usual)/(daySaid+usual)
	left := 1.0
	for i := len(came); i < len(f.Counts); i++ {
		factor := day
		if day > 0 && near > 0 {
			factor = day * math.Pow(near/day, left)
		}
		out.Counts = append(out.Counts, f.Counts[i]*factor)
		left *= f.p.Far
	}
	out.band()
	for i, n := range came {
		out.Low[i], out.High[i] = n, n
	}
	return out
}

// nineOfTen is the quantile of the normal distribution: between minus and plus this lie 90 %.
const nineOfTen = 1.6449

// band puts Low and High around the counts: what errors were made before, and at least the chance of calls that come independently.
func (f *Forecast) band() {
	f.Low, f.High = make([]float64, len(f.Counts)), make([]float64, len(f.Counts))
	for i, n := range f.Counts {
		half := nineOfTen * math.Sqrt(math.Max(n, f.spread[i]*f.spread[i]*n*n))
		f.Low[i], f.High[i] = math.Max(0, n-half), n+half
	}
}

// spread is how far off, relatively, forecasts of each interval were in the last weeks: half of it what this interval shows, half all.
func (f *Forecaster) spread(intervals int) []float64 {
	out := make([]float64, intervals)
	n, all := 0.0, 0.0
	for _, d := range f.days[max(0, len(f.days)-f.Weeks*7):] {
		if d.ratios == nil {
			continue
		}
		n++
		for i, r := range d.ratios {
			out[i] += r * r
			all += r * r / float64(intervals)
		}
	}
	for i := range out {
		if n > 0 {
			out[i] = math.Sqrt((out[i] + all) / 2 / n)
		}
	}
	return out
}
