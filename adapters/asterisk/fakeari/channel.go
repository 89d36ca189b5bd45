package fakeari

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"tandem/orchestrator/media/mediatest/fakeparty"
	"time"
)

// Channel is one leg, seen from the switch and from its telephone.
type Channel struct {
	fakeparty.Party
	ID string

	s        *Server
	name     string
	state    string // Down, Ring, Ringing, Up
	context  string
	vars     map[string]string
	phone    *Phone
	inside   bool // in Stasis
	args     []string
	dialled  bool // by us
	plan     bool // it runs the dialplan at its answer
	bridge   *bridge
	muted    int
	spies    *Channel // what a snoop listens to
	spy      string
	whisper  string
	local    bool
	absolute *time.Timer
}

func (c *Channel) json() map[string]any {
	plan := map[string]any{"context": c.context, "exten": "7000", "priority": 1, "app_name": "", "app_data": ""}
	if c.plan && c.context == "phones" {
		plan["app_name"], plan["app_data"] = "AppDial2", "(Outgoing Line)"
	}
	if c.inside {
		plan["app_name"], plan["app_data"] = "Stasis", strings.Join(append([]string{App}, c.args...), ",")
	}
	return map[string]any{
		"id": c.ID, "name": c.name, "state": c.state, "caller": map[string]any{"name": c.Display, "number": c.Number},
		"dialplan": plan, "creationtime": time.Now().Format(timeForm),
	}
}

func (s *Server) channels(method string, path []string, args map[string]any) (any, error) {
	if path[1] == "" && method == http.MethodGet {
		list := []any{}
		for _, c := range s.chans {
			list = append(list, c.json())
		}
		return list, nil
	}
	if path[1] == "create" || path[1] == "" {
		return s.create(args, path[1] == "")
	}
	c := s.chans[path[1]]
	if c == nil {
		return nil, fail(404, "Channel not found")
	}
	switch method + " " + path[2] {
	case "GET ":
		return c.json(), nil
	case "DELETE ":
		c.end(text(args, "reason"), 0, true)
		return nil, nil
	case "GET variable":
		value, ok := c.vars[text(args, "variable")]
		if !ok {
			return nil, fail(404, "Provided variable was not found")
		}
		return map[string]any{"value": value}, nil
	case "POST dial":
		return nil, c.dial()
	case "POST snoop":
		return c.snoop(path[3], args)
	}
	if !c.inside {
		return nil, fail(409, "Channel not in Stasis application")
	}
	return c.order(method+" "+path[2], path[3], args)
}

func (c *Channel) order(order, id string, args map[string]any) (any, error) {
	s := c.s
	switch order {
	case "POST answer":
		c.up()
	case "POST ring":
		c.Rings = true
	case "POST variable":
		s.waitPrompt(c)
		c.set(text(args, "variable"), text(args, "value"))
	case "POST mute":
		c.muted++
	case "DELETE mute":
		c.muted = 0
	case "POST dtmf":
		c.Keys += text(args, "dtmf")
	case "POST play":
		return s.play(c, id, args)
	case "POST record":
		return s.record(c, text(args, "name"), text(args, "terminateOn"))
	case "POST continue":
		c.leave()
		if c.dialled {
			c.end("", 0, true) // nothing is behind it
			break
		}
		if text(args, "extension") == "7000" { // the dialplan's own number of the application
			c.enter("7000")
			break
		}
		if text(args, "extension") == "9001" { // the admin's own, who has the call for good
			c.context = "tandem-inside"
			break
		}
		c.fallback()
	default:
		return nil, fail(404, "Resource not found")
	}
	return nil, nil
}

// add makes a channel one of the switch's.
func (s *Server) add(c *Channel) {
	c.Enter(s.crowd, func() []float64 { return s.audible(c) }, func() bool { return c.state == "Up" })
	s.chans[c.ID] = c
}

// create makes a channel to a phone: into the application, where it waits for its dial, or with originate into the dialplan, which it
// enters at its answer; its phone is called at once then, and no subscription is made for it.
func (s *Server) create(args map[string]any, originate bool) (any, error) {
	id := text(args, "channelId")
	if id == "" {
		id = s.next("channel")
	}
	if s.chans[id] != nil {
		return nil, fail(409, "Channel with given unique ID already exists")
	}
	name, tech := strings.CutPrefix(text(args, "endpoint"), "PJSIP/")
	phone := s.phones[name]
	if !tech || phone == nil || !phone.Registered {
		return nil, fail(500, "Allocation failed")
	}
	if originate && (text(args, "context") != dialledContext || text(args, "extension") != App) {
		return nil, fail(400, "the fake's dialplan has only "+App+"@"+dialledContext)
	}
	c := &Channel{
		ID: id, s: s, name: "PJSIP/" + phone.endpoint() + "-" + strconv.Itoa(len(s.chans)), state: "Down", context: "phones", phone: phone,
		dialled: true, plan: originate, vars: map[string]string{},
	}
	if given, ok := args["variables"].(map[string]any); ok {
		for key := range given {
			c.vars[key] = text(given, key)
		}
	}
	c.Number, c.Display = c.vars["CONNECTEDLINE(num,i)"], c.vars["CONNECTEDLINE(name,i)"]
	s.add(c)
	if originate {
		s.about(c, "ChannelCreated", nil)
		return c.json(), c.dial()
	}
	s.follows["channel:"+id] = true
	s.about(c, "ChannelCreated", nil)
	c.enter(text(args, "appArgs"))
	return c.json(), nil
}

// dialledContext is where the fake's dialplan takes a phone that has answered.
const dialledContext = "tandem-dialled"

// retry is the pause of that dialplan between two tries to hand a leg to the application.
const retry = 50 * time.Millisecond

// answered is that dialplan.
func (c *Channel) answered() {
	if c.Ended {
		return
	}
	c.context = dialledContext
	if !c.s.holds && c.enter(dialledContext) {
		c.s.follows["channel:"+c.ID] = true
		return
	}
	time.AfterFunc(retry, func() {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		c.answered()
	})
}

// dial calls the phone; every time it is said.
func (c *Channel) dial() error {
	c.Rings = true
	c.phone.Invite(c)
	c.s.crowd.Changed()
	return nil
}

// enter takes the channel into Stasis; false when nobody is connected.
func (c *Channel) enter(args ...string) bool {
	if c.s.socket == nil || c.s.socket.deaf {
		return false
	}
	c.inside, c.args = true, args
	c.s.about(c, "StasisStart", map[string]any{"args": args})
	return true
}

func (c *Channel) leave() {
	if !c.inside {
		return
	}
	c.s.unbridge(c)
	c.s.about(c, "StasisEnd", nil)
	c.inside = false
}

func (c *Channel) up() {
	if c.state == "Up" || c.Ended {
		return
	}
	c.state = "Up"
	c.s.about(c, "ChannelStateChange", nil)
	if c.plan {
		c.answered()
	}
	c.s.crowd.Changed()
}

// set writes a variable; TIMEOUT(absolute) is the dead man's switch.
func (c *Channel) set(name, value string) {
	c.vars[name] = value
	if name != "TIMEOUT(absolute)" {
		return
	}
	c.disarm()
	seconds, _ := strconv.Atoi(value)
	if seconds > 0 {
		c.absolute = time.AfterFunc(time.Duration(seconds)*time.Second, func() {
			c.s.mu.Lock()
			defer c.s.mu.Unlock()
			if !c.Ended && c.inside {
				c.leave()
				c.fallback()
			}
		})
	}
}

func (c *Channel) disarm() {
	if c.absolute != nil {
		c.absolute.Stop()
	}
}

// fallbackTime is how long the fake's dialplan keeps a call before it tries the application again.
const fallbackTime = 1200 * time.Millisecond

// fallback is the dialplan behind Stasis(): it says a tone, waits, and tries again.
func (c *Channel) fallback() {
	c.disarm()
	c.context = "tandem-fallback"
	c.vars["TANDEM_PLACE"] = "fallback"
	c.vars["TANDEM_NUMBER"], c.vars["TANDEM_ROUND"] = "7000", "1"
	c.up()
	c.s.crowd.Changed()
	time.AfterFunc(fallbackTime, func() {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		if c.Ended {
			return
		}
		if c.s.keeps {
			c.fallback()
			return
		}
		c.vars["TANDEM_PLACE"], c.context = "tandem", "tandem-call"
		if !c.enter("7000") {
			c.fallback()
		}
		c.s.crowd.Changed()
	})
}

// causes are the Q.850 causes of SIP statuses, as Asterisk maps them (MEDIA.md section 2).
var causes = map[int]int{486: 17, 603: 21, 480: 19, 404: 1, 503: 34, 500: 38, 408: 18, 487: 127}

// reasons are the statuses at the other telephone for the reasons of DELETE /channels/{id}.
var reasons = map[string]int{"busy": 486, "rejected": 603, "congestion": 503, "no_answer": 480, "unallocated": 404}

// end takes the channel away. status is what its telephone refused with; ours says that we end it.
func (c *Channel) end(reason string, status int, ours bool) {
	if c.Ended {
		return
	}
	c.Ended, c.local = true, !ours
	c.disarm()
	cause := causes[status]
	switch {
	case status == 0 && ours && c.state != "Up" && !c.dialled:
		if c.Status = reasons[reason]; c.Status == 0 {
			c.Status = 603
		}
	case status == 0 && ours && c.state != "Up":
		c.Status, status, cause = 487, 480, 19
	case status == 0:
		c.Status, cause = 200, 16
	default:
		c.Status = status
	}
	c.s.about(c, "ChannelHangupRequest", map[string]any{"cause": cause})
	c.s.silence(c)
	c.s.unbridge(c)
	if c.inside {
		c.s.about(c, "StasisEnd", nil)
	}
	c.s.about(c, "ChannelDestroyed", map[string]any{"cause": cause, "tech_cause": status})
	c.inside = false
	delete(c.s.chans, c.ID)
	delete(c.s.follows, "channel:"+c.ID)
	for _, other := range c.s.chans {
		if other.spies == c {
			other.end("", 0, true)
		}
	}
	if c.phone != nil {
		c.phone.Withdraw(c)
	}
	c.s.crowd.Changed()
}

func (c *Channel) snoop(id string, args map[string]any) (any, error) {
	if c.s.chans[id] != nil {
		return nil, fail(500, "Snoop channel could not be created")
	}
	snoop := &Channel{
		ID: id, s: c.s, name: fmt.Sprintf("Snoop/%s-%08x", c.ID, len(c.s.chans)), state: "Up", spies: c, spy: text(args, "spy"),
		whisper: text(args, "whisper"), vars: map[string]string{},
	}
	c.s.add(snoop)
	c.s.follows["channel:"+id] = true
	snoop.enter(text(args, "appArgs"))
	return snoop.json(), nil
}
