package media

import "time"

// Leg is a living leg of ours.
type Leg struct {
	ID             LegID
	From, Name, To string // of the calling party; they come from outside, control characters are already refused
	Endpoint       string // of an arrival: the switch's name of the phone or trunk that proved itself to be it; "" for anybody else
	Stamp          string // what we gave it at birth; an arrival has none and is adopted, never dropped
	Born, Answered time.Time
	Task           TaskID // last begun
	Held           bool
	Away           bool // lives on in the switch's own dialplan, outside our hands (Yield, Guard, fallback)
}

// Event says what happened; Kind says which fields count. Times are UTC, microseconds, without monotonic part.
type Event struct {
	Kind, Switch, Text string // Text: boot id (up), extension (left), keys (done, key), number (asked), URI (taped), endpoint (phone), what (refused)
	At                 time.Time
	Leg                LegID // of all but up, down, phone
	Task               TaskID
	Tape               TapeID
	Why                Cause
	SIP                int   // status beside Why: both switches fold 480 into "no answer"
	Legs               []Leg // up: all of ours that live; arrived: the one
}

// LeaveRefused begins the Text of a Refused for a Yield or Drop that was not carried out: the leg is still in our hands.
const LeaveRefused = "leave: "

// Kinds of Event: a Left leg lives on outside our hands and may arrive again; answered means by the party, not early media;
// asked is the phone's transfer key (REFER); phone tells in Why registered, unregistered, busy (with a call that we did not dial) or idle;
// taped: stored, or Why not.
const (
	Up       = "up"
	Down     = "down"
	Arrived  = "arrived"
	Ringing  = "ringing"
	Answered = "answered"
	Gone     = "gone"
	Left     = "left"
	Done     = "done"
	Key      = "key"
	Held     = "held"
	Resumed  = "resumed"
	Asked    = "asked"
	Taped    = "taped"
	Phone    = "phone"
	Refused  = "refused"
)

// Cause says why, a closed set.
type Cause string

// Causes of the end of a leg or a task, and the states that a Phone event tells.
const (
	CauseNone        Cause = ""            // as wanted: the prompt was heard, the tape is stored
	CauseHangup      Cause = "hangup"      // the party or we ended it in the ordinary way
	CauseBusy        Cause = "busy"        // 486, 600
	CauseRejected    Cause = "rejected"    // 603
	CauseNoAnswer    Cause = "noanswer"    // we or the switch gave up ringing
	CauseUnreachable Cause = "unreachable" // 404, 480, nobody registered, 408 without an answer
	CauseCongested   Cause = "congested"   // 5xx, no channel, limits
	CauseLost        Cause = "lost"        // vanished while nobody was looking, or with its switch
	CauseTimeout     Cause = "timeout"     // an Ask or Take ran out
	CauseFailed      Cause = "failed"      // media error: no such prompt, no room on disk
	CauseStopped     Cause = "stopped"     // we stopped the task
	CauseUnknown     Cause = "unknown"     // nobody knows

	PhoneRegistered   Cause = "registered"
	PhoneUnregistered Cause = "unregistered"
	PhoneBusy         Cause = "busy_foreign"
	PhoneIdle         Cause = "idle"
)
