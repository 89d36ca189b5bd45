package notify

import (
	"fmt"
	"time"
)

// Quiet are the hours of each day in which ordinary messages wait. The zero value is never quiet.
type Quiet struct {
	from, to time.Duration // since midnight on the wall; from > to goes over midnight
	zone     *time.Location
}

// NewQuiet reads hours such as "21:00-08:00" in a zone of the tz database; "" is never quiet.
func NewQuiet(hours, zone string) (Quiet, error) {
	if hours == "" {
		return Quiet{}, nil
	}
	where, err := time.LoadLocation(zone)
	if err != nil {
		return Quiet{}, fmt.Errorf("the time zone %q is not known; use a name such as Europe/Berlin", zone)
	}
	var h1, m1, h2, m2 int
	if n, err := fmt.Sscanf(hours, "%d:%d-%d:%d", &h1, &m1, &h2, &m2); err != nil || n != 4 || h1 < 0 || h1 > 23 || h2 < 0 || h2 > 23 ||
		m1 < 0 || m1 > 59 || m2 < 0 || m2 > 59 || h1 == h2 && m1 == m2 {
		return Quiet{}, fmt.Errorf("quiet hours are %q; write them as 21:00-08:00", hours)
	}
	q := Quiet{zone: where, from: time.Duration(h1)*time.Hour + time.Duration(m1)*time.Minute}
	q.to = time.Duration(h2)*time.Hour + time.Duration(m2)*time.Minute
	return q, nil
}

// Until returns when the quiet hours around now end; zero when it is not quiet. Times are those on the wall, so that the day on
// which clocks change has quiet hours that are an hour longer or shorter.
func (q Quiet) Until(now time.Time) time.Time {
	if q.zone == nil {
		return time.Time{}
	}
	now = now.In(q.zone)
	wall := time.Duration(now.Hour())*time.Hour + time.Duration(now.Minute())*time.Minute + time.Duration(now.Second())*time.Second
	day := 0
	switch {
	case q.from < q.to && (wall < q.from || wall >= q.to), q.from > q.to && wall >= q.to && wall < q.from:
		return time.Time{}
	case q.from > q.to && wall >= q.from:
		day = 1
	}
	return time.Date(now.Year(), now.Month(), now.Day()+day, int(q.to/time.Hour), int(q.to%time.Hour/time.Minute), 0, 0, q.zone)
}
