package freeswitch

import (
	"log/slog"
	"sync"
	"time"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// Channel variables that are ours; all values are percent-encoded.
const (
	stampVariable  = "tandem_stamp"  // on dialled legs, from birth: "s" and the stamp
	placeVariable  = "tandem_place"  // arriving, fallback (set by the dialplan); inside, away (set by us)
	numberVariable = "tandem_number" // set by the dialplan: what the caller dialled
	baseVariable   = "tandem_base"   // what the leg does, see describe
	serialVariable = "tandem_serial" // of the program that it runs
	taskVariable   = "tandem_task"   // last begun
	doVariable     = "tandem_do"     // what that task does
	overVariable   = "tandem_over"   // last task that came to its end, noted by FreeSWITCH itself
	toldVariable   = "tandem_told"   // last task whose Done was told
	heardVariable  = "tandem_heard"  // how its prompts fared
	tapeVariable   = "tandem_tape"   // the tape that runs
	muteVariable   = "tandem_mute"
)

// taskEvent is the subclass of the custom events that programs send.
const taskEvent = "tandem::task"

// leg is a living leg of ours. turn is held over commands to it; all other fields are guarded by Switch.mu.
type leg struct {
	id   media.LegID
	turn sync.Mutex

	info    media.Leg // Task is the last begun
	dialled bool      // by us; else it arrived
	made    bool      // FreeSWITCH has a channel for it
	parked  bool      // commands reach it
	up      bool      // answered by the party
	rang    bool      // Ringing was told
	told    bool      // Answered was told
	dropped bool      // by us
	why     media.Cause
	hungUp  bool   // the party or FreeSWITCH is ending it
	ended   string // FreeSWITCH's cause for that, should the rest not be told
	gone    bool
	left    bool   // we asked it to leave for the dialplan, or it has left
	yielded string // to which extension
	redials int

	want  media.Want // the last that was said; what failed of it is said again
	tries switchboard.Tries

	base      string          // what it does, see describe
	program   program         // the last one, to be given again if it was lost
	serial    int64           // of the last program
	pending   <-chan struct{} // closed when FreeSWITCH has begun what it was told last
	unbridged <-chan struct{} // closed when FreeSWITCH has parked it after its bridge
	room      media.RoomID    // that it has a seat in
	with      media.LegID     // the other side of its bridge
	stale     bool            // a task of its program was stopped: the program must be given anew

	task   *running
	over   bool         // info.Task has ended
	tape   media.TapeID // that runs
	asked  media.TapeID // last wanted; one that has failed is not begun again
	keys   bool
	secret bool
	mute   bool
	guard  *guard
}

// inside says whether commands make sense; called with mu held.
func (g *leg) inside() bool { return g.parked && !g.gone && !g.left && !g.info.Away && !g.dropped }

// answeredAt notes the answer; called with mu held.
func (g *leg) answeredAt(at time.Time) {
	g.up = true
	if g.info.Answered.IsZero() {
		g.info.Answered = at
	}
}

// leg is what an event about a channel, or its dump, says of a leg of ours.
func (e said) leg() media.Leg {
	g := media.Leg{ID: media.LegID(e.channel()), To: media.Clean(e.variable(numberVariable)), Born: e.stamp("Caller-Channel-Created-Time", now())}
	g.Answered = e.stamp("Caller-Channel-Answered-Time", time.Time{})
	// A bridge turns the caller's number and name round; the first ones stay in the fields named Orig.
	g.From, g.Name = e.get("Caller-Orig-Caller-ID-Number"), e.get("Caller-Orig-Caller-ID-Name")
	if g.From == "" {
		g.From, g.Name = e.get("Caller-Caller-ID-Number"), e.get("Caller-Caller-ID-Name")
	}
	g.From, g.Name, g.Endpoint = media.Clean(g.From), media.Clean(g.Name), e.proven()
	return g
}

// stamp is what a dialled leg was given at birth; ok only for dialled legs.
func (e said) stampOf() (stamp string, ok bool) {
	text := e.variable(stampVariable)
	if text == "" || text[0] != 's' {
		return "", false
	}
	return text[1:], true
}

// named is the leg in a line of the log. Its stamp is written at its birth and never changed.
func (g *leg) named() slog.Attr { return switchboard.Named(g.id, g.info.Stamp) }
