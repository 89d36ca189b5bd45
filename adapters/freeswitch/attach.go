package freeswitch

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"tandem/orchestrator/media"
)

// row is a line of "show channels".
type row struct {
	UUID     string `json:"uuid"`
	Name     string `json:"name"`
	Presence string `json:"presence_id"`
}

// account is the phone that the channel seems to be on; a caller may say anything, see onPhone.
func (r row) account() string {
	if user, _, ok := strings.Cut(r.Presence, "@"); ok {
		return user
	}
	return accountOf(r.Name)
}

// channels lists all channels of FreeSWITCH, other people's too.
func channels(l *line) ([]row, error) {
	text, err := l.api("show channels as json")
	if err != nil {
		return nil, err
	}
	var list struct {
		Rows []row `json:"rows"`
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("the list of channels can't be read: %w", err)
	}
	return list.Rows, nil
}

// attach reads what lives and makes it the state. Events come already: what happens meanwhile waits in the mailbox.
func (s *Switch) attach(l *line) (media.Event, error) {
	boot, err := l.api("global_getvar core_uuid")
	if err != nil {
		return media.Event{}, err
	}
	domain := s.cfg.Domain
	if domain == "" {
		if domain, err = l.api("global_getvar domain"); err != nil {
			return media.Event{}, err
		}
		if domain = strings.TrimSpace(domain); !media.IsName(domain) {
			return media.Event{}, fmt.Errorf("FreeSWITCH has no global variable domain that is a name (%q): set Config.Domain", media.Clean(domain))
		}
	}
	if err := s.probe(l); err != nil {
		return media.Event{}, err
	}
	found, err := s.census(l)
	if err == nil {
		err = s.sayHere(l)
	}
	if err != nil {
		return media.Event{}, err
	}
	at := now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signs.Forget()
	s.present.Set(l.Ctx, l)
	s.domain = domain
	s.adopt(l, found)
	list := make([]media.Leg, 0, len(s.legs))
	for _, g := range s.legs {
		list = append(list, g.info)
	}
	slices.SortFunc(list, func(a, b media.Leg) int { return cmp.Compare(a.ID, b.ID) })
	return media.Event{Kind: media.Up, At: at, Text: strings.TrimSpace(boot), Legs: list}, nil
}

// adopt makes the found channels the state. Called with mu held.
func (s *Switch) adopt(l *line, found map[media.LegID]said) {
	old := s.legs
	for id := range old {
		if _, lives := found[id]; !lives {
			s.spent.Add(id) // Up does not list it, so it is gone
		}
	}
	s.legs, s.rooms, s.jobs = map[media.LegID]*leg{}, map[media.RoomID]*room{}, map[string]dialling{}
	s.busy = map[media.LegID]bool{}
	for id, e := range found {
		g := restore(e)
		g.remember(old[id])
		s.legs[id] = g
		s.waits(g)
	}
	s.adoptRooms()
	s.adoptTapes()
	for id, e := range found {
		if g := s.legs[id]; g.info.Task != "" && !g.over {
			s.adoptTask(l, g, old[id], e)
		}
	}
}

// restore reads a leg from its channel.
func restore(e said) *leg {
	g := &leg{id: media.LegID(e.channel()), info: e.leg(), made: true}
	g.info.Stamp, g.dialled = e.stampOf()
	switch e.variable(placeVariable) {
	case "fallback", "away":
		g.info.Away, g.left = true, true
	case "arriving":
		g.guard = &guard{due: true}
	case "inside":
		g.base = e.variable(baseVariable)
		g.guard = &guard{due: true}
	}
	if e.get("Answer-State") == "answered" {
		g.answeredAt(e.stamp("Caller-Channel-Answered-Time", now()))
		g.told = true
	}
	g.parked = !g.dialled || g.up || e.get("variable_current_application") == "park" // sound before the answer, see Dial.Early
	g.rang = e.get("Answer-State") == "ringing" || e.get("Channel-Call-State") == "RINGING"
	g.info.Held = e.get("Channel-Call-State") == "HELD"
	g.info.Task = media.TaskID(e.variable(taskVariable))
	g.over = e.variable(toldVariable) == string(g.info.Task)
	g.tape = media.TapeID(e.variable(tapeVariable))
	g.mute = e.variable(muteVariable) == "true"
	if room, ok := roomOf(g.base); ok {
		g.room = room
		g.with = media.LegID(e.get("variable_bridge_uuid"))
	}
	return g
}

// roomOf is the room that a word of describe means.
func roomOf(word string) (media.RoomID, bool) {
	kind, name, _ := strings.Cut(word, ":")
	return media.RoomID(name), kind == "room" || kind == "conf"
}

// remember keeps what only this program knows of a leg, when it is the line that was away and not the program.
func (g *leg) remember(old *leg) {
	if old == nil {
		return
	}
	g.keys, g.secret, g.dropped, g.why = old.keys, old.secret, old.dropped, old.why
	g.tries.Inherit(old.tries)
	g.rang = g.rang || old.rang
	if !old.info.Answered.IsZero() && g.up {
		g.info.Answered = old.info.Answered
	}
	if g.dialled {
		g.info.From, g.info.Name, g.info.To = old.info.From, old.info.Name, old.info.To
	}
	if g.base == old.base {
		g.serial, g.program = old.serial, old.program
	}
}

// adoptRooms seats the legs again. A bridge that does not hold both any more is none. Called with mu held.
func (s *Switch) adoptRooms() {
	for _, g := range s.legs {
		if g.room == "" {
			continue
		}
		r := s.rooms[g.room]
		if r == nil {
			r = &room{seats: map[media.LegID]*leg{}}
			s.rooms[g.room] = r
		}
		r.seats[g.id] = g
	}
	for _, g := range s.legs {
		if other := s.legs[g.with]; g.with != "" && (other == nil || other.with != g.id || other.base != g.base) {
			g.with = ""
		}
	}
}

// adoptTapes finds the tapes that run; of those that ended while the line was away the file says how. A name that a leg carries and
// that has no file was written by somebody who came no further: it was never begun, and is when it is wanted again. Called with mu
// held.
func (s *Switch) adoptTapes() {
	before := s.tapes
	s.tapes = map[media.TapeID]*tape{}
	for _, g := range s.legs {
		switch {
		case g.tape == "":
		case s.begun(g.tape):
			s.tapes[g.tape] = &tape{id: g.tape, leg: g.id}
		default:
			delete(before, g.tape)
			g.tape, g.asked = "", ""
		}
	}
	for id, t := range before {
		if s.legs[t.leg] != nil && !s.begun(id) {
			continue // its leg does not even carry its name
		}
		if s.tapes[id] == nil {
			s.tapes[id] = t
			s.present.Line().Post(func() []media.Event { return s.tapeOver(id, s.stored(string(id))) })
		}
	}
}

// adoptTask looks after a task that was begun before this line: FreeSWITCH has noted whether it came to its end; one that still
// runs says so itself. Only an ask is lost, with the keys that were pressed meanwhile. Called with mu held.
func (s *Switch) adoptTask(l *line, g, old *leg, e said) {
	r := &running{leg: g, task: media.Task{ID: g.info.Task, Do: e.variable(doVariable)}, playing: true}
	if old != nil && old.task != nil && old.task.task.ID == g.info.Task {
		r.task = old.task.task
	}
	g.task = r
	if r.task.Do == "" {
		r.task.Do = media.Send // the only one that is not part of a program
	}
	switch {
	case e.variable(overVariable) == string(r.task.ID):
		why := media.CauseNone
		if failed(e.get("variable_" + heardVariable)) {
			why = media.CauseFailed
		}
		l.Post(func() []media.Event {
			var told []media.Event
			if r.task.Do == media.Take {
				told = s.messageOver(r, now())
			}
			return append(told, s.finish(r, now(), why, "")...)
		})
	case r.task.Do == media.Ask, r.task.Do == media.Send, g.info.Away:
		g.stale = r.task.Do == media.Ask
		l.Post(func() []media.Event { return s.finish(r, now(), media.CauseUnknown, "") })
	}
}

// afterUp makes the phones' states told again.
func (s *Switch) afterUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readPhones(s.phones.Anew())
}
