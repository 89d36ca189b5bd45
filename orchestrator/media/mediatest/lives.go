package mediatest

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"tandem/orchestrator/media"
)

// hangups: a caller may end at any time; Gone is told once and the rest is taken away.
func hangups(s *stage) {
	unanswered, early := s.arrives()
	s.want(unanswered, on(media.Ring{}))
	s.Must(early.WaitRinging(s.Within()))
	s.Must(early.Hangup(s.Within()))
	waiting, caller := s.arrives()
	s.want(waiting, on(media.Music{Class: "default"}))
	s.Must(caller.WaitAnswered(s.Within()))
	s.Must(caller.Hangup(s.Within()))
	for _, id := range []media.LegID{unanswered, waiting} {
		if gone := s.Told.Leg(s.T, media.Gone, id); gone.Why != media.CauseHangup {
			s.Errorf("gone as %q", gone.Why)
		}
		s.want(id, on(media.Music{Class: "default"})) // a want that was on its way
	}
	// Refused at the door: the caller hears why.
	busy, refused := s.arrives()
	s.want(busy, on(media.Drop{Why: media.CauseBusy}))
	if status, err := refused.WaitEnded(s.Within()); err != nil || status != 486 {
		s.Errorf("a caller who is dropped as busy ends with %d %v", status, err)
	}
	s.Told.Leg(s.T, media.Gone, busy)
	s.empty()
	for _, id := range []media.LegID{unanswered, waiting, busy} {
		if s.Told.Of(media.Gone, id) != 1 || s.Told.Of(media.Refused, id) != 0 {
			s.Errorf("%s has %d Gones and %d refusals", id, s.Told.Of(media.Gone, id), s.Told.Of(media.Refused, id))
		}
	}
}

// refusals: what can't be done comes back.
func refusals(s *stage) {
	nobody := media.LegID(fresh("leg"))
	s.want(nobody, on(media.Music{}))
	s.Told.Leg(s.T, media.Refused, nobody)
	s.want(media.LegID("a/b"), on(media.Dial{To: "x"}))
	s.Told.Leg(s.T, media.Refused, "a/b")
	c, caller := s.arrives()
	s.want(c, on(media.Join{Room: "no/room"}))
	s.Told.Leg(s.T, media.Refused, c)
	s.want(c, on(media.Join{Room: media.RoomID(fresh("room"))}))
	s.Must(caller.WaitAnswered(s.Within()))
	s.want(c, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
}

// strangers: other people's calls are not told, not listed and not touched (promise 5, F60).
func strangers(s *stage) {
	stranger := s.bench.Foreign(s.T)
	s.Must(stranger.WaitAnswered(s.Within()))
	stranger.Say(callerTone)
	s.Must(stranger.Hears(s.Within(), callerTone)) // it talks to an echo
	c, _ := s.arrives()
	s.want(c, on(media.Music{Class: "default"}))
	s.cut()
	up := s.mend()
	if len(up.Legs) != 1 || up.Legs[0].ID != c {
		s.Errorf("Up lists %+v", up.Legs)
	}
	s.want(c, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
	s.Must(stranger.Hears(s.Within(), callerTone))
	for _, e := range s.Told.All() {
		if e.Leg != "" && e.Leg != c {
			s.Errorf("told was %+v", e)
		}
	}
	s.Must(stranger.Hangup(s.Within()))
	s.empty()
}

// phones: states are told soon, at each change, and again after Up; a call that is not ours makes a phone busy (F57).
func phones(s *stage) {
	phone := s.bench.Phone(s.T)
	state := func(mark int, why media.Cause) {
		s.Helper()
		s.Told.WaitAfter(s.T, mark, string(why), func(e media.Event) bool {
			return e.Kind == media.Phone && e.Text == phone.Name() && e.Why == why
		})
	}
	mark := s.Told.Mark()
	s.Must(s.Switch.Phones(s.Within(), []string{phone.Name()}))
	state(mark, media.PhoneRegistered)
	mark = s.Told.Mark()
	phone.Unregister(s.T)
	state(mark, media.PhoneUnregistered)
	phone.Register(s.T)
	state(mark, media.PhoneRegistered)

	mark = s.Told.Mark()
	if call := s.bench.Busy(s.T, phone); call != nil {
		state(mark, media.PhoneBusy)
		mark = s.Told.Mark()
		s.cut()
		s.mend()
		// The first that is told decides whether a call is offered, so it must not be that the phone is there.
		first := s.Told.WaitAfter(s.T, mark, "the phone after Up", func(e media.Event) bool { return e.Kind == media.Phone })
		if first.Why != media.PhoneBusy {
			s.Errorf("a phone in a foreign call is first told as %q", first.Why)
		}
		other := s.bench.Phone(s.T)
		s.Must(s.Switch.Phones(s.Within(), []string{phone.Name(), other.Name()}))
		s.Told.WaitAfter(s.T, mark, "the new phone", func(e media.Event) bool { return e.Kind == media.Phone && e.Text == other.Name() })
		for _, e := range s.Told.All()[mark:] {
			if e.Kind == media.Phone && e.Text == phone.Name() && e.Why != media.PhoneBusy {
				s.Errorf("a phone in a foreign call is told as %q", e.Why)
			}
		}
		s.Must(call.Hangup(s.Within()))
		state(mark, media.PhoneIdle)
	}

	// A call of ours is no foreign call, and its events are told once although the phone is watched too.
	mark = s.Told.Mark()
	a, agent := s.answers(phone)
	s.want(a, media.Want{Base: media.Music{Class: "default"}, Keys: true})
	s.Must(agent.Press(s.Within(), "5"))
	s.Told.Leg(s.T, media.Key, a)
	s.Must(agent.Hangup(s.Within()))
	s.Told.Leg(s.T, media.Gone, a)
	s.empty()
	for kind, want := range map[string]int{media.Answered: 1, media.Key: 1, media.Gone: 1} {
		if s.Told.Of(kind, a) != want {
			s.Errorf("%s was told %d times", kind, s.Told.Of(kind, a))
		}
	}
	for _, e := range s.Told.All()[mark:] {
		if e.Kind == media.Phone {
			s.Errorf("our own call is told as %+v", e)
		}
	}
}

// hostile: what a caller says of himself arrives without control characters and not longer than 64 (SECURITY A9).
func hostile(s *stage) {
	mark := s.Told.Mark()
	party := s.bench.Call(s.T, "5551", "Eve\u202e${IFS},&a=b "+strings.Repeat("x", 100))
	e := s.Told.WaitAfter(s.T, mark, "the arrival", func(e media.Event) bool { return e.Kind == media.Arrived })
	name := e.Legs[0].Name
	if !strings.HasPrefix(name, "Eve") || len([]rune(name)) > 64 || strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}) {
		s.Errorf("the name arrives as %q", name)
	}
	s.Must(party.Hangup(s.Within()))
	s.Told.Leg(s.T, media.Gone, e.Leg)
}

// guarding: without us the switch itself takes a guarded leg to its fallback, and it comes back by itself.
func guarding(s *stage) {
	c, caller := s.arrives()
	kept, _ := s.arrives()
	// In silence, because there may be a note of that frequency in any music.
	s.want(c, media.Want{Base: media.Music{}, Guard: 2 * time.Second})
	s.want(kept, media.Want{Base: media.Music{Class: "default"}, Guard: 0})
	s.Must(caller.WaitAnswered(s.Within()))
	// While the line is up the guard is renewed: three times its length passes and nothing happens.
	s.Must(caller.HearsNot(s.Within(), fallbackTone, 5*time.Second))
	if s.Told.Of(media.Left, c) != 0 {
		s.Fatal("the guard ran out although we were there")
	}
	s.want(c, media.Want{Base: media.Music{Class: "default"}, Guard: 2 * time.Second})
	s.Must(caller.HearsAudio(s.Within()))
	s.cut()
	s.Must(caller.Hears(s.Within(), fallbackTone))
	mark := s.Told.Mark()
	up := s.mend()
	if leg, ok := listed(up, kept); !ok || leg.Away {
		s.Errorf("Up shows the leg without a guard as %+v", leg)
	}
	switch leg, ok := listed(up, c); {
	case !ok:
		s.Errorf("Up lists %+v", up.Legs)
	case leg.Away:
		s.Told.WaitAfter(s.T, mark, "its return", func(e media.Event) bool { return e.Kind == media.Arrived && e.Leg == c })
	}
	// If it came back while we read what lives, Up shows it as here: then it does what we say.
	here := task(media.Say)
	here.Prompts = s.bench.Prompt(s.T, promptTone, 300*time.Millisecond)
	s.want(c, media.Want{Base: media.Music{}, Task: here})
	if done := s.Told.Done(s.T, here.ID); done.Why != media.CauseNone {
		s.Errorf("a prompt to the leg that is back ends with %q", done.Why)
	}
	s.want(c, on(media.Drop{}), kept, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
	s.Told.Leg(s.T, media.Gone, kept)
	s.empty()
}

// fallbackTone is what a bench's switch says to callers whom it serves alone.
const fallbackTone = 620.0

// absent: without us a new call reaches the switch's own fallback soon, long before the dialplan's guard of 30 s.
func absent(s *stage) {
	s.cut()
	s.Until("a new call reaches the fallback", func() bool {
		caller := s.bench.Call(s.T, fmt.Sprintf("555%07d", names.Add(1)), "Carol")
		soon, cancel := context.WithTimeout(s.Within(), 4*time.Second)
		defer cancel()
		served := caller.Hears(soon, fallbackTone) == nil
		s.Must(caller.Hangup(s.Within()))
		return served
	})
	s.mend()
	_, caller := s.arrives() // and with us it does not
	s.Must(caller.Hangup(s.Within()))
	s.empty()
}

// yielding: a leg is handed to the switch's own dialplan, and arrives again when that hands it back.
func yielding(s *stage) {
	c, caller := s.arrives()
	s.want(c, on(media.Music{Class: "default"}))
	s.Must(caller.WaitAnswered(s.Within()))
	s.want(c, on(media.Yield{}))
	s.Told.Leg(s.T, media.Left, c)
	s.Must(caller.Hears(s.Within(), fallbackTone))
	s.Told.Wait(s.T, "its return", func(e media.Event) bool {
		return e.Kind == media.Arrived && e.Leg == c && !e.Legs[0].Answered.IsZero()
	})
	if s.Told.Of(media.Gone, c) != 0 {
		s.Error("a leg that left is told as gone")
	}
	s.want(c, on(media.Music{Class: "default"}))
	s.Must(caller.HearsAudio(s.Within()))
	s.want(c, on(media.Drop{}))
	s.Told.Leg(s.T, media.Gone, c)
	s.empty()
}
