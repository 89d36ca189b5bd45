package fakeari

import (
	"slices"
	"time"
)

// music is the tone that stands for waiting music; fallbackTone is what the dialplan says behind Stasis().
const (
	music        = 1
	fallbackTone = 620
)

// audible are the tones that a channel's telephone would hear now.
func (s *Server) audible(c *Channel) []float64 {
	if c.Ended || c.state != "Up" {
		return nil
	}
	if p := s.playing(c); p != nil {
		return p.tones
	}
	if c.context == "tandem-fallback" {
		return []float64{fallbackTone}
	}
	heard := s.bridged(c)
	for _, snoop := range s.chans {
		if snoop.spies == c && snoop.whisper == "out" {
			heard = append(heard, s.bridged(snoop)...)
		}
	}
	return heard
}

// bridged is what comes out of the bridge that a channel is in.
func (s *Server) bridged(c *Channel) (heard []float64) {
	if c.bridge == nil {
		return nil
	}
	if c.bridge.kind == "holding" {
		if c.bridge.music {
			return []float64{music}
		}
		return nil
	}
	for _, other := range c.bridge.in {
		if other == c {
			continue
		}
		if other.spies != nil {
			heard = append(heard, other.spies.says()...)
			heard = append(heard, s.audibleWithout(other.spies)...)
			continue
		}
		heard = append(heard, other.says()...)
	}
	return heard
}

func (s *Server) audibleWithout(c *Channel) []float64 {
	if c.bridge == nil {
		return nil
	}
	var heard []float64
	for _, other := range c.bridge.in {
		if other != c {
			heard = append(heard, other.says()...)
		}
	}
	return heard
}

func (c *Channel) says() []float64 {
	if c.Tone == 0 || c.muted > 0 || c.spies != nil {
		return nil
	}
	return []float64{c.Tone}
}

// accountAll adds the time since the last change to all that listen and record; called before each change.
func (s *Server) accountAll() {
	for _, c := range s.chans {
		c.Account()
	}
	for _, t := range s.tapes {
		if !t.runs {
			continue
		}
		spied, tones := t.of, []float64(nil)
		if t.of.spies != nil {
			spied = t.of.spies
		}
		if t.of.spy == "out" {
			tones = s.audible(spied)
		} else {
			tones = spied.says()
		}
		for _, hz := range slices.Compact(slices.Sorted(slices.Values(tones))) {
			t.heard[hz] += time.Since(t.started)
		}
		t.started = time.Now()
	}
}

// Tape tells for how long a stored recording holds a tone; ok only when there is one.
func (s *Server) Tape(name string, hz float64) (length time.Duration, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tapes[name]
	if t == nil {
		return 0, false
	}
	return t.heard[hz], true
}
