package fakeesl

import (
	"context"
	"strings"
	"tandem/orchestrator/media/mediatest/fakeparty"
	"time"
)

// Phone is an account with a telephone on it.
type Phone struct {
	fakeparty.Phone[*Channel]
	s *Server
}

// NewPhone registers a telephone.
func (s *Server) NewPhone(name string) *Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &Phone{Phone: fakeparty.NewPhone[*Channel](s.crowd, name), s: s}
	s.phones[name] = p
	return p
}

// SetRegistered registers the telephone or takes it away.
func (p *Phone) SetRegistered(is bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.Registered = is
	subclass := "sofia::unregister"
	if is {
		subclass = "sofia::register"
	}
	p.s.emit("CUSTOM", Event{"Event-Subclass": subclass, "from-user": p.Name()})
}

// Call lets somebody dial a number that reaches us, or with foreign somebody else.
func (s *Server) Call(number, name string, from *Phone, foreign bool) *Channel {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.next("call")
	c := &Channel{ID: id, s: s, name: "sofia/external/" + number + "@caller", state: "ring", Party: fakeparty.Party{Number: number, Display: name}, vars: map[string]string{}, born: time.Now()}
	if from != nil {
		c.phone, c.name = from, "sofia/internal/"+from.Name()+"@"+Domain
		c.vars["sip_authorized"], c.vars["user_name"] = "true", from.Name()
	}
	s.add(c)
	c.emit("CHANNEL_CREATE", nil)
	if foreign {
		c.up()
		return c
	}
	c.hand()
	return c
}

// Ring, Answer, Reject and Hangup are what the telephone does.
func (c *Channel) Ring() error {
	c.s.crowd.Change(func() { c.state = "ringing"; c.emit("CHANNEL_PROGRESS", nil) })
	return nil
}

// Progress sends sound before the answer. FreeSWITCH takes that for the end of an originate that does not ignore it.
func (c *Channel) Progress() error {
	c.s.crowd.Change(func() {
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
func (c *Channel) Answer() error { c.s.crowd.Change(c.up); return nil }

// refusals are FreeSWITCH's causes for SIP statuses.
var refusals = map[int]string{486: "USER_BUSY", 603: "CALL_REJECTED", 480: "NO_USER_RESPONSE", 404: "UNALLOCATED_NUMBER", 503: "NORMAL_TEMPORARY_FAILURE"}

// Reject refuses the call. With 302 it names itself as the place to try; FreeSWITCH follows that unless the call forbids it.
func (c *Channel) Reject(status int) error {
	c.s.crowd.Change(func() {
		switch {
		case status != 302:
			c.end(refusals[status], status)
		case c.vars["outbound_redirect_fatal"] == "true":
			c.vars["sip_redirected_to"] = "<sip:" + c.phone.Name() + "@" + Domain + ">"
			c.end("REQUESTED_CHAN_UNAVAIL", 487)
		default:
			c.phone.Invite(c)
		}
	})
	return nil
}

// Hangup ends the call at the telephone.
func (c *Channel) Hangup(context.Context) error {
	c.s.crowd.Change(func() { c.end("NORMAL_CLEARING", 0) })
	return nil
}

// Hold is the telephone's hold key.
func (c *Channel) Hold(context.Context) error {
	c.s.crowd.Change(func() { c.held = true; c.emit("CHANNEL_HOLD", nil) })
	return nil
}

// Resume ends Hold.
func (c *Channel) Resume(context.Context) error {
	c.s.crowd.Change(func() { c.held = false; c.emit("CHANNEL_UNHOLD", nil) })
	return nil
}

// Press sends keys.
func (c *Channel) Press(_ context.Context, keys string) error {
	for _, key := range keys {
		c.s.crowd.Change(func() {
			c.emit("DTMF", Event{"DTMF-Digit": string(key)})
			if strings.ContainsRune(c.vars["playback_terminators"], key) {
				c.taken()
			}
		})
	}
	return nil
}

// Header is one that came with the call.
func (c *Channel) Header(name string) string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if name == "Call-Info" && c.vars["sip_auto_answer"] == "true" {
		return "<sip:fake>;answer-after=0"
	}
	return ""
}
