package mediatest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"tandem/orchestrator/media"
)

// stage is one case under way.
type stage struct {
	*testing.T
	bench Bench
	sw    media.Switch
	log   *Log
	stop  func() // ends the adapter, as a crash of the program does
}

// names makes each name new in the life of the test program: a switch must never see one twice.
var names atomic.Int64

func fresh(word string) string {
	return fmt.Sprintf("%s-%x-%d", word, time.Now().UnixMilli(), names.Add(1))
}

func begin(t *testing.T, bench Bench) *stage {
	t.Helper()
	s := &stage{T: t, bench: bench}
	s.sw = bench.Open(t)
	s.log, s.stop = WatchUntil(t, s.sw)
	s.log.Wait(t, "the first Up", func(e media.Event) bool { return e.Kind == media.Up })
	return s
}

// within is a context that ends with the case's patience.
func (s *stage) within() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	s.Cleanup(cancel)
	return ctx
}

// must ends the case on an error.
func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("%v; told were:\n%s", err, s.log)
	}
}

// want says a Want for legs, in pairs of name and Want.
func (s *stage) want(pairs ...any) {
	s.Helper()
	wants := map[media.LegID]media.Want{}
	for i := 0; i < len(pairs); i += 2 {
		wants[pairs[i].(media.LegID)] = pairs[i+1].(media.Want)
	}
	s.must(s.sw.Do(s.within(), wants))
}

func on(base media.Base) media.Want { return media.Want{Base: base} }

// arrives lets a caller call and waits until we have the leg.
func (s *stage) arrives() (media.LegID, Party) {
	s.Helper()
	mark := s.log.Mark()
	number := fmt.Sprintf("555%07d", names.Add(1))
	party := s.bench.Call(s.T, number, "Carol")
	e := s.log.WaitAfter(s.T, mark, "the arrival of "+number, func(e media.Event) bool {
		return e.Kind == media.Arrived && len(e.Legs) == 1 && e.Legs[0].From == number
	})
	return e.Leg, party
}

// rings dials a phone and returns the leg and the call at the phone.
func (s *stage) rings(phone Phone) (media.LegID, Party) {
	s.Helper()
	id := media.LegID(fresh("leg"))
	s.want(id, on(media.Dial{To: phone.Name(), Number: "5550100", Name: "Carol", Stamp: "stamp-" + string(id)}))
	party, err := phone.Next(s.within())
	s.must(err)
	return id, party
}

// answers dials a phone that answers.
func (s *stage) answers(phone Phone) (media.LegID, Party) {
	s.Helper()
	id, party := s.rings(phone)
	s.must(party.Answer())
	s.log.Leg(s.T, media.Answered, id)
	return id, party
}

// eventually waits for a condition that no event announces.
func (s *stage) eventually(what string, is func() bool) {
	s.Helper()
	ctx := s.within()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.Fatalf("never: %s; told were:\n%s", what, s.log)
		}
	}
}

func (s *stage) cut() {
	s.Helper()
	mark := s.log.Mark()
	s.bench.Cut()
	s.log.WaitAfter(s.T, mark, "down", func(e media.Event) bool { return e.Kind == media.Down })
}

func (s *stage) mend() media.Event {
	s.Helper()
	mark := s.log.Mark()
	s.bench.Mend()
	return s.log.WaitAfter(s.T, mark, "up", func(e media.Event) bool { return e.Kind == media.Up })
}

func listed(up media.Event, id media.LegID) (media.Leg, bool) {
	for _, g := range up.Legs {
		if g.ID == id {
			return g, true
		}
	}
	return media.Leg{}, false
}
