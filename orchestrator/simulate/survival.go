package simulate

import (
	"slices"
	"sort"
	"time"
)

// Point of a distribution: the share of all that is over by a moment.
type Point struct {
	At    time.Duration `yaml:"at"`
	Share float64       `yaml:"share"`
}

// maxPoints are as many as a fitted curve has: more would say nothing that a person sees.
const maxPoints = 60

// Survival fits patience to what was seen. Most callers are answered before their patience ends, so that it is only known to be
// longer than their wait: to leave them out, or to take their wait for it, would make callers look far more impatient than they are.
// This is the estimate of Kaplan and Meier (1958); beyond the last moment at which somebody gave up nothing was seen, and the curve
// goes on with the mean rate: giving up per time waited. Without anybody who gave up there is no patience: the zero Distribution.
func Survival(gaveUp, stayed []time.Duration) Distribution {
	if len(gaveUp) == 0 {
		return Distribution{}
	}
	gaveUp, stayed = slices.Sorted(slices.Values(gaveUp)), slices.Sorted(slices.Values(stayed))
	var exposure time.Duration
	for _, list := range [][]time.Duration{gaveUp, stayed} {
		for _, t := range list {
			exposure += t
		}
	}
	d := Distribution{Is: Points, Mean: max((exposure / time.Duration(len(gaveUp))).Round(time.Millisecond), time.Millisecond)}
	left, gone := 1.0, 0
	var curve []Point
	for i := 0; i < len(gaveUp); {
		t := gaveUp[i]
		n := sort.Search(len(gaveUp), func(k int) bool { return gaveUp[k] > t }) - i
		for gone < len(stayed) && stayed[gone] < t { // who was answered in the same moment had not given up before
			gone++
		}
		left *= 1 - float64(n)/float64(len(gaveUp)-i+len(stayed)-gone)
		i += n
		curve = append(curve, Point{t, 1 - left})
	}
	last := curve[len(curve)-1].Share
	for i, p := range curve {
		said := 0.0
		if len(d.Points) > 0 {
			said = d.Points[len(d.Points)-1].Share
		}
		if i == len(curve)-1 || p.Share-said >= last/maxPoints {
			d.Points = append(d.Points, p)
		}
	}
	return d
}

// Seen fits a distribution to times that are known in full: so many samples, each the mean of as many neighbours as the others, so
// that the mean is kept.
func Seen(times []time.Duration) Distribution {
	if len(times) == 0 {
		return Distribution{}
	}
	times = slices.Sorted(slices.Values(times))
	n := min(len(times), maxSamples)
	d := Distribution{Is: Samples}
	for i := range n {
		part := times[i*len(times)/n : (i+1)*len(times)/n]
		var sum time.Duration
		for _, t := range part {
			sum += t
		}
		d.Samples = append(d.Samples, (sum / time.Duration(len(part))).Round(time.Millisecond))
	}
	return d
}

// maxSamples of a fitted distribution.
const maxSamples = 200

// share is how much of a distribution of points is over by t.
func (d Distribution) share(t time.Duration) float64 {
	i := sort.Search(len(d.Points), func(i int) bool { return d.Points[i].At > t })
	if i == len(d.Points) {
		return d.Points[i-1].Share
	}
	var from Point
	if i > 0 {
		from = d.Points[i-1]
	}
	to := d.Points[i]
	return from.Share + (to.Share-from.Share)*float64(t-from.At)/float64(to.At-from.At)
}

// point is the moment by which a share from 0 to 1 is over, for one that lies on the curve.
func (d Distribution) point(share float64) time.Duration {
	i := sort.Search(len(d.Points), func(i int) bool { return d.Points[i].Share >= share })
	var from Point
	if i > 0 {
		from = d.Points[i-1]
	}
	to := d.Points[i]
	return from.At + time.Duration(float64(to.At-from.At)*(share-from.Share)/(to.Share-from.Share))
}

func (d Distribution) drawPoint(c *chance, above time.Duration) time.Duration {
	last := d.Points[len(d.Points)-1]
	from := 0.0
	if above > 0 {
		from = d.share(above)
	}
	if share := from + (1-from)*c.uniform(); share <= last.Share && from < last.Share {
		return max(d.point(share), above)
	}
	return max(last.At, above) + time.Duration(float64(d.Mean)*c.exponential())
}

// maxDraws bounds the search for a value above another.
const maxDraws = 1000

// drawAbove is one value above a least one, in microseconds: of something that is known to have lasted so long already.
func (d Distribution) drawAbove(c *chance, least time.Duration) int64 {
	if d.Is == Points {
		return d.drawPoint(c, least).Microseconds()
	}
	for range maxDraws {
		if v := d.draw(c); v > least.Microseconds() {
			return v
		}
	}
	return least.Microseconds() + d.draw(c) // it says that nothing lasts so long, and yet it did
}

func checkPoints(d Distribution) error {
	var before Point
	for i, p := range d.Points {
		if p.At < before.At || i > 0 && p.At == before.At || p.Share <= before.Share || p.Share > 1 {
			return at("points", "each is later than the one before, with a larger share, at most 1")
		}
		before = p
	}
	switch {
	case len(d.Points) == 0:
		return at("points", "there is none")
	case before.Share < 1 && d.Mean <= 0:
		return at("mean", "say how long the rest lasts beyond the last point, on average")
	}
	return nil
}
