package media

import "time"

// Want is what one leg is to do: a Base without end, at most one Task on top of it, and what rides along.
type Want struct {
	Base   Base
	Task   Task          // zero: none, and a running one is stopped
	Tape   TapeID        // "": not recorded; else the party and what it hears, on separate channels
	Keys   bool          // report keys as Key while no Ask runs
	Secret bool          // keys reach no event and no log
	Mute   bool          // the party is not heard in its room
	Guard  time.Duration // after so long without us the switch itself moves the leg to its fallback; 0: never; longer than the Task
}

var _ map[Want]bool // Wants can be compared with ==.

// Base is one of the types below. All but Dial, Ring, Yield and Drop answer a caller who is not yet answered.
type Base interface{ base() }

type (
	// Ring lets an unanswered caller hear ringing.
	Ring struct{}
	// Music plays a class without end; "" is silence. Also what a held party hears.
	Music struct{ Class string }
	// Join lets all legs of a room hear each other: two, three or more.
	Join struct{ Room RoomID }
	// Coach hears both sides of Of; with Whisper Of hears it too. Barge and take-over are Joins.
	Coach struct {
		Of      LegID
		Whisper bool
	}
	// Dial calls an endpoint known to the adapter; the leg is born with it. Rendered until Answered or Gone.
	Dial struct {
		To           string // endpoint, such as an agent's account name
		Number, Name string // shown to the called party; they come from outside and are never syntax
		Stamp        string // written on the leg at birth and given back in Leg.Stamp
		Auto         bool   // asks an agent's phone to go off hook by itself
		Early        RoomID // hears early media ("number not in service"); "" is nobody
	}
	// Yield hands the leg to the switch's own dialplan (fallback, PBX); ends in Left.
	Yield struct{ Extension string }
	// Drop ends the leg.
	Drop struct{ Why Cause }
)

func (Ring) base()  {}
func (Music) base() {}
func (Join) base()  {}
func (Coach) base() {}
func (Dial) base()  {}
func (Yield) base() {}
func (Drop) base()  {}

// What a Task does.
const (
	Say  = "say"  // plays Prompts
	Send = "send" // sends Keys to the party
	Ask  = "ask"  // plays Prompts and collects keys, ONE try: retries and checks belong to the flow
	Take = "take" // takes a voice message under the task's name
)

// Task happens once and ends in Done; then Base is heard again. Say uses Prompts; Send Keys; Ask all but Keys;
// Take uses Prompts (the beep), End, Quiet and Longest.
type Task struct {
	ID             TaskID
	Do             string
	Prompts        string // with a space between: "prompt:welcome" is one of Tandem's own, "sound:beep" one of the switch's
	Keys, End      string // keys to send; keys that finish
	Max            int    // keys at most
	Quiet, Longest time.Duration
	Deaf           bool // keys do not interrupt the prompts
}
