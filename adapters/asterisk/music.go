package asterisk

import (
	"strings"

	"tandem/orchestrator/media"
)

// startMusic lets a holding bridge play its class, where that is not so already. It comes after the leg is in: the player, one
// for all who wait, leaves a bridge in which it is alone.
func (s *Switch) startMusic(r *room) error {
	s.mu.Lock()
	needed := r.keep && r.silent
	if needed {
		r.silent = false
	}
	s.mu.Unlock()
	if !needed {
		return nil
	}
	base, _ := baseOf(s.cfg.App, r.id)
	err := s.rest.ari.Bridge().MOH(bridgeKey(r.id), base.(media.Music).Class)
	if err != nil { // "Allocation failed" means that chan_bridge_media.so is not loaded
		s.mu.Lock()
		r.silent = true
		s.mu.Unlock()
	}
	return err
}

// playerLeft: the music of a bridge has ended. If a leg has come in at that very moment, it must begin again. Called with mu
// held.
func (s *Switch) playerLeft(e said) bool {
	r := s.rooms[e.Bridge.ID]
	if !strings.HasPrefix(e.Channel.Name, "Announcer/") || r == nil || !r.keep {
		return false
	}
	r.silent = true
	if r.members > 0 {
		s.restartMusic(r)
	}
	return true
}

// restartMusic waits until Asterisk has forgotten the player that has left; called with mu held.
func (s *Switch) restartMusic(r *room) {
	s.later(s.cfg.Grace, func(*line) {
		if err := s.startMusic(r); err != nil {
			s.log.Warn("music was not started", "bridge", r.id, "error", err)
		}
	})
}
