package fakeesl

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Phone is an account with a telephone on it.
type Phone struct {
	s          *Server
	name       string
	registered bool
	invites    int
	waiting    []*Channel
}

// NewPhone registers a telephone.
func (s *Server) NewPhone(name string) *Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &Phone{s: s, name: name, registered: true}
	s.phones[name] = p
	return p
}

// SetRegistered registers the telephone or takes it away.
func (p *Phone) SetRegistered(is bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.registered = is
	subclass := "sofia::unregister"
	if is {
		subclass = "sofia::register"
	}
	p.s.emit("CUSTOM", Event{"Event-Subclass": subclass, "from-user": p.name})
}

// Name is the account's.
func (p *Phone) Name() string { return p.name }

// Invites counts the calls that reached it.
func (p *Phone) Invites() int {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.invites
}

// Next waits for a call to the telephone.
func (p *Phone) Next(ctx context.Context) (*Channel, error) {
	var c *Channel
	err := p.s.wait(ctx, "a call to "+p.name, func() bool {
		if len(p.waiting) == 0 {
			return false
		}
		c = p.waiting[0]
		p.waiting = p.waiting[1:]
		return true
	})
	return c, err
}

// Call lets somebody dial a number that reaches us, or with foreign somebody else.
func (s *Server) Call(number, name string, from *Phone, foreign bool) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.next("call")
	c := &Channel{ID: id, s: s, name: "sofia/external/" + number + "@caller", state: "ring", number: number, display: name, vars: map[string]string{}, born: time.Now()}
	if from != nil {
		c.phone, c.name = from, "sofia/internal/"+from.name+"@"+Domain
		c.vars["sip_authorized"], c.vars["user_name"] = "true", from.name
	}
	s.chans[id] = c
	c.emit("CHANNEL_CREATE", nil)
	if foreign {
		c.up()
		return c
	}
	c.hand()
	return c
}

// wait blocks until is, which is called with the lock held.
func (s *Server) wait(ctx context.Context, what string, is func() bool) error {
	defer context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.changed.Broadcast()
	})()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !is() {
		if ctx.Err() != nil {
			return fmt.Errorf("fake: never: %s", what)
		}
		s.changed.Wait()
	}
	return nil
}

func (c *Channel) change(do func()) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.accountAll()
	do()
	c.s.changed.Broadcast()
}

// Ring, Answer, Reject and Hangup are what the telephone does.
func (c *Channel) Ring() error {
	c.change(func() { c.state = "ringing"; c.emit("CHANNEL_PROGRESS", nil) })
	return nil
}

// Progress sends sound before the answer. FreeSWITCH takes that for the end of an originate that does not ignore it.
func (c *Channel) Progress() error {
	c.change(func() {
		c.emit("CHANNEL_PROGRESS_MEDIA", nil)
		if c.state = "ringing"; c.vars["ignore_early_media"] == "false" {
			c.state = "early"
			c.originated()
		}
	})
	return nil
}

// Refer is the telephone's transfer key: refused, as the configuration of the dialplan says.
func (c *Channel) Refer(context.Context, string) (status int, err error) { return 403, nil }

// Answer takes the call.
func (c *Channel) Answer() error { c.change(c.up); return nil }

// refusals are FreeSWITCH's causes for SIP statuses.
var refusals = map[int]string{486: "USER_BUSY", 603: "CALL_REJECTED", 480: "NO_USER_RESPONSE", 404: "UNALLOCATED_NUMBER", 503: "NORMAL_TEMPORARY_FAILURE"}

// Reject refuses the call. With 302 it names itself as the place to try; FreeSWITCH follows that unless the call forbids it.
func (c *Channel) Reject(status int) error {
	c.change(func() {
		switch {
		case status != 302:
			c.end(refusals[status], status)
		case c.vars["outbound_redirect_fatal"] == "true":
			c.vars["sip_redirected_to"] = "<sip:" + c.phone.name + "@" + Domain + ">"
			c.end("REQUESTED_CHAN_UNAVAIL", 487)
		default:
			c.phone.invites++
			c.phone.waiting = append(c.phone.waiting, c)
		}
	})
	return nil
}

// Hangup ends the call at the telephone.
func (c *Channel) Hangup(context.Context) error {
	c.change(func() { c.end("NORMAL_CLEARING", 0) })
	return nil
}

// Hold is the telephone's hold key.
func (c *Channel) Hold(context.Context) error {
	c.change(func() { c.held = true; c.emit("CHANNEL_HOLD", nil) })
	return nil
}

// Resume ends Hold.
func (c *Channel) Resume(context.Context) error {
	c.change(func() { c.held = false; c.emit("CHANNEL_UNHOLD", nil) })
	return nil
}

// Press sends keys.
func (c *Channel) Press(_ context.Context, keys string) error {
	for _, key := range keys {
		c.change(func() {
			c.emit("DTMF", Event{"DTMF-Digit": string(key)})
			if strings.ContainsRune(c.vars["playback_terminators"], key) {
				c.taken()
			}
		})
	}
	return nil
}

// From is what the telephone shows.
func (c *Channel) From() (number, name string) { return c.number, c.display }

// Header is one that came with the call.
func (c *Channel) Header(name string) string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if name == "Call-Info" && c.vars["sip_auto_answer"] == "true" {
		return "<sip:fake>;answer-after=0"
	}
	return ""
}

// Say sends a tone from now on.
func (c *Channel) Say(hz float64) { c.change(func() { c.tone = hz }) }

// WaitRinging waits for the ring tone.
func (c *Channel) WaitRinging(ctx context.Context) error {
	return c.s.wait(ctx, "ringing", func() bool { return c.rings })
}

// WaitAnswered waits for the answer.
func (c *Channel) WaitAnswered(ctx context.Context) error {
	return c.s.wait(ctx, "an answer", func() bool { return c.state == "up" })
}

// WaitEnded waits for the end.
func (c *Channel) WaitEnded(ctx context.Context) (int, error) {
	err := c.s.wait(ctx, "the end", func() bool { return c.ended })
	return c.status, err
}

// HearsKeys waits for keys that we send.
func (c *Channel) HearsKeys(ctx context.Context, keys string) error {
	return c.s.wait(ctx, "keys "+keys, func() bool { return c.keys == keys })
}

// Hears waits until a tone would be heard.
func (c *Channel) Hears(ctx context.Context, hz float64) error {
	return c.s.wait(ctx, fmt.Sprintf("%.0f Hz", hz), func() bool { return slices.Contains(c.s.audible(c), hz) })
}

// HearsAudio waits for anything.
func (c *Channel) HearsAudio(ctx context.Context) error {
	return c.s.wait(ctx, "audio", func() bool { return len(c.s.audible(c)) > 0 })
}

// HearsSilence waits for nothing.
func (c *Channel) HearsSilence(ctx context.Context) error {
	return c.s.wait(ctx, "silence", func() bool { return len(c.s.audible(c)) == 0 })
}

// HearsNot fails if a tone would be heard in the given time.
func (c *Channel) HearsNot(ctx context.Context, hz float64, during time.Duration) error {
	ctx, stop := context.WithTimeout(ctx, during)
	defer stop()
	if c.Hears(ctx, hz) == nil {
		return fmt.Errorf("fake: %.0f Hz is to be heard", hz)
	}
	return nil
}

// Listen begins to measure; Heard tells for how long a tone was to be heard.
func (c *Channel) Listen() {
	c.change(func() { c.listens, c.since, c.heard = true, time.Now(), map[float64]time.Duration{} })
}

// Heard tells for how long a tone was to be heard since Listen.
func (c *Channel) Heard(hz float64) time.Duration {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.account(c)
	return c.heard[hz]
}
