// Package erlang holds the exact formulas of queueing theory that staffing goes by, and that the simulator is held against.
//
//	Erlang B   n servers, no line: who finds all busy is lost
//	Erlang C   n servers, a line without end, nobody gives up
//	Erlang A   n servers, a line whose callers give up after an exponential patience (Palm; Garnett, Mandelbaum, Reiman 2002)
//
// Arrivals are Poisson, service times exponential. The offered load is in erlang: arrivals per second times mean service in seconds.
// All are computed by recursions that neither overflow nor cancel, for thousands of servers too.
package erlang

import (
	"math"
	"time"
)

// B is the probability that all n servers are busy when nobody can wait, for an offered load of a erlang.
func B(n int, a float64) float64 {
	if n < 0 || a < 0 || math.IsNaN(a) {
		return math.NaN()
	}
	b := 1.0
	for k := 1; k <= n; k++ {
		b = a * b / (float64(k) + a*b)
	}
	return b
}

// C is the probability of waiting when everybody who must wait does. It is 1 for a load that n servers cannot carry.
func C(n int, a float64) float64 {
	if a >= float64(n) {
		return 1
	}
	b := B(n, a)
	return b / (1 - a/float64(n)*(1-b))
}

// Line is the state of a line in the long run.
type Line struct {
	Waits   float64       // probability that a caller waits at all
	Abandon float64       // probability that a caller gives up; 0 under Erlang C
	Wait    time.Duration // mean wait of all callers, those who gave up included
	ASA     time.Duration // mean wait of those who are answered
	Within  float64       // share of all callers who are answered within the target
	Busy    float64       // occupancy of the servers, 0 to 1
	Length  float64       // mean number of callers in line
}

// forever is what a mean wait without end is shown as.
const forever = time.Duration(math.MaxInt64)

// Waiting is Erlang C for calls of a mean length service, measured against a target.
func Waiting(n int, a float64, service, target time.Duration) Line {
	spare := float64(n) - a
	if spare <= 0 {
		return Line{Waits: 1, Wait: forever, ASA: forever, Busy: 1, Length: math.Inf(1)}
	}
	waits := C(n, a)
	wait := waits * service.Seconds() / spare
	return Line{
		Waits:  waits,
		Wait:   seconds(wait),
		ASA:    seconds(wait),
		Within: 1 - waits*math.Exp(-spare*target.Seconds()/service.Seconds()),
		Busy:   a / float64(n),
		Length: waits * a / spare,
	}
}

func seconds(s float64) time.Duration {
	if s*float64(time.Second) >= math.MaxInt64 {
		return forever
	}
	return time.Duration(s * float64(time.Second))
}
