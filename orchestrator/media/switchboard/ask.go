package switchboard

import (
	"strings"

	"tandem/orchestrator/media"
)

// Press adds a key to those that an Ask has collected. over: it has ended, by a finishing key, which does not count, or by the last
// one that it takes.
func Press(ask media.Task, pressed, key string) (all string, over bool) {
	if strings.Contains(ask.End, key) {
		return pressed, true
	}
	pressed += key
	return pressed, ask.Max > 0 && len(pressed) >= ask.Max
}
