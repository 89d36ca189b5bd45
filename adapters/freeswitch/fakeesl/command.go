package fakeesl

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const noChannel = "-ERR No such channel!\n"

// execute runs one command; late says that its answer must not be given.
func (s *Server) execute(command string) (answer string, late bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	word, rest, _ := strings.Cut(command, " ")
	s.orders[word]++
	b := s.broken(command)
	if b == nil || !b.Before {
		s.accountAll()
		answer = s.command(word, separate(rest))
		s.crowd.Changed()
	}
	if b != nil && b.Answer != "" {
		return b.Answer, false
	}
	return answer, b != nil
}

// separate splits arguments at blanks, as FreeSWITCH does: a quotation is one argument, and a backslash escapes.
func separate(text string) (args []string) {
	var one strings.Builder
	quoted, any := false, false
	for i := 0; i < len(text); i++ {
		switch ch := text[i]; {
		case ch == '\\' && i+1 < len(text):
			i++
			one.WriteByte(text[i])
			any = true
		case ch == '\'':
			quoted, any = !quoted, true
		case ch == ' ' && !quoted:
			if any {
				args = append(args, one.String())
			}
			one.Reset()
			any = false
		default:
			one.WriteByte(ch)
			any = true
		}
	}
	if any {
		args = append(args, one.String())
	}
	return args
}

func (s *Server) command(word string, args []string) string {
	switch word {
	case "uptime":
		return "1"
	case "strepoch":
		return strconv.FormatInt(time.Now().Unix(), 10)
	case "global_setvar":
		_, value, _ := strings.Cut(args[0], "=")
		s.until, _ = strconv.ParseInt(value, 10, 64)
		return "+OK"
	case "version":
		return "1.10.12\n"
	case "module_exists":
		return strconv.FormatBool(args[0] != "mod_missing")
	case "global_getvar":
		return map[string]string{"core_uuid": s.core, "domain": Domain}[args[0]]
	case "status":
		return fmt.Sprintf("UP 0 years\n%d session(s) since startup\n%d session(s) - peak 9, last 5min 9\n", s.count, len(s.chans))
	case "show":
		return s.list()
	case "reloadxml":
		return s.reloadXML()
	case "reloadacl":
		return "+OK acl reloaded\n"
	case "user_exists":
		_, known := s.users[args[1]]
		return strconv.FormatBool(known)
	case "sofia":
		return s.sofia(args)
	case "sofia_contact":
		name, _, _ := strings.Cut(strings.TrimPrefix(args[0], "*/"), "@")
		if p := s.phones[name]; p != nil && p.Registered {
			return "sofia/internal/sip:" + name
		}
		return "error/user_not_registered"
	case "uuid_exists":
		c := s.chans[args[0]]
		return strconv.FormatBool(c != nil && !c.wedged)
	case "sched_del":
		if c := s.chans[args[0]]; c != nil {
			c.unguard()
		}
		return "+OK Deleted: 1\n"
	case "sched_transfer":
		return s.schedule(args)
	}
	c := s.chans[args[0]]
	if c == nil || c.Ended || c.wedged && word != "uuid_kill" {
		return noChannel
	}
	return c.command(word, args[1:])
}

func (c *Channel) command(word string, args []string) string {
	switch word {
	case "uuid_kill":
		c.end(append(args, "NORMAL_CLEARING")[0], 0)
	case "uuid_answer":
		c.up()
	case "uuid_dump":
		data, err := json.Marshal(c.data())
		if err != nil {
			return "-ERR " + err.Error()
		}
		return string(data)
	case "uuid_getvar":
		if value, ok := c.vars[args[0]]; ok {
			return value
		}
		return "_undef_"
	case "uuid_setvar":
		if len(args) == 1 {
			delete(c.vars, args[0])
		} else {
			c.vars[args[0]] = args[1]
		}
	case "uuid_setvar_multi":
		for _, pair := range strings.Split(strings.Join(args, " "), ";") {
			name, value, _ := strings.Cut(pair, "=")
			if c.vars[name] = value; value == "" {
				delete(c.vars, name)
			}
		}
	case "uuid_audio":
		c.muted = args[0] == "start"
	case "uuid_send_dtmf":
		keys, _, _ := strings.Cut(args[0], "@")
		c.Keys += keys
	case "uuid_record":
		return c.s.recording(c, args[0], args[1])
	case "uuid_transfer":
		return c.transfer(args)
	case "uuid_bridge":
		return c.join(c.s.chans[args[0]])
	default:
		return "-ERR " + word + " Command not found!\n"
	}
	return "+OK\n"
}

// listLag is how much later a channel stands in the list, and how much longer: FreeSWITCH answers from a database that it fills in
// the background.
const listLag = 40 * time.Millisecond

type row struct {
	UUID     string `json:"uuid"`
	Name     string `json:"name"`
	Presence string `json:"presence_id"`
	ended    time.Time
}

func (s *Server) list() string {
	list := struct {
		Count int   `json:"row_count"`
		Rows  []row `json:"rows,omitempty"`
	}{Count: len(s.chans)}
	for _, c := range s.chans {
		if time.Since(c.born) < listLag {
			continue
		}
		list.Rows = append(list.Rows, row{UUID: c.ID, Name: c.name, Presence: c.presence()})
	}
	for _, r := range s.ended {
		if time.Since(r.ended) < listLag {
			list.Rows = append(list.Rows, r)
		}
	}
	data, err := json.Marshal(list)
	if err != nil {
		return "-ERR " + err.Error()
	}
	return string(data)
}

// message is sendmsg.
func (s *Server) message(channel string, headers []string) string {
	fields := map[string]string{}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		fields[name] = value
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.orders["sendmsg"]++
	if b := s.broken("sendmsg " + channel); b != nil && b.Answer != "" {
		return b.Answer
	}
	c := s.chans[channel]
	if c == nil || c.wedged || fields["call-command"] != "execute" {
		return "-ERR invalid session id [" + channel + "]"
	}
	s.accountAll()
	defer s.crowd.Changed()
	return c.execute(fields["execute-app-name"], fields["execute-app-arg"])
}

func (s *Server) schedule(args []string) string {
	c := s.chans[args[1]]
	seconds, err := strconv.Atoi(strings.TrimPrefix(args[0], "+"))
	if c == nil || err != nil {
		return noChannel
	}
	c.guardIn(time.Duration(seconds) * time.Second)
	return "+OK\n"
}

// job runs an originate in the background.
func (s *Server) job(name, command string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wedged {
		s.jobs = append(s.jobs, func() { s.job(name, command) })
		return
	}
	word, _, _ := strings.Cut(command, " ")
	if word != "originate" {
		s.emit("BACKGROUND_JOB", Event{"Job-UUID": name, "_body": s.command(word, separate(strings.TrimPrefix(command, word)))})
		return
	}
	result := s.originate(separate(strings.TrimPrefix(command, "originate ")), name)
	if result != "" {
		s.emit("BACKGROUND_JOB", Event{"Job-UUID": name, "_body": result})
	}
	s.crowd.Changed()
}

// originate makes a call; the result is "" while it rings.
func (s *Server) originate(args []string, job string) string {
	braces, target, ok := strings.Cut(strings.TrimPrefix(args[0], "{"), "}")
	if !ok || len(args) < 6 || !slices.Contains(args, "&park()") {
		return "-USAGE: originate\n"
	}
	vars := map[string]string{}
	for _, pair := range strings.Split(braces, ",") {
		name, value, _ := strings.Cut(pair, "=")
		vars[name] = value
	}
	id := vars["origination_uuid"]
	name, _, _ := strings.Cut(strings.TrimPrefix(target, "user/"), "@")
	if way, ok := strings.CutPrefix(target, "sofia/gateway/"); ok { // number@trunk is the telephone that a gateway leads to
		trunk, number, _ := strings.Cut(way, "/")
		name = number + "@" + trunk
	}
	p := s.phones[name]
	switch {
	case s.chans[id] != nil:
		return "-ERR DESTINATION_OUT_OF_ORDER\n"
	case p == nil:
		return "-ERR SUBSCRIBER_ABSENT\n"
	case !p.Registered:
		return "-ERR USER_NOT_REGISTERED\n"
	case s.room == 0:
		return "-ERR DESTINATION_OUT_OF_ORDER\n"
	}
	if s.room > 0 {
		s.room--
	}
	c := &Channel{ID: id, s: s, name: "sofia/internal/" + p.Name() + "@" + Domain, phone: p, dialled: true, job: job, state: "calling", vars: vars, born: time.Now()}
	c.Number, c.Display = args[5], shown(vars["sip_from_display"])
	s.add(c)
	c.emit("CHANNEL_CREATE", nil)
	p.Invite(c)
	return ""
}

// shown is what stands in From of a name: percent signs are decoded, and what is between the outer quotation marks is taken.
func shown(name string) string {
	if plain, err := url.PathUnescape(name); err == nil {
		name = plain
	}
	if first, last := strings.Index(name, `"`), strings.LastIndex(name, `"`); first >= 0 && last > first {
		name = name[first+1 : last]
	}
	return strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(name)
}

func (s *Server) next(word string) string {
	s.count++
	return fmt.Sprintf("%s-%d", word, s.count)
}
