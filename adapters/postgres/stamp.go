package postgres

import (
	"database/sql"
	"fmt"
	"time"
)

// stamp reads a time in UTC; NULL is the zero time.
type stamp struct{ time.Time }

var _ sql.Scanner = (*stamp)(nil)

// Scan implements sql.Scanner.
func (s *stamp) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		s.Time = time.Time{}
	case time.Time:
		s.Time = v.UTC()
	default:
		return fmt.Errorf("%T is no time", v)
	}
	return nil
}

// orNull writes a time; the zero time is NULL.
func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}
