package forecast_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"tandem/orchestrator/forecast"
)

// TestTheShareHoldsNineOfTen: over days that differ by more than chance, and over those that do not, what came lies in the interval about
// nine of ten times, and the mean is that of the interval.
func TestTheShareHoldsNineOfTen(t *testing.T) {
	for _, wobble := range []float64{0, .1} {
		r := rand.New(rand.NewPCG(3, uint64(wobble*100)))
		truth := []float64{.2, .35, .5, .05}
		within, all := 0, 0
		for range 60 {
			var s forecast.Share
			day := func() (part, of []float64) {
				for _, p := range truth {
					p = min(1, max(0, p+wobble*r.NormFloat64()*math.Sqrt(p*(1-p))))
					n, k := 150+r.IntN(100), 0
					for range n {
						if r.Float64() < p {
							k++
						}
					}
					part, of = append(part, float64(k)), append(of, float64(n))
				}
				return part, of
			}
			for range 40 {
				s.Add(day())
			}
			part, of := day()
			for i := range truth {
				mean, low, high := s.At(i, of[i]-part[i])
				if math.Abs(mean-truth[i]) > .06 || low > mean || high < mean {
					t.Errorf("%v is %v, between %v and %v", truth[i], mean, low, high)
				}
				if all++; part[i]/of[i] >= low && part[i]/of[i] <= high {
					within++
				}
			}
		}
		if share := float64(within) / float64(all); share < .83 || share > .96 {
			t.Errorf("wobble %v: %.3f of what came was within", wobble, share)
		}
	}
}

// TestAShareOfNothing: without days, and with intervals in which nobody came.
func TestAShareOfNothing(t *testing.T) {
	var s forecast.Share
	if mean, low, high := s.At(0, 10); mean != 0 || low != 0 || high != 0 {
		t.Errorf("%v %v %v", mean, low, high)
	}
	s.Add([]float64{0, 30}, []float64{0, 100})
	if mean, low, high := s.At(0, 0); mean != .3 || low != 0 || high != .99 {
		t.Errorf("%v %v %v", mean, low, high)
	}
	s.Add([]float64{1000, 100}, []float64{1000, 100})
	if mean, _, high := s.At(0, 5); mean > .99 || high > .99 {
		t.Errorf("%v, up to %v", mean, high)
	}
}
