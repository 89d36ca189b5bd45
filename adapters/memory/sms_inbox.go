package memory

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator/desk/notify"
)

var _ notify.Inbox = (*Store)(nil)

// partKey names a part of a message as the network does.
type partKey struct{ route, ref string }

// part is what a route has taken, or what a receipt speaks of.
type part struct {
	sms   int64 // 0 until the answer tells it
	n     int
	state notify.State // "" until a receipt tells it
	why   string
	told  time.Time
}

// text is a text of which parts may be missing; it is whole when pieces is nil.
type text struct {
	notify.Text
	pieces map[int]string
}

// KeepReceipt implements notify.Inbox.
func (s *Store) KeepReceipt(_ context.Context, r notify.Receipt) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := partKey{r.Route, r.Ref}
	p := s.parts[k]
	if p.told = s.now(); p.state == "" && r.State != notify.Sent {
		p.state, p.why = r.State, r.Why
	}
	if p.sms == 0 && r.Message >= 0 {
		for _, id := range slices.Backward(slices.Sorted(maps.Keys(s.messages))) {
			m := s.messages[id]
			if m.Route == r.Route && id&65535 == r.Message && (m.State == notify.Sending || m.State == notify.Unsure) {
				p.sms, p.n = id, 1+len(s.withRefs(m.SMS).Refs)
				break
			}
		}
	}
	s.parts[k] = p
	s.receipts(p.sms)
	s.wake()
	return nil
}

// receipts settles a message by the receipts of its parts; mu is held.
func (s *Store) receipts(id int64) {
	m, there := s.messages[id]
	if !there || m.State != notify.Sent && m.State != notify.Unsure {
		return
	}
	good, bad, here, why := 0, 0, 0, ""
	for _, p := range s.parts {
		if p.sms == id {
			here++
		}
		switch {
		case p.sms == id && p.state == notify.Delivered:
			good++
		case p.sms == id && p.state == notify.Undelivered:
			bad, why = bad+1, max(why, p.why)
		}
	}
	switch {
	case bad > 0:
		m.State, m.Why = notify.Undelivered, why
	case good >= max(m.Parts, 1):
		m.State, m.Why = notify.Delivered, ""
	case m.State == notify.Unsure && here >= max(m.Parts, 1):
		m.State, m.Why = notify.Sent, ""
	default:
		return
	}
	if m.State != notify.Sent {
		m.ReceiptAt = s.stamp()
	}
	if m.SentAt.IsZero() {
		m.SentAt = s.stamp()
	}
	s.messages[id] = m
}

// KeepText implements notify.Inbox.
func (s *Store) KeepText(ctx context.Context, x notify.Text, meaning func(string) notify.Meaning) error {
	return s.transact(func(t *Tx) error {
		at := -1
		for i, there := range s.texts {
			if x.Key != "" && there.Route == x.Route && there.Key == x.Key {
				return nil
			}
			if there.pieces != nil && there.Route == x.Route && there.From == x.From && there.To == x.To &&
				there.Joint.Ref == x.Joint.Ref && there.Joint.Total == x.Joint.Total {
				at = i
			}
		}
		if at < 0 {
			at, x.ID = len(s.texts), int64(len(s.texts)+1)
			s.texts = append(s.texts, text{Text: x})
			if x.Joint.Total > 1 {
				s.texts[at].pieces = map[int]string{}
			}
		}
		one := &s.texts[at]
		if one.pieces != nil {
			if one.pieces[x.Joint.Part] = x.Text; len(one.pieces) < x.Joint.Total {
				return nil
			}
			var whole strings.Builder
			for _, n := range slices.Sorted(maps.Keys(one.pieces)) {
				whole.WriteString(one.pieces[n])
			}
			one.Text.Text, one.pieces = whole.String(), nil
		}
		return s.follow(ctx, t, &one.Text, meaning(one.Text.Text))
	})
}

// follow does what a text means; mu is held.
func (s *Store) follow(ctx context.Context, t *Tx, x *notify.Text, m notify.Meaning) error {
	x.Word = m.Word
	switch m.Word {
	case notify.Stop:
		s.optOuts[x.From] = notify.OptOut{Number: x.From, Said: x.Text, Since: s.stamp()}
	case notify.Start:
		delete(s.optOuts, x.From)
	}
	if m.Reply.Text == "" {
		return nil
	}
	return t.QueueSMS(ctx, m.Reply)
}

// SetOptOut implements notify.Inbox.
func (s *Store) SetOptOut(_ context.Context, number string, out bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if out {
		s.optOuts[number] = notify.OptOut{Number: number, Since: s.stamp()}
	} else {
		delete(s.optOuts, number)
	}
	return nil
}

// Texts implements notify.Reader.
func (s *Store) Texts(_ context.Context, before int64, limit int) ([]notify.Text, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []notify.Text{}
	for _, x := range slices.Backward(s.texts) {
		if x.pieces == nil && len(out) < page(limit) && (before == 0 || x.ID < before) {
			x.Joint = notify.Joint{}
			out = append(out, x.Text)
		}
	}
	return out, nil
}

// OptOuts implements notify.Reader.
func (s *Store) OptOuts(_ context.Context, after string, limit int) ([]notify.OptOut, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []notify.OptOut{}
	for _, number := range slices.Sorted(maps.Keys(s.optOuts)) {
		if number > after && len(out) < page(limit) {
			out = append(out, s.optOuts[number])
		}
	}
	return out, nil
}
