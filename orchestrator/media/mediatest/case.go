package mediatest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"tandem/orchestrator/media"
)

// stage is one case under way.
type stage struct {
	Table
	bench Bench
	stop  func() // ends the adapter, as a crash of the program does
}

// names makes each name new in the life of the test program: a switch must never see one twice.
var names atomic.Int64

func fresh(word string) string {
	return fmt.Sprintf("%s-%x-%d", word, time.Now().UnixMilli(), names.Add(1))
}

func begin(t *testing.T, bench Bench) *stage {
	t.Helper()
	s := &stage{Table: Table{T: t, Switch: bench.Open(t)}, bench: bench}
	s.Told, s.stop = WatchUntil(t, s.Switch)
	s.Told.Wait(t, "the first Up", func(e media.Event) bool { return e.Kind == media.Up })
	return s
}

// want says a Want for legs, in pairs of name and Want.
func (s *stage) want(pairs ...any) {
	s.Helper()
	wants := map[media.LegID]media.Want{}
	for i := 0; i < len(pairs); i += 2 {
		wants[pairs[i].(media.LegID)] = pairs[i+1].(media.Want)
	}
	s.Must(s.Switch.Do(s.Within(), wants))
}

func on(base media.Base) media.Want { return media.Want{Base: base} }

// arrives lets a caller call and waits until we have the leg.
func (s *stage) arrives() (media.LegID, Party) {
	s.Helper()
	mark := s.Told.Mark()
	number := fmt.Sprintf("555%07d", names.Add(1))
	party := s.bench.Call(s.T, number, "Carol")
	e := s.Told.WaitAfter(s.T, mark, "the arrival of "+number, func(e media.Event) bool {
		return e.Kind == media.Arrived && len(e.Legs) == 1 && e.Legs[0].From == number
	})
	return e.Leg, party
}

// rings dials a phone and returns the leg and the call at the phone.
func (s *stage) rings(phone Phone) (media.LegID, Party) {
	s.Helper()
	id := media.LegID(fresh("leg"))
	s.want(id, on(media.Dial{To: phone.Name(), Number: "5550100", Name: "Carol", Stamp: "stamp-" + string(id)}))
	party, err := phone.Next(s.Within())
	s.Must(err)
	return id, party
}

// answers dials a phone that answers.
func (s *stage) answers(phone Phone) (media.LegID, Party) {
	s.Helper()
	id, party := s.rings(phone)
	s.Must(party.Answer())
	s.Told.Leg(s.T, media.Answered, id)
	return id, party
}

func (s *stage) cut() {
	s.Helper()
	mark := s.Told.Mark()
	s.bench.Cut()
	s.Told.WaitAfter(s.T, mark, "down", func(e media.Event) bool { return e.Kind == media.Down })
}

func (s *stage) mend() media.Event {
	s.Helper()
	mark := s.Told.Mark()
	s.bench.Mend()
	return s.Told.WaitAfter(s.T, mark, "up", func(e media.Event) bool { return e.Kind == media.Up })
}

// heard waits until a party has heard a tone since Listen, be it over already: who listens to a short prompt from now on may come too late
// on a busy machine.
func (s *stage) heard(p Party, hz float64) {
	s.Helper()
	s.Until(fmt.Sprintf("%.0f Hz has been heard", hz), func() bool { return p.Heard(hz) > 0 })
}

func listed(up media.Event, id media.LegID) (media.Leg, bool) {
	for _, g := range up.Legs {
		if g.ID == id {
			return g, true
		}
	}
	return media.Leg{}, false
}
