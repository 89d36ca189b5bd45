package simulate

import (
	"fmt"
	"math"
	"time"
)

// Distribution is how long something takes.
type Distribution struct {
	Is      Shape           `yaml:"is"`
	Mean    time.Duration   `yaml:"mean"`
	CV      float64         `yaml:"cv"`      // of lognormal: standard deviation ÷ mean
	Stages  int             `yaml:"stages"`  // of erlang: 1 is exponential, many are constant
	Low     time.Duration   `yaml:"low"`     // of uniform
	High    time.Duration   `yaml:"high"`    // of uniform
	Samples []time.Duration `yaml:"samples"` // of samples: each as likely as the others
	Points  []Point         `yaml:"points"`  // of points: a curve, with straight lines between; beyond the last, so long on average: mean
}

// Shape names a distribution.
type Shape string

// The shapes. An empty one is none: no wrap-up, or a patience without end.
const (
	Exponential Shape = "exponential"
	Constant    Shape = "constant"
	Lognormal   Shape = "lognormal"
	Erlang      Shape = "erlang"
	Uniform     Shape = "uniform"
	Samples     Shape = "samples"
	Points      Shape = "points"
)

// check says what is wrong, after the name of the field.
func (d Distribution) check() error {
	switch d.Is {
	case "":
		if d.Mean != 0 {
			return at("is", "say the shape: exponential, constant, lognormal, erlang, uniform, samples or points")
		}
	case Exponential, Constant, Lognormal, Erlang:
		switch {
		case d.Mean <= 0:
			return at("mean", "must be above zero")
		case d.Is == Lognormal && d.CV <= 0:
			return at("cv", "a lognormal has a coefficient of variation above zero, such as 1.2")
		case d.Is == Erlang && (d.Stages < 1 || d.Stages > 1000):
			return at("stages", "an Erlang has 1 to 1000 stages")
		}
	case Uniform:
		if d.Low < 0 || d.High <= d.Low {
			return at("high", "must be above low, and low not below zero")
		}
	case Samples:
		if len(d.Samples) == 0 {
			return at("samples", "there is none")
		}
		for i, s := range d.Samples {
			if s < 0 {
				return at(fmt.Sprintf("samples[%d]", i), "is below zero")
			}
		}
	case Points:
		return checkPoints(d)
	default:
		return at("is", "%q is not known; use exponential, constant, lognormal, erlang, uniform, samples or points", d.Is)
	}
	return nil
}

// Expected is the mean.
func (d Distribution) Expected() time.Duration {
	switch d.Is {
	case Uniform:
		return (d.Low + d.High) / 2
	case Samples:
		var sum time.Duration
		for _, s := range d.Samples {
			sum += s
		}
		return sum / time.Duration(len(d.Samples))
	case Points:
		var before Point
		sum := 0.0
		for _, p := range d.Points {
			sum += (p.Share - before.Share) * float64(before.At+p.At) / 2
			before = p
		}
		return time.Duration(sum + (1-before.Share)*float64(before.At+d.Mean))
	}
	return d.Mean
}

// draw is one value, in microseconds.
func (d Distribution) draw(c *chance) int64 {
	mean := float64(d.Mean.Microseconds())
	switch d.Is {
	case Exponential:
		mean *= c.exponential()
	case Lognormal:
		s := math.Log(1 + d.CV*d.CV) // variance of the logarithm
		mean *= math.Exp(c.normal()*math.Sqrt(s) - s/2)
	case Erlang:
		sum := 0.0
		for range d.Stages {
			sum += c.exponential()
		}
		mean *= sum / float64(d.Stages)
	case Uniform:
		mean = float64(d.Low.Microseconds()) + c.uniform()*float64((d.High-d.Low).Microseconds())
	case Samples:
		return d.Samples[c.next()%uint64(len(d.Samples))].Microseconds()
	case Points:
		return d.drawPoint(c, 0).Microseconds()
	}
	return int64(math.Round(mean))
}
