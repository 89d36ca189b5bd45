package freeswitch

import (
	"sync/atomic"
	"time"
)

// Figures count since the start of the program, for the metrics page.
type Figures struct {
	Events     int64         // read from the event line
	Malformed  int64         // not what was expected: no JSON, unknown frame
	Foreign    int64         // of channels that are not ours
	Late       int64         // events that came after a later one was told
	Repeated   int64         // events that came twice
	Orphans    int64         // legs of ours that nobody waited for any more, hung up
	Wedged     int64         // channels that FreeSWITCH lists but does not know, killed (F27)
	Dropped    int64         // events lost because the engine fell behind by Config.Backlog; the state was read anew
	Connects   int64         // successful connections, the first included
	Commands   int64         // sent
	Pokes      int64         // sent to make the event line answer sooner
	Errors     int64         // commands answered with an error
	Timeouts   int64         // commands without an answer in time; each costs the line
	Redials    int64         // dials said again because FreeSWITCH had reached its limit of calls a second (F28)
	Refused    int64         // wants told as Refused
	CommandSum time.Duration // time that all commands took together
	Up         bool
}

type figures struct {
	events, malformed, foreign, late, repeated, orphans, wedged, dropped, connects atomic.Int64
	commands, pokes, errors, timeouts, redials, refused, nanoseconds               atomic.Int64
	up                                                                             atomic.Bool
}

// Figures returns the counters as they are now.
func (s *Switch) Figures() Figures {
	f := &s.figures
	return Figures{
		Events: f.events.Load(), Malformed: f.malformed.Load(), Foreign: f.foreign.Load(), Late: f.late.Load(),
		Repeated: f.repeated.Load(), Orphans: f.orphans.Load(), Wedged: f.wedged.Load(), Dropped: f.dropped.Load(),
		Connects: f.connects.Load(), Commands: f.commands.Load(), Pokes: f.pokes.Load(), Errors: f.errors.Load(),
		Timeouts: f.timeouts.Load(), Redials: f.redials.Load(), Refused: f.refused.Load(),
		CommandSum: time.Duration(f.nanoseconds.Load()), Up: f.up.Load(),
	}
}
