package simulate

import "math"

// Estimate is a mean over days with the half width of its confidence interval. With fewer than two days Half is not a number.
type Estimate struct {
	Mean, Half float64
	Days       int // on which it could be measured
}

// estimator makes intervals at a level such as 0.95. It keeps the quantiles: each is asked for again and again.
type estimator struct {
	level     float64
	quantiles map[int]float64
}

func newEstimator(level float64) estimator { return estimator{level, map[int]float64{}} }

// estimate is the mean of values that are independent, with Student's interval.
func (by estimator) estimate(values []float64) Estimate {
	n := float64(len(values))
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	e := Estimate{Mean: sum / n, Half: math.NaN(), Days: len(values)}
	if len(values) < 2 {
		return e
	}
	squares := 0.0
	for _, v := range values {
		squares += (v - e.Mean) * (v - e.Mean)
	}
	degrees := len(values) - 1
	if by.quantiles[degrees] == 0 {
		by.quantiles[degrees] = student(degrees, by.level)
	}
	e.Half = by.quantiles[degrees] * math.Sqrt(squares/(n-1)/n)
	return e
}

// student is the two-sided quantile of Student's t: the share level of it lies within ± the result. It is found by bisection on the
// integral of the density, which is exact enough for any number of degrees of freedom.
func student(degrees int, level float64) float64 {
	low, high := 0.0, 1.0
	for within(degrees, high) < level {
		high *= 2
	}
	for range 60 {
		if mid := (low + high) / 2; within(degrees, mid) < level {
			low = mid
		} else {
			high = mid
		}
	}
	return (low + high) / 2
}

// within is the probability that Student's t lies within ±t: by t = √ν·tan φ the density becomes a power of the cosine, which
// Simpson's rule integrates well.
func within(degrees int, t float64) float64 {
	v := float64(degrees)
	up, _ := math.Lgamma((v + 1) / 2)
	down, _ := math.Lgamma(v / 2)
	scale := 2 * math.Exp(up-down) / math.Sqrt(math.Pi)
	end := math.Atan(t / math.Sqrt(v))
	const steps = 500
	sum := 0.0
	for i := range steps + 1 {
		weight := float64(2 + 2*(i%2))
		if i == 0 || i == steps {
			weight = 1
		}
		sum += weight * math.Pow(math.Cos(end*float64(i)/steps), v-1)
	}
	return scale * sum * end / steps / 3
}
