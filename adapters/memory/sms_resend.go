package memory

import (
	"context"
	"maps"
	"strconv"
	"time"

	"tandem/orchestrator/desk/notify"
)

// ResendSMS implements notify.Inbox.
func (s *Store) ResendSMS(_ context.Context, id int64) (notify.SMS, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, there := s.messages[id]
	if !there {
		return notify.SMS{}, none("message", strconv.FormatInt(id, 10))
	}
	if err := notify.CheckResend(m.SMS); err != nil {
		return notify.SMS{}, err
	}
	if m.State == notify.Undelivered {
		maps.DeleteFunc(s.parts, func(_ partKey, p part) bool { return p.sms == id })
	}
	m.State, m.Why, m.Parts, m.Created, m.SentAt, m.ReceiptAt, m.due = notify.Queued, "", 0, s.stamp(), time.Time{}, time.Time{}, s.now()
	s.messages[id] = m
	s.wake()
	return s.withRefs(m.SMS), nil
}
