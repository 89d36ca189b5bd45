package memory

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/customer"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/place"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

var (
	_ desk.Eraser   = (*Store)(nil)
	_ desk.Erasures = (*Store)(nil)
)

// Erase implements desk.Eraser.
func (s *Store) Erase(_ context.Context, number string) ([]media.TapeID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if number == "" {
		return nil, &orchestrator.Error{Kind: orchestrator.Invalid, Op: "erase", Say: "say whose number is to be erased"}
	}
	calls := map[orchestrator.InteractionID]int{} // above 0 while the call or the work after it goes on
	for _, l := range s.lines {
		if e, err := l.decode(); err == nil && fact.PersonOf(e.Fact).Number == number && e.About != "" {
			calls[e.About] = 1
		}
	}
	keyed := map[orchestrator.InteractionID]bool{}
	for _, l := range s.lines {
		if _, ours := calls[l.entry.About]; !ours && l.keyed(number) {
			keyed[l.entry.About] = true
		}
	}
	for id := range keyed {
		calls[id] = 1
	}
	for _, l := range s.lines {
		if _, ours := calls[l.entry.About]; !ours {
			continue
		}
		switch l.kind {
		case fact.InteractionEnded{}.Kind(), fact.WrapUpEnded{}.Kind():
			calls[l.entry.About]--
		case fact.TalkEnded{}.Kind():
			calls[l.entry.About]++
		}
	}
	for id, open := range calls {
		if open > 0 {
			return nil, &orchestrator.Error{Kind: orchestrator.Conflict, Op: "erase",
				Say: "interaction " + string(id) + " of this number, or the work after it, still goes on; erase it when it is over"}
		}
	}
	s.eraseKeyed(number, keyed)
	maps.DeleteFunc(calls, func(id orchestrator.InteractionID, _ int) bool { return keyed[id] })
	if len(calls)+len(keyed) == 0 && !s.keeps(number) {
		return nil, &orchestrator.Error{Kind: orchestrator.NotFound, Op: "erase",
			Say: fmt.Sprintf("no person with the number %s is known; nothing was erased", number)}
	}
	return s.erase(number, calls), nil
}

// keeps says whether a number stands anywhere beside the journal; mu is held.
func (s *Store) keeps(number string) bool {
	for _, i := range s.interactions {
		if i.From == number {
			return true
		}
	}
	for _, k := range s.tickets {
		if k.Customer == number {
			return true
		}
	}
	for _, m := range s.messages {
		if m.To == number {
			return true
		}
	}
	for _, x := range s.texts {
		if x.From == number {
			return true
		}
	}
	for _, q := range s.surveys {
		if q.Customer == number {
			return true
		}
	}
	if slices.ContainsFunc(s.customers, func(r record) bool {
		return slices.Contains(r.spelled, number) || slices.ContainsFunc(r.history, func(x customer.Change) bool { return x.Names(number) })
	}) {
		return true
	}
	_, out := s.optOuts[number]
	return out
}

// erase forgets what is kept of a number and of interactions; mu is held.
func (s *Store) erase(number string, calls map[orchestrator.InteractionID]int) (tapes []media.TapeID) {
	for i, l := range s.lines {
		if _, ours := calls[l.entry.About]; ours {
			s.lines[i].person = nil
		}
	}
	s.checkpoints = nil
	for id, i := range s.interactions {
		if _, ours := calls[id]; ours || i.From == number {
			i.From, i.Name = "", ""
			s.interactions[id] = i
		}
	}
	s.eraseTickets(number, calls)
	for id, m := range s.messages {
		if _, ours := calls[m.Interaction]; !ours && m.To != number {
			continue
		}
		switch m.State {
		case notify.Queued:
			m.State, m.Why = notify.Failed, "erased before it was sent"
		case notify.Sending:
			m.State = notify.Unsure
		}
		m.To, m.Text = "", ""
		if m.Class == notify.Reply { // its key is made of the number
			m.Key = fmt.Sprintf("erased:%d", id)
		}
		s.messages[id] = m
		maps.DeleteFunc(s.parts, func(_ partKey, p part) bool { return p.sms == id })
	}
	for i, x := range s.texts {
		if x.From == number {
			s.texts[i].From, s.texts[i].Text.Text, s.texts[i].pieces = "", "", nil
		}
	}
	delete(s.optOuts, number)
	s.eraseCustomers(number)
	maps.DeleteFunc(s.places, func(_ place.Sum, id orchestrator.InteractionID) bool { _, ours := calls[id]; return ours })
	s.eraseSurveys(number, calls)
	for id, j := range s.recordings {
		if _, ours := calls[j.Interaction]; !ours {
			continue
		}
		tapes = append(tapes, j.Tape)
		j.Erased, j.kept = true, true
		if !j.claimed { // else it may still come home: when that is over
			j.due = s.now()
		}
		if j.State == recording.Recording || j.State == recording.Stopped {
			j.State, j.Why = recording.Stored, "erased before it was stored"
		}
		s.recordings[id] = j
	}
	s.bury(calls)
	slices.Sort(tapes)
	return tapes
}

// bury notes that the persons of these interactions were erased; mu is held.
func (s *Store) bury(calls map[orchestrator.InteractionID]int) {
	for id := range calls {
		s.erased[id] = true
	}
	s.erasures++
	s.untold = append(s.untold, desk.Erasure{ID: s.erasures, Interactions: slices.Sorted(maps.Keys(calls))})
}

// UntoldErasures implements desk.Erasures.
func (s *Store) UntoldErasures(_ context.Context, n int) ([]desk.Erasure, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.untold[:min(n, len(s.untold))]), nil
}

// ErasureTold implements desk.Erasures.
func (s *Store) ErasureTold(_ context.Context, id, seq int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.untold = slices.DeleteFunc(s.untold, func(e desk.Erasure) bool { return e.ID == id })
	s.checkpoints = slices.DeleteFunc(s.checkpoints, func(c engine.Checkpoint) bool { return c.Seq <= seq })
	return nil
}

// eraseTickets forgets whose the tickets of a number and of interactions are; mu is held.
func (s *Store) eraseTickets(number string, calls map[orchestrator.InteractionID]int) {
	for n, k := range s.tickets {
		if _, ours := calls[k.Interaction]; !ours && k.Customer != number {
			continue
		}
		k.Customer = ""
		s.eraseFields(&k)
		s.tickets[n] = k
		for id, c := range s.comments {
			if c.Ticket == k.Number {
				c.Text = ""
				s.comments[id] = c
			}
		}
	}
}

// RebuildViews throws the views away and folds the whole journal again.
func (s *Store) RebuildViews(ctx context.Context) error {
	return s.transact(func(t *Tx) error {
		queues, agents, interactions := s.queues, s.agents, s.interactions
		t.undo = append(t.undo, func() { s.queues, s.agents, s.interactions = queues, agents, interactions })
		fresh := New(s.now)
		s.queues, s.agents, s.interactions = fresh.queues, fresh.agents, fresh.interactions
		entries, err := s.entries(0, len(s.lines))
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := view.React(ctx, t, e); err != nil {
				return err
			}
		}
		put(t, s.cursors, desk.Views, int64(len(s.lines)))
		return nil
	})
}

// Cursor is the last line that the reactor of that name has committed.
func (s *Store) Cursor(_ context.Context, reactor string) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cursors[reactor], nil
}
