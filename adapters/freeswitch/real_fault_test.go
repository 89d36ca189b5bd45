package freeswitch_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// TestRealManyDialsAtOnce: more phones are dialled at once than FreeSWITCH lets through in a second (30 unless it is told otherwise):
// each rings once, none is lost (F28).
func TestRealManyDialsAtOnce(t *testing.T) {
	n := real(t)
	var used atomic.Int64
	b := &realBench{Cable: mediatest.NewCable(t, n.esl), named: n, used: &used}
	x := &table{T: t}
	sw := b.Open(t)
	log := mediatest.Watch(t, sw)
	const calls = 20
	phones := make([]mediatest.Phone, calls)
	wants := map[media.LegID]media.Want{}
	for i := range phones {
		phones[i] = b.Phone(t)
		wants[media.LegID(fmt.Sprintf("many-%d-%s", i, b.ask(t, "create_uuid")))] = media.Want{Base: media.Dial{To: phones[i].Name()}}
	}
	x.must(sw.Do(x.ctx(), wants))
	for _, phone := range phones {
		party, err := phone.Next(x.ctx())
		if err != nil {
			t.Fatalf("%v; told were:\n%s", err, log)
		}
		x.must(party.Answer())
	}
	for id := range wants {
		log.Leg(t, media.Answered, id)
		wants[id] = media.Want{Base: media.Drop{}}
	}
	for _, phone := range phones {
		if phone.Invites() != 1 {
			t.Errorf("%s was called %d times", phone.Name(), phone.Invites())
		}
	}
	x.must(sw.Do(x.ctx(), wants))
	for id := range wants {
		log.Leg(t, media.Gone, id)
	}
}
