package whole_test

import (
	"context"
	"fmt"
	"testing"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
)

// mostCommands is more than one call takes.
const mostCommands = 60

// TestKilledAtEachCommand: F3, F4, F14. One ordinary call needs so many commands to the switch; Tandem is killed before and after
// each of them in turn, and the call ends as every other: the phone answers whatever rings, both hear each other, the agent hangs
// up, and there is one ticket, one SMS and one recording.
func TestKilledAtEachCommand(t *testing.T) {
	beside(t)
	gate, through := whole.NewGate(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Through: through})
	s := steps{c: c, gate: gate, ann: c.Works("ann"), untaped: map[string]bool{}}
	for nth := 1; nth <= mostCommands; nth++ {
		for n, when := range []string{"before", "after"} {
			from := fmt.Sprintf("128%08d", 2*nth+n)
			s.at = ""
			s.gate.StopAt(nth, when == "after")
			s.call(from)
			s.untaped[from] = s.at != "" && !s.gate.Taped()
			if s.at == "" {
				t.Logf("the call takes %d commands", s.gate.Open())
				for _, i := range c.Interactions() {
					s.recorded(i)
				}
				c.Verify()
				return
			}
			t.Logf("%s was killed %s its command %d, %s: %q", from, when, nth, s.at, c.Offers(c.Call(from).ID))
			if t.Failed() {
				t.FailNow()
			}
		}
	}
	t.Fatalf("one call takes more than %d commands", mostCommands)
}

// steps plays one call after the other.
type steps struct {
	c    *whole.Centre
	gate *whole.Gate
	ann  *softphone.Phone
	at   string // the command that Tandem was killed at

	untaped map[string]bool // callers of whom Tandem was killed before it had the switch begin the tape
}

// recorded waits for the one recording of a call. Who is killed before the tape runs may find the talk over: Asterisk stores an empty
// tape then, FreeSWITCH none, and the recording says so. Whose tape had begun before the kill is stored.
func (s *steps) recorded(i whole.Interaction) {
	c := s.c
	c.T.Helper()
	var all []whole.Recording
	defer func() {
		if c.T.Failed() {
			c.T.Logf("the recordings of %s: %+v", i.From, all)
		}
	}()
	c.Until("the recording of "+i.From+" is settled", func() bool {
		all = c.Recordings(i.ID)
		return len(all) == 1 && (all[0].State == "stored" || s.untaped[i.From] && unrecorded(all[0]))
	})
	if all[0].State != "stored" {
		c.T.Logf("the recording of %s: %s", i.From, all[0].Why)
	}
}

func (s *steps) call(from string) {
	c := s.c
	c.T.Helper()
	c.Available("ann") // whose phone may cool down from the round before
	rung := s.ann.Invites()
	ctx, cancel := c.Ctx()
	defer cancel()
	call := c.Dial(from)
	var offer *softphone.Call
	s.through(func() (err error) {
		offer, err = answer(ctx, s.ann, call)
		return err
	})
	s.through(func() error {
		if err := offer.Hangup(ctx); err != nil {
			return err
		}
		_, err := call.WaitEnded(ctx)
		return err
	})
	c.Until("it is over on both sides", func() bool {
		s.killHere()
		return c.Call(from).ID != "" && !c.Call(from).Live && len(c.Channels()) == 0 && len(c.Bridges()) == 0
	})
	i := c.Call(from)
	offers := c.Offers(i.ID)
	if rang := s.ann.Invites() - rung; rang > len(offers) {
		c.T.Errorf("the phone rang %d times for the offers %q", rang, offers)
	}
	if c.Agent("ann").NotResponding {
		c.T.Error("the agent is blamed")
	}
	ended(c, from, ending{state: "done", offers: append(lost(offers), "ann completed"), tickets: 1})
}

// lost leaves of all offers those of which nobody knows what came; a story may have some of them.
func lost(offers []string) []string {
	var out []string
	for _, o := range offers {
		if o == "ann lost" {
			out = append(out, o)
		}
	}
	return out
}

// answer takes the call at a phone, however often it rings, until both hear each other.
func answer(ctx context.Context, p *softphone.Phone, call *softphone.Call) (*softphone.Call, error) {
	for {
		offer, err := p.WaitCall(ctx)
		if err != nil {
			return nil, err
		}
		if offer.Ring() != nil || offer.Answer() != nil {
			continue // taken back meanwhile
		}
		if err := call.Hears(ctx, whole.AgentTone); err != nil {
			return nil, err
		}
		return offer, offer.Hears(ctx, whole.CallerTone)
	}
}

// through plays a part of the story, and kills Tandem when it comes to the command.
func (s *steps) through(part func() error) {
	s.c.T.Helper()
	done := make(chan error, 1)
	go func() { done <- part() }()
	for {
		select {
		case s.at = <-s.gate.Reached:
			s.kill()
		case err := <-done:
			s.c.Must(err)
			return
		}
	}
}

func (s *steps) killHere() {
	select {
	case s.at = <-s.gate.Reached:
		s.kill()
	default:
	}
}

func (s *steps) kill() {
	s.c.Kill()
	s.gate.Open()
	s.c.Restart()
}
