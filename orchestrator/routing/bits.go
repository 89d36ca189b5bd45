package routing

import "math/bits"

// set is a set of small numbers, one bit each.
type set []uint64

func (s *set) add(i int) {
	for len(*s) <= i/64 {
		*s = append(*s, 0)
	}
	(*s)[i/64] |= 1 << (i % 64)
}

func (s set) remove(i int) {
	if i/64 < len(s) {
		s[i/64] &^= 1 << (i % 64)
	}
}

func (s set) has(i int) bool { return i/64 < len(s) && s[i/64]&(1<<(i%64)) != 0 }

func (s set) with(i int) set {
	s.add(i)
	return s
}

func (s set) without(i int) set {
	s.remove(i)
	return s
}

// or adds all of t.
func (s set) or(t set) set {
	for len(s) < len(t) {
		s = append(s, 0)
	}
	for i, w := range t {
		s[i] |= w
	}
	return s
}

// and keeps those that are in t too.
func (s set) and(t set) {
	for i := range s {
		if i < len(t) {
			s[i] &= t[i]
		} else {
			s[i] = 0
		}
	}
}

// both calls do for each number that is in s and in t, in order.
func (s set) both(t set, do func(int)) {
	for i := range min(len(s), len(t)) {
		for w := s[i] & t[i]; w != 0; w &= w - 1 {
			do(i*64 + bits.TrailingZeros64(w))
		}
	}
}
