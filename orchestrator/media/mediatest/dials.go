package mediatest

import (
	"strings"

	"tandem/orchestrator/media"
)

// endings: the Gone of a dial says why, with the SIP status.
func endings(s *stage) {
	for _, end := range []struct {
		status int
		why    media.Cause
		sip    int
	}{
		{486, media.CauseBusy, 486}, {603, media.CauseRejected, 603}, {480, media.CauseUnreachable, 480},
		{404, media.CauseUnreachable, 404}, {503, media.CauseCongested, 503},
	} {
		phone := s.bench.Phone(s.T)
		id, party := s.rings(phone)
		s.Must(party.Reject(end.status))
		gone := s.Told.Leg(s.T, media.Gone, id)
		if gone.Why != end.why || gone.SIP != end.sip {
			s.Errorf("after %d the leg is gone as %q with SIP %d", end.status, gone.Why, gone.SIP)
		}
		// Promise 3: the name is never dialled again.
		s.want(id, on(media.Dial{To: phone.Name()}))
		s.empty()
		if phone.Invites() != 1 || s.Told.Of(media.Gone, id) != 1 {
			s.Errorf("after %d: %d calls, %d Gones", end.status, phone.Invites(), s.Told.Of(media.Gone, id))
		}
	}
}

// nobodyThere: phones that can't be called at all end in one Gone too.
func nobodyThere(s *stage) {
	phone := s.bench.Phone(s.T)
	phone.Unregister(s.T)
	for _, to := range []string{phone.Name(), "nobody-has-this-name"} {
		id := media.LegID(fresh("leg"))
		s.want(id, on(media.Dial{To: to}))
		if gone := s.Told.Leg(s.T, media.Gone, id); gone.Why != media.CauseUnreachable {
			s.Errorf("a call to %s is gone as %q", to, gone.Why)
		}
	}
	// What is not a plain name never reaches the switch (SECURITY A7).
	for _, to := range []string{"a&PJSIP/b", "a@evil", "a,b", "${EXTEN}", "a/n", "-a", "a b", "", "a\nb", "a^b"} {
		id := media.LegID(fresh("leg"))
		s.want(id, on(media.Dial{To: to}))
		s.Told.Leg(s.T, media.Refused, id)
		s.Told.Leg(s.T, media.Gone, id)
	}
	s.empty()
}

// withdrawn: we give up ringing.
func withdrawn(s *stage) {
	phone := s.bench.Phone(s.T)
	id, party := s.rings(phone)
	s.Must(party.Ring())
	s.Told.Leg(s.T, media.Ringing, id)
	s.want(id, on(media.Drop{Why: media.CauseNoAnswer}))
	if gone := s.Told.Leg(s.T, media.Gone, id); gone.Why != media.CauseNoAnswer {
		s.Errorf("gone as %q", gone.Why)
	}
	if _, err := party.WaitEnded(s.Within()); err != nil {
		s.Error(err)
	}
	// A phone that says nothing at all is withdrawn as well.
	silent := s.bench.Phone(s.T)
	id, _ = s.rings(silent)
	s.want(id, on(media.Drop{Why: media.CauseNoAnswer}))
	if gone := s.Told.Leg(s.T, media.Gone, id); gone.Why != media.CauseNoAnswer {
		s.Errorf("a silent phone is gone as %q", gone.Why)
	}
}

// takenBack: a leg that is dropped before it was dialled ends in one Gone, and is not dialled any more.
func takenBack(s *stage) {
	phone := s.bench.Phone(s.T)
	id := media.LegID(fresh("leg"))
	s.want(id, on(media.Drop{Why: media.CauseHangup}))
	if gone := s.Told.Leg(s.T, media.Gone, id); gone.Why != media.CauseHangup {
		s.Errorf("gone as %q", gone.Why)
	}
	s.want(id, on(media.Drop{Why: media.CauseHangup}))
	s.want(id, on(media.Dial{To: phone.Name()}))
	s.empty()
	if phone.Invites() != 0 || s.Told.Of(media.Gone, id) != 1 {
		s.Errorf("%d calls, %d Gones", phone.Invites(), s.Told.Of(media.Gone, id))
	}
}

// shown: what a caller says of himself is shown as it is and is never syntax (SECURITY A8, A9).
func shown(s *stage) {
	for _, name := range []string{`Carol "the" <Boss>`, `${SHELL(id)},a=b;c`, `a\nb & PJSIP/x`, "Zoë 王"} {
		phone := s.bench.Phone(s.T)
		id := media.LegID(fresh("leg"))
		s.want(id, on(media.Dial{To: phone.Name(), Number: "+4917012345", Name: name, Auto: true}))
		party, err := phone.Next(s.Within())
		s.Must(err)
		number, display := party.From()
		if number != "+4917012345" || strings.ReplaceAll(display, `\`, "") != strings.ReplaceAll(name, `\`, "") {
			s.Errorf("%q is shown as %q %q", name, number, display)
		}
		if !strings.Contains(party.Header("Call-Info"), "answer-after=0") {
			s.Errorf("Auto asks with Call-Info %q", party.Header("Call-Info"))
		}
		s.want(id, on(media.Drop{}))
		s.Told.Leg(s.T, media.Gone, id)
	}
}

// gaps: what happens while the line is away is in Up (F59): an answer, a refusal, a caller who gave up.
func gaps(s *stage) {
	answering, refusing := s.bench.Phone(s.T), s.bench.Phone(s.T)
	c, caller := s.arrives()
	s.want(c, on(media.Music{Class: "default"}))
	s.Must(caller.WaitAnswered(s.Within()))
	yes, taken := s.rings(answering)
	no, refused := s.rings(refusing)

	s.cut()
	if err := s.Switch.Do(s.Within(), map[media.LegID]media.Want{c: on(media.Music{})}); err == nil {
		s.Error("Do succeeds without a line")
	}
	s.Must(taken.Answer())
	s.Must(refused.Reject(486))
	s.Must(caller.Hangup(s.Within()))
	up := s.mend()
	leg, ok := listed(up, yes)
	if !ok || leg.Answered.IsZero() || leg.Stamp != "stamp-"+string(yes) {
		s.Errorf("Up shows the answered leg as %+v", leg)
	}
	if _, ok := listed(up, no); ok {
		s.Error("Up lists the leg that was refused in the gap")
	}
	if _, ok := listed(up, c); ok {
		s.Error("Up lists the caller who hung up in the gap")
	}
	s.want(no, on(media.Dial{To: refusing.Name()}), yes, on(media.Music{}))
	s.want(yes, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, yes)
	s.empty()
	if refusing.Invites() != 1 {
		s.Errorf("the phone that refused in the gap was called %d times", refusing.Invites())
	}
}
