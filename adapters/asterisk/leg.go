package asterisk

import (
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// Channel variables that are ours.
const (
	stampVariable  = "TANDEM_STAMP"  // on dialled legs, at birth
	appVariable    = "TANDEM_APP"    // on dialled legs, at birth: whose they are
	carryVariable  = "TANDEM_LEG"    // what the leg carries, see carry
	placeVariable  = "TANDEM_PLACE"  // set by the dialplan: tandem, or fallback
	roundVariable  = "TANDEM_ROUND"  // set by the dialplan: how often the fallback has had the caller
	numberVariable = "TANDEM_NUMBER" // set by the dialplan: what the caller dialled
)

// Arguments of Stasis that tell our own channels from arrivals.
const (
	dialledArgument = "tandem-dialled"
	helperArgument  = "tandem-helper"
)

// leg is a living leg of ours. turn is held over commands to it; all other fields are guarded by Switch.mu.
type leg struct {
	id   media.LegID
	turn sync.Mutex

	info     media.Leg // Task is the last begun
	dialled  bool      // by us; else it arrived
	silent   bool      // was found neither ringing nor answered
	called   bool      // its /dial was sent, see dialEarly
	inside   bool      // in our Stasis application: commands reach it
	up       bool      // answered by the party
	rang     bool      // Ringing was told
	told     bool      // Answered was told
	dropped  bool      // by us
	why      media.Cause
	hungUp   bool // the party or Asterisk is ending it
	gone     bool
	yielding string // extension, while yielded
	left     bool   // we asked it to leave, or it has left, for the dialplan

	ringing bool        // Ring was carried out
	bridge  string      // id of the bridge it is in, or on its way into
	later   *media.Base // to be carried out when the running task ends
	task    *running
	does    string // what info.Task does
	over    bool   // info.Task has ended
	tape    media.TapeID
	coach   *coach
	keys    bool
	secret  bool
	mute    bool
	guard   *guard

	want  media.Want // the last that was said; written with turn held too
	tries switchboard.Tries

	lastKey string // digit and time of the last key: an endpoint subscription tells keys twice
}

// carry is what TANDEM_LEG holds: what a new program can't read from Asterisk otherwise.
type carry struct {
	Task     media.TaskID `json:"task,omitempty"`
	Do       string       `json:"do,omitempty"`   // what the task does: keys of an ask are lost with the program that counted them
	Over     bool         `json:"over,omitempty"` // the task's Done was told
	Mute     bool         `json:"mute,omitempty"`
	Held     bool         `json:"held,omitempty"`
	Answered int64        `json:"answered,omitempty"` // Unix microseconds
}

func (g *leg) carry() carry {
	c := carry{Task: g.info.Task, Do: g.does, Over: g.over, Mute: g.mute, Held: g.info.Held}
	if !g.info.Answered.IsZero() {
		c.Answered = g.info.Answered.UnixMicro()
	}
	return c
}

// write puts what the leg carries on the channel. The caller holds turn, so that an older state never overwrites a newer one.
func (s *Switch) write(g *leg) error {
	s.mu.Lock()
	c := g.carry()
	s.mu.Unlock()
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return s.rest.ari.Channel().SetVariable(channelKey(string(g.id)), carryVariable, string(text))
}

// busy says whether a prompt or a recording has the channel: Asterisk then holds up many commands (setting a variable, moving
// to another bridge) until its end, which may be minutes away.
func (g *leg) busy() bool { return g.task != nil && !g.task.quiet() }

// note writes what the leg carries soon, or when its prompt ends; called with mu held.
func (s *Switch) note(g *leg) {
	s.present.Follow(func(*line) {
		g.turn.Lock()
		defer g.turn.Unlock()
		s.mu.Lock()
		busy := g.busy()
		s.mu.Unlock()
		if busy {
			return // afterTask does it
		}
		if err := s.write(g); err != nil && statusOf(err) != 404 {
			s.log.Debug("a leg's variable was not written", g.named(), "error", err)
		}
	})
}

func (c channel) leg() media.Leg {
	born := c.Born.Time
	if born.IsZero() {
		born = now()
	}
	return media.Leg{ID: media.LegID(c.ID), Endpoint: endpointOf(c.Name), From: media.Clean(c.Caller.Number), Name: media.Clean(c.Caller.Name), To: media.Clean(c.Plan.Exten), Born: born}
}

// answeredAt notes the answer; called with mu held.
func (g *leg) answeredAt(at time.Time) {
	g.up = true
	if g.info.Answered.IsZero() {
		g.info.Answered = at
	}
}

// named is the leg in a line of the log. Its stamp is written at its birth and never changed.
func (g *leg) named() slog.Attr { return switchboard.Named(g.id, g.info.Stamp) }
