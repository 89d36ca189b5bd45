// Package mediatest is the conformance suite of media.Switch: the same cases for a fake server, a real Asterisk and a real
// FreeSWITCH. Each case holds the adapter to one promise of package media or to one of its words.
//
//	          Do                     commands
//	case ────────────> adapter ──[ cable ]──────────> switch <──── callers and phones of the bench
//	     <──────────── Log
//
// A Bench is the table on which it happens: a switch that is running, parties that say tones and tell by frequency what they
// hear, and a cable between adapter and switch that can be cut.
package mediatest

import (
	"context"
	"testing"
	"time"

	"tandem/orchestrator/media"
)

// Patience bounds every wait of a case.
const Patience = 15 * time.Second

// Bench offers one case all that it needs. Everything it hands out is taken away when the case's test ends.
type Bench interface {
	// Open returns a new adapter on the bench's switch, as after a restart of the program. Watch is not called yet.
	Open(t *testing.T) media.Switch
	// Call lets a caller with this number and name dial us. It returns when the call is under way.
	Call(t *testing.T, number, name string) Party
	// Phone registers an agent's phone; its name is what Dial.To takes. Names are new in each case.
	Phone(t *testing.T) Phone
	// Prompt is a media URI that says a tone of hz for so long.
	Prompt(t *testing.T, hz float64, length time.Duration) string
	// Cut ends the line between adapter and switch and keeps it cut until Mend.
	Cut()
	Mend()
	// Dials lets an agent's phone dial us, as a call of its own.
	Dials(t *testing.T, p Phone) Party
	// Foreign starts a call on the switch that is not ours, and returns its party.
	Foreign(t *testing.T) Party
	// Busy starts a foreign call on a phone (not through us); nil if the bench can't.
	Busy(t *testing.T, p Phone) Party
	// Robots is the trunk that leads to the switch's own robots: 9001 answers after ringing and says the callers' tone, 9002 is busy,
	// 9003 rings for ever, and at 9990 nobody is. "" if the bench has none.
	Robots(t *testing.T) (trunk string)
	// Recording returns both halves of a tape as tones: which frequencies the party said and which it heard.
	Recording(t *testing.T, sw media.Switch, id media.TapeID) (party, heard Sound)
	// Count tells how many channels and rooms the switch has now; all of them, helper channels too.
	Count(t *testing.T) (channels, rooms int)
}

// Sound is a piece of recorded audio.
type Sound interface {
	// Tone is how long a tone is to be heard in it.
	Tone(hz float64) time.Duration
}

// Phone is one agent's telephone.
type Phone interface {
	Name() string
	// Next waits for the next call to it.
	Next(ctx context.Context) (Party, error)
	// Invites counts the calls that reached it.
	Invites() int
	Unregister(t *testing.T)
	Register(t *testing.T)
}

// Party is one call, seen from the telephone.
type Party interface {
	Ring() error
	Answer() error
	Reject(status int) error
	Hangup(ctx context.Context) error
	Hold(ctx context.Context) error
	Resume(ctx context.Context) error
	Press(ctx context.Context, keys string) error
	// From is the number and name that the telephone shows.
	From() (number, name string)
	Header(name string) string
	// WaitAnswered, WaitRinging and WaitEnded wait for what they say; WaitEnded returns the SIP status of the end.
	WaitRinging(ctx context.Context) error
	WaitAnswered(ctx context.Context) error
	WaitEnded(ctx context.Context) (status int, err error)
	// Say sends a tone from now on; 0 is silence.
	Say(hz float64)
	Hears(ctx context.Context, hz float64) error
	HearsNot(ctx context.Context, hz float64, during time.Duration) error
	HearsAudio(ctx context.Context) error
	HearsSilence(ctx context.Context) error
	HearsKeys(ctx context.Context, keys string) error
	// Listen starts to write down what is heard; Heard tells for how long a tone was heard since.
	Listen()
	Heard(hz float64) time.Duration
}
