package asterisk

import (
	"sync/atomic"
	"time"
)

// Figures count since the start of the program, for the metrics page.
type Figures struct {
	Events     int64         // read from the event line
	Unknown    int64         // of a kind that we do not use
	Malformed  int64         // not JSON
	Foreign    int64         // of channels that are not ours
	Orphans    int64         // legs of ours that nobody waited for any more, hung up
	Dropped    int64         // events lost because the engine fell behind by Config.Backlog; the state was read anew
	Connects   int64         // successful connections, the first included
	Commands   int64         // sent
	Errors     int64         // commands answered with an error status
	Timeouts   int64         // commands without an answer in time
	Refused    int64         // wants told as Refused
	CommandSum time.Duration // time that all commands took together
	Up         bool
}

type figures struct {
	events, unknown, malformed, foreign, orphans, dropped, connects atomic.Int64
	commands, errors, timeouts, refused, nanoseconds                atomic.Int64
	up                                                              atomic.Bool
}

// Figures returns the counters as they are now.
func (s *Switch) Figures() Figures {
	f := &s.figures
	return Figures{
		Events: f.events.Load(), Unknown: f.unknown.Load(), Malformed: f.malformed.Load(), Foreign: f.foreign.Load(),
		Orphans: f.orphans.Load(), Dropped: f.dropped.Load(), Connects: f.connects.Load(), Commands: f.commands.Load(),
		Errors: f.errors.Load(), Timeouts: f.timeouts.Load(), Refused: f.refused.Load(),
		CommandSum: time.Duration(f.nanoseconds.Load()), Up: f.up.Load(),
	}
}
