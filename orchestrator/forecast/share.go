package forecast

import "math"

// Share foretells which part of the contacts of an interval will be of a kind, such as those that a bot solves, from the same
// intervals of days that were. It is a proportion with more spread than chance alone has (quasi-binomial): days differ. Its memory is
// that of the Forecaster; an interval with few contacts is drawn towards the share of the whole day.
type Share struct {
	days []parts
}

// parts are those of one day.
type parts struct{ part, of []float64 }

const (
	shareDays = 50 // open days of ten weeks
	usual     = 20 // contacts of a usual interval that stand against what one interval says
	mostShare = .99
)

// Add learns one more day: of so many contacts per interval, so many were of the kind. All days have as many intervals.
func (s *Share) Add(part, of []float64) {
	s.days = append(s.days, parts{part, of})
	if len(s.days) > shareDays {
		s.days = s.days[1:]
	}
}

// Days is how many are known.
func (s *Share) Days() int { return len(s.days) }

// At foretells the share in an interval with so many contacts that are not of the kind: its mean, and what it lies between nine of ten
// times. Without a day that was it is nothing.
func (s *Share) At(interval int, others float64) (mean, low, high float64) {
	mean, seen := s.mean(interval)
	if seen == 0 {
		return 0, 0, 0
	}
	coming := max(others/(1-mean), 1)
	half := nineOfTen * math.Sqrt(s.spread()*mean*(1-mean)*(1/coming+1/seen))
	return mean, max(0, mean-half), min(mostShare, mean+half)
}

// mean is the share of an interval, and of how many contacts it is known.
func (s *Share) mean(interval int) (mean, seen float64) {
	var part, of, here, hereOf float64
	for _, d := range s.days {
		for i := range d.of {
			part, of = part+d.part[i], of+d.of[i]
		}
		here, hereOf = here+d.part[interval], hereOf+d.of[interval]
	}
	if of == 0 {
		return 0, 0
	}
	return min(mostShare, (here+usual*part/of)/(hereOf+usual)), hereOf + usual
}

// spread is by how much the shares of intervals vary more than chance alone has it: Pearson's χ² by its degrees of freedom, 1 and more.
func (s *Share) spread() float64 {
	sum, n := 0.0, 0.0
	for i := range s.days[0].of {
		p, _ := s.mean(i)
		for _, d := range s.days {
			if v := d.of[i] * p * (1 - p); v > 0 {
				sum += (d.part[i] - d.of[i]*p) * (d.part[i] - d.of[i]*p) / v
				n++
			}
		}
	}
	if free := n - float64(len(s.days[0].of)); free > 0 {
		return max(1, sum/free)
	}
	return 1
}
