package freeswitch

import (
	"fmt"
	"strconv"
	"strings"
)

// hereVariable is a global variable of FreeSWITCH: the second, by its own clock, from which on the dialplan takes us for away and gives
// a new call to the fallback at once. FreeSWITCH itself does not know whether anybody listens to its event socket.
const hereVariable = "tandem_until"

// sayHere puts that second off. It is the question for health too: the events' connection answers the first half, the commands' the
// second.
func (s *Switch) sayHere(l *line) error {
	text, err := l.events.say(l.Ctx, "api strepoch")
	if err != nil {
		return err
	}
	present, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return fmt.Errorf("FreeSWITCH does not tell the time: is mod_dptools loaded? %w", err)
	}
	return l.ask("global_setvar %s=%d", hereVariable, present+int64(seconds(s.cfg.Here)))
}
