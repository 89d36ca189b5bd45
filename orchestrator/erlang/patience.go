package erlang

import (
	"math"
	"time"
)

// Impatient is Erlang A: calls of a mean length service and callers of a mean patience, measured against a target.
func Impatient(n int, a float64, service, patience, target time.Duration) Line {
	if n <= 0 || a <= 0 || service <= 0 || patience <= 0 {
		return Line{}
	}
	theta := service.Seconds() / patience.Seconds() // patience rate, in units of the service rate
	p := newLadder(n, a, theta)
	line := Line{Waits: p.waits, Length: p.length, Busy: (a - theta*p.length) / float64(n)}
	line.Abandon = theta * p.length / a // Little: each of those in line gives up at rate theta
	line.Wait = seconds(p.length / a * service.Seconds())
	line.ASA = seconds(p.answered() / (1 - line.Abandon) * service.Seconds())
	line.Within = p.within(target.Seconds() / service.Seconds())
	return line
}

// ladder is the stationary birth-and-death chain of Erlang A, in units of the mean service time: born at rate a, dying at rate k up
// to n callers and n + θj with j in line.
type ladder struct {
	n        int
	a, theta float64
	full     []float64 // probability of n+j callers, j = 0, 1, …
	waits    float64
	length   float64
}

// small is the probability below which the rest of the line does not matter.
const small = 1e-15

// unlikely is the probability below which a state is left out: there are fewer than a million states and steps.
const unlikely = 1e-19

// large is the weight at which all are scaled down: far more callers than servers make it grow beyond any number.
const large = 1e200

// newLadder computes the probabilities relative to that of exactly n callers. Up to n they add up to 1/B(n, a).
func newLadder(n int, a, theta float64) ladder {
	l := ladder{n: n, a: a, theta: theta}
	sum, weight, unit := 0.0, 1.0, 1.0
	for j := 1; ; j++ {
		l.full = append(l.full, weight)
		sum += weight
		l.length += float64(j-1) * weight
		ratio := a / (float64(n) + theta*float64(j))
		if weight *= ratio; ratio < 1 && weight < small*sum*(1-ratio) {
			break
		}
		if weight > large {
			for i := range l.full {
				l.full[i] /= large
			}
			sum, weight, unit, l.length = sum/large, weight/large, unit/large, l.length/large
		}
	}
	all := (1/B(n, a)-1)*unit + sum
	for j := range l.full {
		l.full[j] /= all
	}
	l.waits, l.length = sum/all, l.length/all
	return l
}

// answered is the wait of callers who are served, as a mean over all callers. Who finds j in line before them is served with
// probability n/(n+θ(j+1)), the product of the odds that somebody else goes first each time; and how long a step takes does not
// depend on who goes, so that those served wait Σ 1/(n+θi), i = 1 … j+1.
func (l ladder) answered() float64 {
	sum, wait, rate := 0.0, 0.0, float64(l.n)
	for _, p := range l.full {
		rate += l.theta
		wait += 1 / rate
		sum += p * float64(l.n) / rate * wait
	}
	return sum
}

// within is the share of callers who are served within t. Who finds j in line before them is served once j+1 of those before them
// and of those who finish have gone, at rates n+θj, …, n+θ, n, unless they give up first, at rate θ.
//
// The time until served, not given up meanwhile, follows a pure death chain with killing; it is solved by uniformisation, which
// only adds positive numbers.
func (l ladder) within(t float64) float64 {
	depth := len(l.full)
	top := float64(l.n) + l.theta*float64(depth)
	// state[j]: callers with j before them who still wait; they arrive by the chain's own probabilities (PASTA).
	state := append([]float64(nil), l.full...)
	served := 1 - l.waits
	mean := top * t
	logWeight, tail := -mean, 1.0
	// Only those from low to high are likely enough to matter: in a long line most of it is not.
	low, high := 0, depth-1
	// A step takes one of those before us (n served or θ each given up), us (given up: gone), or nobody.
	moves, stays := make([]float64, depth), make([]float64, depth)
	for j := range depth {
		rate := float64(l.n) + l.theta*float64(j) // of those before us; at j = 0 it is we who are served
		moves[j], stays[j] = rate/top, 1-(rate+l.theta)/top
	}
	for low < high && state[low] < unlikely {
		state[low] = 0
		low++
	}
	for k := 0; tail > 1e-12 && k < int(mean)+20*int(math.Sqrt(mean)+10); k++ {
		weight := math.Exp(logWeight)
		tail -= weight
		// What is served in this step counts if at least k+1 steps fit into t: probability tail.
		served += state[0] * float64(l.n) / top * math.Max(tail, 0)
		low = max(0, low-1)
		for high > low && state[high] < unlikely {
			state[high] = 0
			high--
		}
		for j := low; j < high; j++ {
			state[j] = state[j]*stays[j] + state[j+1]*moves[j+1]
		}
		state[high] *= stays[high]
		for low < high && state[low] < unlikely {
			state[low] = 0
			low++
		}
		logWeight += math.Log(mean) - math.Log(float64(k+1))
	}
	return served
}
