package floor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tandem/orchestrator/media"
)

// This file is what befalls the line, the switch and the legs of a story.

// system plays what befalls the line, the switch, or us.
func (s *story) system(who, does string) {
	switch who + " " + does {
	case "line down":
		s.event(media.Event{Kind: media.Down})
		s.down = true
	case "switch restarts":
		s.boot++
		clear(s.living)
		s.down = true
	case "tandem restarts":
		s.floor = New(s.cfg)
		for _, e := range s.journal {
			s.floor.Apply(e)
		}
		s.floor.TakeTouched()
		for _, name := range slices.Sorted(maps.Keys(s.sides)) {
			s.sides[name].down = name != s.name // that one comes back at once, the others when the story says so
			s.step(media.Event{Kind: media.Down, Switch: name, Text: NotYetUp})
		}
		s.system("line", "up")
	case "line up":
		s.down = false
		up := media.Event{Kind: media.Up, Text: fmt.Sprintf("boot-%d", s.boot)}
		for _, id := range slices.Sorted(maps.Keys(s.living)) {
			up.Legs = append(up.Legs, *s.living[id])
		}
		clear(s.said)
		defer s.tellPhones()
		for _, id := range s.floor.Living(s.name) {
			s.floor.touched[id] = struct{}{}
		}
		s.event(up)
	default:
		s.t.Fatalf("%s %s?", who, does)
	}
}

// tellPhones: a switch that is up again tells the state of every phone.
func (s *story) tellPhones() {
	for _, p := range slices.Sorted(maps.Keys(s.phones)) {
		s.event(media.Event{Kind: media.Phone, Text: p, Why: s.phones[p]})
	}
}

// party plays what a person or a phone does with a leg: "ann answers", "c1 hangs up".
func (s *story) party(who, does string, rest []string) {
	id := media.LegID(who)
	for _, name := range slices.Sorted(maps.Keys(s.sides)) { // the newest call at a phone, on whatever switch
		if leg, ok := s.sides[name].dialled[who]; ok && s.sides[name].living[leg] != nil {
			s.side, id = s.sides[name], leg
		}
	}
	leg := s.living[id]
	if leg == nil {
		s.t.Fatalf("%s %s: there is no such leg", who, does)
	}
	switch does {
	case "rings":
		s.event(media.Event{Kind: media.Ringing, Leg: id})
	case "answers":
		leg.Answered = s.now
		s.event(media.Event{Kind: media.Answered, Leg: id})
	case "stops": // the prompt, for a reason
		s.event(media.Event{Kind: media.Done, Leg: id, Task: s.said[id].Task.ID, Why: media.Cause(rest[0])})
	case "presses": // keys at an Ask, or "nothing"
		ev := media.Event{Kind: media.Done, Leg: id, Task: s.said[id].Task.ID, Text: rest[0]}
		if rest[0] == "nothing" {
			ev.Text, ev.Why = "", media.CauseTimeout
		}
		s.event(ev)
	case "cannot": // be told what it was told
		s.event(media.Event{Kind: media.Refused, Leg: id, Text: strings.Join(rest, " ")})
	case "keys": // one, in line
		s.event(media.Event{Kind: media.Key, Leg: id, Text: rest[0]})
	case "hears": // the whole prompt
		s.event(media.Event{Kind: media.Done, Leg: id, Task: s.said[id].Task.ID})
	case "vanishes": // and nobody hears of it
		delete(s.living, id)
	case "leaves": // for the switch's own dialplan
		leg.Away = true
		s.event(media.Event{Kind: media.Left, Leg: id, Text: "fallback"})
	case "returns":
		leg.Away = false
		s.event(media.Event{Kind: media.Arrived, Legs: []media.Leg{*leg}})
	case "ends": // with a cause and perhaps a SIP status
		ev := media.Event{Kind: media.Gone, Leg: id, Why: media.Cause(rest[0])}
		if len(rest) > 1 {
			_, _ = fmt.Sscan(rest[1], &ev.SIP)
		}
		delete(s.living, id)
		s.event(ev)
	default:
		s.t.Fatalf("%s %s?", who, does)
	}
}
