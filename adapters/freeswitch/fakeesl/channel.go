package fakeesl

import (
	"fmt"
	"strconv"
	"strings"
	"tandem/orchestrator/media/mediatest/fakeparty"
	"time"
)

// Channel is one leg, seen from the switch and from its telephone.
type Channel struct {
	fakeparty.Party
	ID string

	s          *Server
	name       string
	state      string // ring, calling, ringing, early, up
	vars       map[string]string
	phone      *Phone
	dialled    bool   // by us
	job        string // of its originate
	born       time.Time
	answered   time.Time
	steps      []string // what is left of its program
	beside     []string // what is left of the program that another one interrupts; not nil while one does
	timer      *time.Timer
	playing    []float64
	taking     *tape
	fallback   bool
	guard      *time.Timer
	with       *Channel // the other side of its bridge
	conference string
	spies      *Channel
	whisper    bool
	muted      bool
	held       bool
	wedged     bool
}

// add makes a channel one of the switch's.
func (s *Server) add(c *Channel) {
	c.Enter(s.crowd, func() []float64 { return s.audible(c) }, func() bool { return c.state == "up" })
	s.chans[c.ID] = c
}

func (c *Channel) presence() string {
	if c.phone == nil {
		return ""
	}
	return c.phone.Name() + "@" + Domain
}

// data is what an event about the channel, or its dump, says.
func (c *Channel) data() Event {
	e := Event{
		"Unique-ID": c.ID, "Call-Direction": c.direction(), "Channel-Name": c.name, "Channel-Presence-ID": c.presence(), "Caller-Orig-Caller-ID-Number": c.Number,
		"Caller-Orig-Caller-ID-Name": c.Display, "Caller-Channel-Created-Time": fmt.Sprint(c.born.UnixMicro()),
		"Answer-State": "ringing", "Channel-Call-State": "RINGING", "Caller-Channel-Answered-Time": "0",
	}
	if c.state == "early" {
		e["Answer-State"], e["Channel-Call-State"], e["variable_current_application"] = "early", "EARLY", "park"
	}
	if c.state == "up" {
		e["Answer-State"], e["Channel-Call-State"] = "answered", "ACTIVE"
		e["Caller-Channel-Answered-Time"] = fmt.Sprint(c.answered.UnixMicro())
	}
	if c.held {
		e["Channel-Call-State"] = "HELD"
	}
	for name, value := range c.vars {
		e["variable_"+name] = value
	}
	if c.with != nil {
		e["variable_bridge_uuid"] = c.with.ID
	}
	return e
}

func (c *Channel) emit(name string, more Event) {
	e := c.data()
	for field, value := range more {
		e[field] = value
	}
	c.s.emit(name, e)
}

// up answers the channel.
func (c *Channel) up() {
	if c.state == "up" || c.Ended {
		return
	}
	parked := c.state == "early"
	c.state, c.answered = "up", time.Now()
	c.emit("CHANNEL_ANSWER", nil)
	if c.dialled && !parked {
		c.originated()
	}
}

// originated ends an originate: at the answer, or at the first sound before it.
func (c *Channel) originated() {
	c.run([]string{"park"})
	c.s.emit("BACKGROUND_JOB", Event{"Job-UUID": c.job, "_body": "+OK " + c.ID + "\n"})
}

// end hangs the channel up; status is that of the telephone, if it was the one who refused.
func (c *Channel) end(cause string, status int) {
	if c.Ended {
		return
	}
	c.Ended, c.Status = true, status
	if status == 0 && c.state != "up" {
		c.Status = map[string]int{"USER_BUSY": 486, "CALL_REJECTED": 603}[cause]
	}
	c.still()
	more := Event{"Hangup-Cause": cause}
	if status != 0 {
		more["variable_sip_term_status"] = strconv.Itoa(status)
	}
	c.emit("CHANNEL_HANGUP", more)
	c.s.crowd.Changed()
	time.AfterFunc(wakeTime, func() {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		if c.s.chans[c.ID] == c && !c.s.closing {
			c.s.accountAll()
			c.complete(cause, more)
		}
	})
}

// wakeTime is how long FreeSWITCH's thread of a channel sleeps before it sees that the channel is hung up.
const wakeTime = 20 * time.Millisecond

// complete is the rest of an end: the bridge is over, and the files are closed.
func (c *Channel) complete(cause string, more Event) {
	c.unbridge()
	c.s.stopTapes(c)
	for _, spy := range c.s.chans {
		if spy.spies == c {
			spy.next()
		}
	}
	c.emit("CHANNEL_HANGUP_COMPLETE", more)
	delete(c.s.chans, c.ID)
	c.s.ended = append(c.s.ended, row{UUID: c.ID, Name: c.name, Presence: c.presence(), ended: time.Now()})
	if c.dialled && c.state != "up" && c.state != "early" {
		c.s.emit("BACKGROUND_JOB", Event{"Job-UUID": c.job, "_body": "-ERR " + cause + "\n"})
	}
	c.s.crowd.Changed()
}

// still stops all that runs by itself.
func (c *Channel) still() {
	if c.timer != nil {
		c.timer.Stop()
	}
	c.unguard()
	c.playing, c.steps, c.beside, c.spies, c.fallback = nil, nil, nil, nil, false
}

func (c *Channel) unguard() {
	if c.guard != nil {
		c.guard.Stop()
		c.guard = nil
	}
}

// guardIn schedules the transfer to the fallback.
func (c *Channel) guardIn(after time.Duration) {
	c.unguard()
	c.guard = time.AfterFunc(after, func() {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		if !c.Ended && c.guard != nil {
			c.s.accountAll()
			c.fall()
			c.s.crowd.Changed()
		}
	})
}

// fallbackTime is how long the dialplan serves a caller before it tries Tandem again.
const fallbackTime = 500 * time.Millisecond

// fall is the dialplan's fallback: it answers, says its tone, and hands the caller back.
func (c *Channel) fall() {
	c.leave()
	c.vars["tandem_place"], c.fallback = "fallback", true
	if c.state != "up" {
		c.state, c.answered = "up", time.Now()
		c.emit("CHANNEL_ANSWER", nil)
	}
	c.after(fallbackTime, func() {
		c.fallback = false
		c.hand()
	})
}

// hand is the dialplan's extension that parks a call for Tandem.
func (c *Channel) hand() {
	for _, pair := range []string{"tandem_number=" + Number, "park_after_bridge=true", "hangup_after_bridge=false", "tandem_place=arriving"} {
		name, value, _ := strings.Cut(pair, "=")
		c.vars[name] = value
	}
	if c.s.until > 0 && time.Now().Unix() > c.s.until {
		c.fall()
		return
	}
	c.guardIn(30 * time.Second)
	c.emit("CHANNEL_PARK", nil)
}

// after does something with the lock held, unless the channel was moved meanwhile.
func (c *Channel) after(wait time.Duration, do func()) {
	var timer *time.Timer
	timer = time.AfterFunc(wait, func() {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		if c.timer == timer && !c.Ended {
			c.s.accountAll()
			do()
			c.s.crowd.Changed()
		}
	})
	c.timer = timer
}

// leave takes the channel out of whatever it does.
func (c *Channel) leave() {
	guard := c.guard
	c.guard = nil
	c.still()
	c.guard = guard
	c.unbridge()
	c.conference = ""
	if t := c.taking; t != nil {
		c.taking = nil
		c.s.endTape(t)
	}
}

// unbridge parks the other side, if its variables say so; else it hangs up, as FreeSWITCH does.
func (c *Channel) unbridge() {
	other := c.with
	if other == nil {
		return
	}
	c.with, other.with = nil, nil
	if other.Ended {
		return
	}
	other.emit("CHANNEL_UNBRIDGE", nil)
	if other.vars["park_after_bridge"] != "true" {
		other.end("NORMAL_CLEARING", 0)
		return
	}
	other.emit("CHANNEL_PARK", nil)
}

// join is uuid_bridge.
func (c *Channel) join(other *Channel) string {
	if other == nil || other.wedged || c.state != "up" && other.state != "up" {
		return "-ERR Invalid uuid\n"
	}
	if c.with == other {
		c.emit("CHANNEL_UNBRIDGE", nil)
	} else {
		c.leave()
		other.leave()
	}
	c.with, other.with = other, c
	c.emit("CHANNEL_BRIDGE", Event{"Other-Leg-Unique-ID": other.ID})
	return "+OK " + other.ID + "\n"
}

func (c *Channel) direction() string {
	if c.dialled {
		return "outbound"
	}
	return "inbound"
}
