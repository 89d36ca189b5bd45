package freeswitch

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"tandem/orchestrator/media"
)

// sessions finds the number of channels that FreeSWITCH has at this moment in the answer to "status".
var sessions = regexp.MustCompile(`(\d+) session\(s\) - peak`)

const (
	censusPause = 10 * time.Millisecond
	censusTries = 50
)

// census finds all living legs of ours. FreeSWITCH answers "show channels" from a database that it fills in the background: a
// channel of this moment is missing there, and one that has ended may still stand in it. So the list is read until as many
// channels can be reached as FreeSWITCH says to have; and those that we know of are asked for by name. And until none of ours is being
// moved: a second uuid_bridge 10 to 40 ms after the first one makes FreeSWITCH hang up, and the line may be back sooner than a busy
// FreeSWITCH has carried out what was said last.
func (s *Switch) census(l *line) (map[media.LegID]said, error) {
	s.mu.Lock()
	var known []string
	for id := range s.legs {
		known = append(known, string(id))
	}
	s.mu.Unlock()
	for try := 1; ; try++ {
		rows, err := channels(l)
		if err != nil {
			return nil, err
		}
		names := known
		for _, r := range rows {
			names = append(names, r.UUID)
		}
		found, reached, err := dump(l, names)
		if err != nil {
			return nil, err
		}
		status, err := l.api("status")
		if err != nil {
			return nil, err
		}
		count := sessions.FindStringSubmatch(status)
		all := count == nil || count[1] == strconv.Itoa(reached)
		if all && !anyMoves(found) || try == censusTries {
			return found, nil
		}
		select {
		case <-time.After(censusPause):
		case <-l.Ctx.Done():
			return nil, errDown
		}
	}
}

// anyMoves says whether a leg is on its way from one thing to the next: FreeSWITCH has set its next state (switch_channel_state_t), which its
// thread has not taken up, or which leads on by itself; or it waits for the other side of its bridge.
func anyMoves(found map[media.LegID]said) bool {
	for _, e := range found {
		state, next := e.get("Channel-State"), e.get("Channel-State-Number")
		switch {
		case state == "CS_HIBERNATE", state == "CS_RESET", stateNumbers[state] != next && stateNumbers[state] != "":
			return true
		case state == "CS_SOFT_EXECUTE":
			if other, ours := found[media.LegID(e.get("variable_bridge_uuid"))]; ours && other.get("Channel-State") == state {
				return true
			}
		}
	}
	return false
}

// stateNumbers are the states in which a leg can stay.
var stateNumbers = map[string]string{
	"CS_SOFT_EXECUTE": "3", "CS_EXECUTE": "4", "CS_EXCHANGE_MEDIA": "5", "CS_PARK": "6", "CS_CONSUME_MEDIA": "7",
}

// dump reads channels by name; reached counts all that live, found are those of ours.
func dump(l *line, names []string) (found map[media.LegID]said, reached int, err error) {
	found = map[media.LegID]said{}
	seen := map[string]bool{}
	for _, name := range names {
		if seen[name] || !media.IsName(name) {
			continue
		}
		seen[name] = true
		text, err := l.api("uuid_dump " + name + " json")
		if _, ended := refused(err); ended {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		reached++
		e, err := decode([]byte(text))
		if err != nil {
			return nil, 0, fmt.Errorf("a channel can't be read: %w", err)
		}
		if _, dialled := e.stampOf(); dialled || e.variable(placeVariable) != "" {
			found[media.LegID(name)] = e
		}
	}
	return found, reached, nil
}
