package simulate

import "math"

// chance is a stream of random numbers that is the same for the same seed, for ever and on every machine: SplitMix64 (Steele, Lea and
// Flood 2014). Each queue has streams of its own, so that a change of staff or rules meets the same callers.
type chance struct{ state uint64 }

// newChance begins a stream; streams of different numbers have nothing to do with each other.
func newChance(seed uint64, numbers ...uint64) *chance {
	c := &chance{seed}
	for _, n := range numbers {
		c.state = c.next() ^ n*0xD1B54A32D192ED03
	}
	return c
}

func (c *chance) next() uint64 {
	c.state += 0x9E3779B97F4A7C15
	z := c.state
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// uniform is above 0 and at most 1.
func (c *chance) uniform() float64 { return (float64(c.next()>>11) + 1) / (1 << 53) }

// exponential has mean 1.
func (c *chance) exponential() float64 { return -math.Log(c.uniform()) }

// normal has mean 0 and variance 1 (Box and Muller).
func (c *chance) normal() float64 {
	return math.Sqrt(2*c.exponential()) * math.Cos(2*math.Pi*c.uniform())
}
