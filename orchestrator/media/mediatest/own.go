package mediatest

import "tandem/orchestrator/media"

// ownCalls: a phone that calls us is named, in Up too, and is busy until its call is over (F57); a caller from outside has no phone's
// name.
func ownCalls(s *stage) {
	phone := s.bench.Phone(s.T)
	told := func(mark int, why media.Cause) {
		s.Helper()
		s.Told.WaitAfter(s.T, mark, string(why), func(e media.Event) bool {
			return e.Kind == media.Phone && e.Text == phone.Name() && e.Why == why
		})
	}
	mark := s.Told.Mark()
	s.Must(s.Switch.Phones(s.Within(), []string{phone.Name()}))
	told(mark, media.PhoneRegistered)

	mark = s.Told.Mark()
	party := s.bench.Dials(s.T, phone)
	own := s.Told.WaitAfter(s.T, mark, "the phone's own call", func(e media.Event) bool { return e.Kind == media.Arrived })
	if name := own.Legs[0].Endpoint; name != phone.Name() {
		s.Errorf("phone %s arrives as %q", phone.Name(), name)
	}
	told(mark, media.PhoneBusy)
	s.want(own.Leg, on(media.Music{Class: "default"}))
	s.Must(party.WaitAnswered(s.Within()))

	mark = s.Told.Mark()
	s.cut()
	if leg, _ := listed(s.mend(), own.Leg); leg.Endpoint != phone.Name() {
		s.Errorf("Up names phone %s %q", phone.Name(), leg.Endpoint)
	}
	first := s.Told.WaitAfter(s.T, mark, "the phone after Up", func(e media.Event) bool { return e.Kind == media.Phone })
	if first.Why != media.PhoneBusy {
		s.Errorf("a phone in a call of its own is first told as %q", first.Why)
	}

	mark = s.Told.Mark()
	s.want(own.Leg, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, own.Leg)
	told(mark, media.PhoneIdle)

	c, caller := s.arrives()
	if name := s.Told.Leg(s.T, media.Arrived, c).Legs[0].Endpoint; name == phone.Name() {
		s.Errorf("a caller from outside arrives as phone %s", name)
	}
	s.Must(caller.Hangup(s.Within()))
	s.Told.Leg(s.T, media.Gone, c)
	s.empty()
}
