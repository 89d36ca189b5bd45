package asterisk

import (
	"net/http"

	"tandem/orchestrator/media"
)

// The player of a holding bridge, one for all who wait in it, leaves at once when it is alone, and Asterisk tells nobody. A leg
// that comes in at that very moment would wait in silence. So the music is started after the first leg is in, and once more a
// little later, and also when only one leg is left, whose neighbour may have taken the player along. Starting music that plays
// is not heard. And a player that comes in when the last leg has just gone is never alone with anybody, so it would stay for ever: it
// is stopped when the last leg has gone.

// startMusic lets a holding bridge play its class, where that is not so already.
func (s *Switch) startMusic(r *room) error {
	s.mu.Lock()
	needed := r.keep && r.silent
	if needed {
		r.silent = false
		s.confirmMusic(r)
	}
	s.mu.Unlock()
	if !needed {
		return nil
	}
	err := s.playMusic(r)
	if err != nil { // "Allocation failed" means that chan_bridge_media.so is not loaded
		s.mu.Lock()
		r.silent = true
		s.mu.Unlock()
	}
	return err
}

// playMusic and stopMusic exclude each other, and each looks first whether anybody is there: so the last one is right.
func (s *Switch) playMusic(r *room) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.mu.Lock()
	empty := r.members <= 0
	if empty {
		r.silent = true
	}
	s.mu.Unlock()
	if empty {
		return nil
	}
	base, _ := baseOf(s.cfg.App, r.id)
	return s.rest.ari.Bridge().MOH(bridgeKey(r.id), base.(media.Music).Class)
}

// stopMusic takes the player out of a bridge that nobody is in. Mostly it has gone by itself, which Asterisk answers with 409.
func (s *Switch) stopMusic(r *room) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.mu.Lock()
	empty := r.members <= 0
	s.mu.Unlock()
	if !empty {
		return
	}
	err := s.rest.ari.Bridge().StopMOH(bridgeKey(r.id))
	if status := statusOf(err); err != nil && status != http.StatusConflict && status != http.StatusNotFound {
		s.log.Warn("music was not stopped", "bridge", r.id, "error", err)
	}
}

// confirmMusic starts the music once more when a player that was leaving is forgotten; called with mu held.
func (s *Switch) confirmMusic(r *room) {
	if r.confirming {
		return
	}
	r.confirming = true
	s.present.Later(s.cfg.Grace, func(*line) {
		s.mu.Lock()
		r.confirming = false
		needed := r.members > 0
		s.mu.Unlock()
		if !needed {
			return
		}
		if err := s.playMusic(r); err != nil {
			s.log.Warn("music was not started", "bridge", r.id, "error", err)
		}
	})
}
