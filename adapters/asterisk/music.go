package asterisk

import (
	"tandem/orchestrator/media"
)

// The player of a holding bridge, one for all who wait in it, leaves at once when it is alone, and Asterisk tells nobody. A leg
// that comes in at that very moment would wait in silence. So the music is started after the first leg is in, and once more a
// little later, and also when only one leg is left, whose neighbour may have taken the player along. Starting music that plays
// is not heard.

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

func (s *Switch) playMusic(r *room) error {
	base, _ := baseOf(s.cfg.App, r.id)
	return s.rest.ari.Bridge().MOH(bridgeKey(r.id), base.(media.Music).Class)
}

// confirmMusic starts the music once more when a player that was leaving is forgotten; called with mu held.
func (s *Switch) confirmMusic(r *room) {
	if r.confirming {
		return
	}
	r.confirming = true
	s.later(s.cfg.Grace, func(*line) {
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
