package fakeari

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// play is a playback on a channel.
type play struct {
	id     string
	on     *Channel
	tones  []float64 // what is left to say, the first is heard now
	timer  *time.Timer
	failed bool
}

// tape is a recording, running or stored.
type tape struct {
	name    string
	of      *Channel
	started time.Time
	runs    bool
	finish  string
	heard   map[float64]time.Duration
}

func (s *Server) play(c *Channel, id string, args map[string]any) (any, error) {
	var uris []string
	if list, ok := args["media"].([]any); ok {
		for _, uri := range list {
			if one, ok := uri.(string); ok {
				uris = append(uris, one)
			}
		}
	}
	p := &play{id: id, on: c}
	s.plays[id] = p
	s.about(c, "PlaybackStarted", map[string]any{"playback": map[string]any{"id": id, "state": "playing"}})
	s.playNext(p, uris)
	return map[string]any{"id": id, "state": "queued"}, nil
}

// playNext says the next sound of a playback, or ends it.
func (s *Server) playNext(p *play, uris []string) {
	if len(uris) == 0 {
		s.endPlay(p, "done")
		return
	}
	parts := strings.Split(uris[0], ":")
	if len(parts) != 3 || parts[0] != "tone" {
		p.failed = true
		s.endPlay(p, "failed")
		return
	}
	hz, _ := strconv.ParseFloat(parts[1], 64)
	length, _ := strconv.Atoi(parts[2])
	p.tones = []float64{hz}
	p.timer = time.AfterFunc(time.Duration(length)*time.Millisecond, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.plays[p.id] == p {
			p.on.Account()
			s.playNext(p, uris[1:])
			s.crowd.Changed()
		}
	})
}

// EndPrompt lets a playback come to its end, whatever its length is.
func (s *Server) EndPrompt(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.plays[id]; p != nil {
		s.endPlay(p, "done")
	}
}

func (s *Server) endPlay(p *play, state string) {
	if s.plays[p.id] != p {
		return
	}
	p.on.Account()
	delete(s.plays, p.id)
	if p.timer != nil {
		p.timer.Stop()
	}
	s.about(p.on, "PlaybackFinished", map[string]any{"playback": map[string]any{"id": p.id, "state": state}})
	s.crowd.Changed()
}

func (s *Server) playbacks(method, id string) (any, error) {
	p := s.plays[id]
	if p == nil {
		return nil, fail(404, "Playback not found")
	}
	if method == http.MethodDelete {
		s.endPlay(p, "done")
		return nil, nil
	}
	return map[string]any{"id": id, "state": "playing"}, nil
}

// waitPrompt: what goes through the channel's own queue waits until a prompt on it ends.
func (s *Server) waitPrompt(c *Channel) {
	for s.playing(c) != nil && !c.Ended && !s.closing {
		s.crowd.Pause()
	}
}

func (s *Server) playing(c *Channel) *play {
	for _, p := range s.plays {
		if p.on == c {
			return p
		}
	}
	return nil
}

// silence ends what a channel that goes plays and records.
func (s *Server) silence(c *Channel) {
	if p := s.playing(c); p != nil {
		s.endPlay(p, "done")
	}
	for _, t := range s.tapes {
		if t.of == c && t.runs {
			s.endTape(t)
		}
	}
}

func (s *Server) record(c *Channel, name, finish string) (any, error) {
	if s.tapes[name] != nil {
		return nil, fail(409, "Recording already exists")
	}
	t := &tape{name: name, of: c, started: time.Now(), runs: true, finish: finish, heard: map[float64]time.Duration{}}
	if c.bridge != nil {
		s.about(c, "RecordingFailed", map[string]any{"recording": map[string]any{"name": name, "cause": "in a bridge"}})
		return map[string]any{"name": name}, nil
	}
	s.tapes[name] = t
	return map[string]any{"name": name}, nil
}

func (s *Server) recordsItself(c *Channel) bool {
	for _, t := range s.tapes {
		if t.of == c && t.runs {
			return true
		}
	}
	return false
}

func (s *Server) endTape(t *tape) {
	s.accountAll()
	t.runs = false
	s.about(t.of, "RecordingFinished", map[string]any{"recording": map[string]any{"name": t.name}})
}

// FailTapes ends all running recordings as a full disk does.
func (s *Server) FailTapes(cause string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, t := range s.tapes {
		if t.runs {
			t.runs = false
			delete(s.tapes, name)
			s.about(t.of, "RecordingFailed", map[string]any{"recording": map[string]any{"name": name, "cause": cause}})
		}
	}
}

func (s *Server) recordings(method string, path []string) (any, error) {
	t := s.tapes[path[2]]
	if t == nil || t.runs != (path[1] == "live") {
		return nil, fail(404, "Recording not found")
	}
	switch {
	case path[1] == "live" && method == http.MethodGet:
		return map[string]any{"name": t.name, "state": "recording"}, nil
	case path[1] == "live":
		s.endTape(t)
		return nil, nil
	case method == http.MethodDelete:
		delete(s.tapes, t.name)
		return nil, nil
	case path[3] == "file":
		return []byte("RIFF"), nil
	}
	return map[string]any{"name": t.name}, nil
}
