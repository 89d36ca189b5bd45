package mediatest

import "tandem/orchestrator/media"

// ownCalls: a phone that calls us is named, in Up too, and is busy until its call is over (F57); a caller from outside has no phone's
// name.
func ownCalls(s *stage) {
	phone := s.bench.Phone(s.T)
	told := func(mark int, why media.Cause) {
		s.Helper()
		s.log.WaitAfter(s.T, mark, string(why), func(e media.Event) bool {
			return e.Kind == media.Phone && e.Text == phone.Name() && e.Why == why
		})
	}
	mark := s.log.Mark()
	s.must(s.sw.Phones(s.within(), []string{phone.Name()}))
	told(mark, media.PhoneRegistered)

	mark = s.log.Mark()
	party := s.bench.Dials(s.T, phone)
	own := s.log.WaitAfter(s.T, mark, "the phone's own call", func(e media.Event) bool { return e.Kind == media.Arrived })
	if name := own.Legs[0].Endpoint; name != phone.Name() {
		s.Errorf("phone %s arrives as %q", phone.Name(), name)
	}
	told(mark, media.PhoneBusy)
	s.want(own.Leg, on(media.Music{Class: "default"}))
	s.must(party.WaitAnswered(s.within()))

	mark = s.log.Mark()
	s.cut()
	if leg, _ := listed(s.mend(), own.Leg); leg.Endpoint != phone.Name() {
		s.Errorf("Up names phone %s %q", phone.Name(), leg.Endpoint)
	}
	first := s.log.WaitAfter(s.T, mark, "the phone after Up", func(e media.Event) bool { return e.Kind == media.Phone })
	if first.Why != media.PhoneBusy {
		s.Errorf("a phone in a call of its own is first told as %q", first.Why)
	}

	mark = s.log.Mark()
	s.want(own.Leg, on(media.Drop{}))
	s.log.Leg(s.T, media.Gone, own.Leg)
	told(mark, media.PhoneIdle)

	c, caller := s.arrives()
	if name := s.log.Leg(s.T, media.Arrived, c).Legs[0].Endpoint; name == phone.Name() {
		s.Errorf("a caller from outside arrives as phone %s", name)
	}
	s.must(caller.Hangup(s.within()))
	s.log.Leg(s.T, media.Gone, c)
	s.empty()
}
