package freeswitch

import (
	"time"

	"tandem/orchestrator/media"
)

// keepReaping looks now and then for what no event tells: legs that FreeSWITCH has lost without a word, and channels that it
// lists but does not know any more, or that were to end and did not (F27).
func (s *Switch) keepReaping(l *line) {
	tick := time.NewTicker(s.cfg.Reap)
	defer tick.Stop()
	suspects := map[string]bool{}
	for {
		select {
		case <-l.Ctx.Done():
			return
		case <-tick.C:
		}
		rows, err := channels(l)
		if err != nil {
			continue
		}
		listed := make(map[media.LegID]bool, len(rows))
		for _, r := range rows {
			listed[media.LegID(r.UUID)] = true
		}
		s.reapLegs(l, listed)
		suspects = s.reapChannels(l, rows, suspects)
	}
}

// reapLegs looks after legs of ours that are not listed.
func (s *Switch) reapLegs(l *line, listed map[media.LegID]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, g := range s.legs {
		if !listed[id] && g.made {
			s.checkLater(g)
		}
	}
}

// reapChannels kills channels of ours that were wedged twice in a row: the end of one may just be under way.
func (s *Switch) reapChannels(l *line, rows []row, suspects map[string]bool) map[string]bool {
	next := map[string]bool{}
	for _, r := range rows {
		s.mu.Lock()
		g := s.legs[media.LegID(r.UUID)]
		ended := s.spent.Has(media.LegID(r.UUID)) || g != nil && (g.dropped || g.hungUp)
		s.mu.Unlock()
		if !ended && g == nil {
			continue // not ours
		}
		if alive, err := exists(l, media.LegID(r.UUID)); err != nil || alive && !ended {
			continue
		}
		if !suspects[r.UUID] {
			next[r.UUID] = true
			continue
		}
		s.figures.wedged.Add(1)
		s.log.Warn("a channel is wedged and was killed", "channel", r.UUID)
		if g != nil {
			l.Post(func() []media.Event { return s.end(g, now(), media.CauseLost, 0) })
		}
		if err := l.ask("uuid_kill %s", r.UUID); err != nil && !missing(err) {
			s.log.Warn("a wedged channel could not be killed", "channel", r.UUID, "error", err)
		}
	}
	return next
}
