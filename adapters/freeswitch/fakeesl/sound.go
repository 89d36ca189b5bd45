package fakeesl

import (
	"encoding/binary"
	"os"
	"slices"
	"time"
)

// music is the tone that stands for waiting music; fallbackTone is what the dialplan says without us.
const (
	music        = 1
	fallbackTone = 620
)

// tape is a recording, running or stored.
type tape struct {
	file    string
	of      *Channel
	started time.Time
	runs    bool
	halves  [2]map[float64]time.Duration // what the party said, what it heard
}

// audible are the tones that a channel's telephone would hear now.
func (s *Server) audible(c *Channel) []float64 {
	switch {
	case c.Ended || c.state != "up":
		return nil // what a telephone hears before its answer nobody asks for
	case c.fallback:
		return []float64{fallbackTone}
	case len(c.playing) > 0:
		return c.playing
	case c.spies != nil:
		return append(c.spies.says(), s.partners(c.spies)...)
	}
	heard := s.partners(c)
	for _, spy := range s.chans {
		if spy.spies == c && spy.whisper && spy.Tone != 0 {
			heard = append(heard, spy.Tone)
		}
	}
	return heard
}

// partners is what comes from those who share the channel's bridge or conference.
func (s *Server) partners(c *Channel) (heard []float64) {
	for _, other := range s.chans {
		if other != c && (c.with == other || c.conference != "" && c.conference == other.conference) {
			heard = append(heard, other.says()...)
		}
	}
	return heard
}

func (c *Channel) says() []float64 {
	if c.Ended || c.Tone == 0 || c.muted || c.spies != nil || c.beside != nil || c.state != "up" && c.state != "early" {
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
		for side, tones := range [][]float64{t.of.says(), s.audible(t.of)} {
			for _, hz := range slices.Compact(slices.Sorted(slices.Values(tones))) {
				t.halves[side][hz] += time.Since(t.started)
			}
		}
		t.started = time.Now()
	}
}

func (s *Server) newTape(c *Channel, file string) *tape {
	_ = os.WriteFile(file, nil, 0o600) // a full disk is the test's own doing
	t := &tape{file: file, of: c, started: time.Now(), runs: true, halves: [2]map[float64]time.Duration{{}, {}}}
	s.tapes[file] = t
	return t
}

// recording is uuid_record.
func (s *Server) recording(c *Channel, action, file string) string {
	t := s.tapes[file]
	switch {
	case action == "start" && t != nil && t.runs:
		return "+OK Success\n"
	case action == "start":
		s.newTape(c, file)
		return "+OK Success\n"
	case t == nil || !t.runs:
		return "-ERR Cannot stop record session!\n"
	}
	s.endTape(t)
	return "+OK Success\n"
}

func (s *Server) stopTapes(c *Channel) {
	for _, t := range s.tapes {
		if t.of == c && t.runs {
			s.endTape(t)
		}
	}
}

// endTape closes the file: a second of silence in stereo; what it would hold, Tape tells.
func (s *Server) endTape(t *tape) {
	s.accountAll()
	t.runs = false
	const rate, channels, length = 8000, 2, 8000 * 4
	head := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, 36+length)...)
	head = append(head, "WAVEfmt "...)
	for _, field := range []uint32{16, 1 | channels<<16, rate, rate * 4, 4 | 16<<16} {
		head = binary.LittleEndian.AppendUint32(head, field)
	}
	head = binary.LittleEndian.AppendUint32(append(head, "data"...), length)
	_ = os.WriteFile(t.file, append(head, make([]byte, length)...), 0o600) // a full disk is the test's own doing
	t.of.emit("RECORD_STOP", Event{"Record-File-Path": t.file})
}

// Tape tells for how long a stored recording holds a tone, in what the party said (0) or heard (1).
func (s *Server) Tape(file string, side int, hz float64) (length time.Duration, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tapes[file]
	if t == nil {
		return 0, false
	}
	return t.halves[side][hz], true
}
