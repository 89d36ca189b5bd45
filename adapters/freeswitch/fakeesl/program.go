package fakeesl

import (
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// transfer is uuid_transfer, to the fallback of the dialplan or to the applications of the inline dialplan.
func (c *Channel) transfer(args []string) string {
	left := 70
	if text := c.vars["max_session_transfers"]; text != "" {
		left, _ = strconv.Atoi(text)
	}
	if left--; left <= 0 {
		c.end("EXCHANGE_ROUTING_ERROR", 0)
		return "-ERR\n"
	}
	c.vars["max_session_transfers"] = strconv.Itoa(left)
	if len(args) < 2 || args[1] != "inline" {
		c.unguard()
		if len(args) > 0 && args[0] == Number {
			c.leave()
			c.hand() // before our answer
			return "+OK\n"
		}
		c.fall()
		return "+OK\n"
	}
	if c.with != nil && c.with.Ended {
		return "+OK\n" // the park after the bridge, which is not over yet, overtakes the move
	}
	c.leave()
	c.run(inline(args[0]))
	return "+OK\n"
}

// inline are the applications of the inline dialplan.
func inline(text string) []string {
	delimiter := ","
	if len(text) > 4 && text[:2] == "m:" && text[3] == ':' {
		delimiter, text = text[2:3], text[4:]
	}
	return strings.Split(text, delimiter)
}

// goBack ends a program that was executed beside another one, in a bridge, a conference or where the channel is parked.
const goBack = "go-back"

// execute is sendmsg: applications beside what the channel does, which goes on afterwards.
func (c *Channel) execute(application, data string) string {
	args := separate(data)
	if application != "execute_extension" || len(args) != 2 || args[1] != "inline" {
		return "-ERR invalid command"
	}
	if c.beside == nil {
		c.beside = append([]string{}, c.steps...)
	}
	c.run(append(inline(args[0]), goBack))
	return "+OK"
}

// run begins a program.
func (c *Channel) run(steps []string) {
	c.steps = steps
	c.next()
}

// next goes on with the program until an application takes time.
func (c *Channel) next() {
	c.playing, c.spies = nil, nil
	for len(c.steps) > 0 && !c.Ended {
		step := c.steps[0]
		c.steps = c.steps[1:]
		name, data, _ := strings.Cut(step, ":")
		if c.application(name, data) {
			return
		}
	}
}

// application runs one; true when it takes time.
func (c *Channel) application(name, data string) bool {
	switch name {
	case "multiset":
		for _, pair := range strings.Split(strings.TrimPrefix(data, "^^;"), ";") {
			c.set(pair)
		}
	case "set":
		c.set(data)
	case "unset":
		delete(c.vars, data)
	case "event":
		e := Event{}
		for _, pair := range strings.Split(data, ",") {
			field, value, _ := strings.Cut(pair, "=")
			e[field] = value
		}
		kind := e["Event-Name"]
		c.emit(kind, e)
	case "answer":
		c.up()
	case "ring_ready":
		c.Rings = true
	case goBack:
		c.steps, c.beside = c.beside, nil
		return true
	case "playback":
		return c.play(data)
	case "record":
		return c.record(data)
	case "conference":
		c.conference = data
		return true
	case "eavesdrop":
		c.spies, c.whisper = c.s.chans[data], c.vars["eavesdrop_whisper_bleg"] == "true"
		return c.spies != nil
	case "park":
		c.emit("CHANNEL_PARK", nil)
		return true
	}
	return false
}

var reference = regexp.MustCompile(`\$\{([a-z_]+)\}`)

func (c *Channel) set(pair string) {
	name, value, _ := strings.Cut(pair, "=")
	c.vars[name] = reference.ReplaceAllStringFunc(value, func(text string) string {
		return c.vars[strings.Trim(text, "${}")]
	})
}

var toneFile = regexp.MustCompile(`^tone-(\d+)-(\d+)\.wav$`)

// play plays a file: a tone by its name, or music without end.
func (c *Channel) play(file string) bool {
	if strings.HasPrefix(file, "local_stream://") {
		c.playing = []float64{music}
		return true
	}
	parts := toneFile.FindStringSubmatch(path.Base(file))
	if parts == nil || path.Dir(file) != Prompts {
		c.vars["current_application_response"] = "FILE NOT FOUND"
		return false
	}
	hz, _ := strconv.ParseFloat(parts[1], 64)
	length, _ := strconv.Atoi(parts[2])
	c.playing = []float64{hz}
	c.vars["current_application_response"] = "FILE PLAYED"
	c.after(time.Duration(length)*time.Millisecond, c.next)
	return true
}

// record takes a voice message until a key or its time.
func (c *Channel) record(data string) bool {
	fields := strings.Fields(data)
	t := c.s.newTape(c, fields[0])
	c.taking = t
	limit := time.Minute
	if len(fields) > 1 {
		if seconds, _ := strconv.Atoi(fields[1]); seconds > 0 {
			limit = time.Duration(seconds) * time.Second
		}
	}
	c.after(limit, func() { c.taken() })
	return true
}

// taken ends a voice message.
func (c *Channel) taken() {
	if t := c.taking; t != nil {
		c.taking = nil
		c.s.endTape(t)
		c.next()
	}
}
