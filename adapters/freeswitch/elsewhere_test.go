package freeswitch_test

import (
	"net/http"
	"testing"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// A phone that answers "try there" (302) is not followed: the leg ends as refused, and nobody else is called on our account.
func TestPhoneSendsTheCallElsewhere(t *testing.T) {
	x := set(t, nil)
	sentElsewhere(t, x.sw, x.Told, fakePhone{x.esl.NewPhone("ann")}, "elsewhere-1")
}

// The same on a real one. Its contact is the phone itself, which would be called a second time.
func TestRealPhoneSendsTheCallElsewhere(t *testing.T) {
	b := newRealBench(t)
	sw := b.Open(t)
	sentElsewhere(t, sw, mediatest.Watch(t, sw), b.Phone(t), media.LegID("elsewhere-"+b.ask(t, "create_uuid")))
}

func sentElsewhere(t *testing.T, sw media.Switch, log *mediatest.Log, phone mediatest.Phone, id media.LegID) {
	t.Helper()
	x := &mediatest.Table{T: t, Told: log}
	x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{id: dialTo(phone)}))
	call, err := phone.Next(x.Within())
	x.Must(err)
	x.Must(call.Reject(http.StatusFound))
	if gone := log.Leg(t, media.Gone, id); gone.Why != media.CauseRejected || gone.SIP != http.StatusFound {
		t.Errorf("gone as %+v", gone)
	}
	if phone.Invites() != 1 {
		t.Errorf("the phone was called %d times", phone.Invites())
	}
}
