package floor

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
	"tandem/orchestrator/rules"
)

var rewrite = flag.Bool("rewrite", false, "write the stories anew; read the diff before you commit it")

// TestStories plays every testdata/*.txt. A line that starts with ">" is what happens; the indented lines under it are what the
// floor decided and what it newly asks of the switch. Everything else is for the reader.
func TestStories(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txt")
	if len(files) == 0 {
		t.Fatal("no stories in testdata")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := newStory(t).tell(string(text))
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("the story has changed; got:\n%s", got)
			}
		})
	}
}

// story is a floor with a switch played by hand, or with several.
type story struct {
	t       *testing.T
	out     strings.Builder
	begin   time.Time
	now     time.Time
	cfg     Config
	floor   *Floor
	journal []fact.Entry
	sides   map[string]*side
	*side   // the one that the line is about; "@b" before it names another than s
}

// side is a switch of a story.
type side struct {
	name    string
	said    map[media.LegID]media.Want
	living  map[media.LegID]*media.Leg
	dialled map[string]media.LegID // endpoint → newest leg
	phones  map[string]media.Cause
	down    bool
	boot    int
}

func newSide(name string) *side {
	return &side{
		name: name, said: map[media.LegID]media.Want{}, living: map[media.LegID]*media.Leg{}, dialled: map[string]media.LegID{},
		phones: map[string]media.Cause{}, boot: 1,
	}
}

// mine is the beginning of a line about a leg: it names the switch where it is not the usual one.
func (x *side) mine(leg media.LegID) string {
	if x.name == "s" {
		return string(leg)
	}
	return x.name + " " + string(leg)
}

func storyConfig() Config {
	c := Defaults("x")
	c.ChatFor = 15 * time.Minute
	c.Codes = map[string]fact.CodeDoes{"*45": fact.CodeSignIn, "*55": fact.CodeSignOut, "*46": fact.CodePause, "*56": fact.CodeEndPause}
	c.Dialling = Dialling{Trunk: "out", Shown: "7000", Allowed: []string{"555"}, PerHour: 100, PerNumber: 6, RingFor: 30 * time.Second, Retry: []time.Duration{5 * time.Minute, 30 * time.Minute}}
	return c
}

func newStory(t *testing.T) *story {
	begin := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	first := newSide("s")
	return &story{
		t: t, begin: begin, now: begin, cfg: storyConfig(), floor: New(storyConfig()), sides: map[string]*side{"s": first}, side: first,
	}
}

func (s *story) tell(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "  ") {
			continue // told anew
		}
		fmt.Fprintln(&s.out, line)
		if words := strings.Fields(line); len(words) > 1 && words[0] == ">" {
			s.side = s.sides["s"]
			if name, other := strings.CutPrefix(words[1], "@"); other {
				s.side, words = s.sides[name], words[1:]
			}
			s.happens(words[1:])
		}
	}
	return s.out.String()
}

// happens plays one line: "WHO DOES WHAT…" or "wait 5s".
func (s *story) happens(w []string) {
	who, does, rest := w[0], w[1], w[2:]
	switch {
	case who == "wait":
		d, err := time.ParseDuration(does)
		if err != nil {
			s.t.Fatal(err)
		}
		for until := s.now.Add(d); ; {
			if d := s.floor.Deadline(); !d.IsZero() && !d.After(until) {
				if d.After(s.now) {
					s.now = d
				}
				s.step(Tick{})
				continue
			}
			s.now = until
			break
		}
	case who == "switches": // there are others beside s
		s.cfg.Switches = append([]string{"s"}, w[1:]...)
		s.cfg.Dialling.Switch = "s" // has the trunk
		s.floor.Configure(s.cfg)
		for _, name := range w[1:] {
			s.sides[name] = newSide(name)
		}
	case who == "trunk": // is on that switch from the next restart on
		s.cfg.Dialling.Switch = does
	case who == "line" || who == "switch" || who == "tandem":
		s.system(who, does)
	case who == "stray": // a leg that the switch has and nobody told us of; "-" is no stamp
		l := &media.Leg{ID: media.LegID(rest[0]), To: "7000", Born: s.now, Stamp: strings.Trim(rest[1], "-")}
		s.living[l.ID] = l
	case who == "queue":
		q := DefineQueue{Queue: orchestrator.QueueID(does), Name: strings.ToUpper(does[:1]) + does[1:], Number: rest[0], Music: "default", RingFor: 20 * time.Second, WrapUp: 30 * time.Second}
		if len(rest) > 1 {
			q.Greeting = rest[1]
		}
		s.step(Command{Do: q})
	case who == "flow": // published from testdata/flows
		text, err := os.ReadFile("testdata/flows/" + does + ".yaml")
		if err != nil {
			s.t.Fatal(err)
		}
		s.step(Command{Do: PublishFlow{File: does + ".yaml", Text: string(text)}})
	case who == "table": // of decisions, as CSV with | between the lines
		s.step(Command{Do: PublishTable{Table: orchestrator.TableID(does), Format: rules.CSV, Text: strings.ReplaceAll(strings.Join(rest, " "), "|", "\n")}})
	case who == "customers": // have records
		s.step(Command{Do: SeekCustomers{}})
	case who == "lookup": // of a caller answers NAME=VALUE…, or "fails"
		s.lookup(does, rest)
	case does == "surveys": // its callers: key, sms, key+sms
		q := s.floor.Queues[orchestrator.QueueID(who)]
		q.Survey = fact.SurveyPolicy(rest[0])
		s.step(Command{Do: DefineQueue(q)})
	case does == "serves":
		s.define(who, who, orchestrator.QueueID(rest[0]))
	case does == "knows": // SKILL>=LEVEL…
		a := s.floor.Agents[orchestrator.AgentID(who)]
		s.step(Command{Do: DefineAgent{Agent: a.ID, Endpoint: a.Endpoint, Queues: a.Queues, Skills: s.skills(strings.Join(rest, " ")), Who: a.Who}})
	case does == "asks": // for SKILL>=LEVEL of one ring, 20s long, then the next; "-" is nothing
		s.rings(orchestrator.QueueID(who), rest)
	case who == "why": // does a call go where it goes?
		s.why(does)
	case who == "plan": // of a queue, as JSON
		s.plan(orchestrator.QueueID(does), strings.Join(rest, " "))
	case does == "sits": // at a phone of a switch
		a := s.floor.Agents[orchestrator.AgentID(who)]
		s.step(Command{Do: DefineAgent{Agent: a.ID, Endpoint: a.Endpoint, Switch: rest[0], Queues: a.Queues, Who: a.Who}})
	case does == "moves": // to another phone
		s.define(who, rest[0], s.floor.Agents[orchestrator.AgentID(who)].Queues...)
	case does == "is":
		s.is(who, rest)
	case does == "calls":
		leg := media.Leg{ID: media.LegID(who), To: rest[0], From: "5550100", Born: s.now}
		if len(rest) > 1 {
			leg.From = rest[1]
		}
		s.living[leg.ID] = &leg
		s.event(media.Event{Kind: media.Arrived, Legs: []media.Leg{leg}})
	case does == "dials": // a feature code, from a phone, or "-" for a caller who says to be ann
		leg := media.Leg{ID: media.LegID(who), To: rest[0], From: "ann", Endpoint: strings.Trim(rest[1], "-"), Born: s.now}
		s.living[leg.ID] = &leg
		s.event(media.Event{Kind: media.Arrived, Legs: []media.Leg{leg}})
	case does == "wraps":
		s.step(Command{Do: WrapUp{Agent: orchestrator.AgentID(who), Disposition: rest[0]}})
	default:
		s.party(who, does, rest)
	}
}

func (s *story) define(agent, endpoint string, queues ...orchestrator.QueueID) {
	s.step(Command{Do: DefineAgent{Agent: orchestrator.AgentID(agent), Endpoint: endpoint, Queues: queues, Who: fact.Person{Name: agent}}})
}

func (s *story) system(who, does string) {
	switch who + " " + does {
	case "line down":
		s.event(media.Event{Kind: media.Down})
		s.down = true
	case "switch restarts":
		s.boot++
		clear(s.living)
		s.down = true
	case "tandem restarts":
		s.floor = New(s.cfg)
		for _, e := range s.journal {
			s.floor.Apply(e)
		}
		s.floor.TakeTouched()
		for _, name := range slices.Sorted(maps.Keys(s.sides)) {
			s.sides[name].down = name != s.name // that one comes back at once, the others when the story says so
			s.step(media.Event{Kind: media.Down, Switch: name, Text: NotYetUp})
		}
		s.system("line", "up")
	case "line up":
		s.down = false
		up := media.Event{Kind: media.Up, Text: fmt.Sprintf("boot-%d", s.boot)}
		for _, id := range slices.Sorted(maps.Keys(s.living)) {
			up.Legs = append(up.Legs, *s.living[id])
		}
		clear(s.said)
		defer s.tellPhones()
		for _, id := range s.floor.Living(s.name) {
			s.floor.touched[id] = struct{}{}
		}
		s.event(up)
	default:
		s.t.Fatalf("%s %s?", who, does)
	}
}

// tellPhones: a switch that is up again tells the state of every phone.
func (s *story) tellPhones() {
	for _, p := range slices.Sorted(maps.Keys(s.phones)) {
		s.event(media.Event{Kind: media.Phone, Text: p, Why: s.phones[p]})
	}
}

func (s *story) is(who string, w []string) {
	switch w[0] {
	case "registered", "unregistered", "busy_foreign", "idle":
		s.phones[who] = media.Cause(w[0])
		s.event(media.Event{Kind: media.Phone, Text: who, Why: media.Cause(w[0])})
	default:
		c := SetStatus{Agent: orchestrator.AgentID(who), Status: orchestrator.Status(w[0])}
		if len(w) > 1 {
			c.Reason = w[1]
		}
		s.step(Command{Do: c})
	}
}

// party plays what a person or a phone does with a leg: "ann answers", "c1 hangs up".
func (s *story) party(who, does string, rest []string) {
	id := media.LegID(who)
	for _, name := range slices.Sorted(maps.Keys(s.sides)) { // the newest call at a phone, on whatever switch
		if leg, ok := s.sides[name].dialled[who]; ok && s.sides[name].living[leg] != nil {
			s.side, id = s.sides[name], leg
		}
	}
	leg := s.living[id]
	if leg == nil {
		s.t.Fatalf("%s %s: there is no such leg", who, does)
	}
	switch does {
	case "rings":
		s.event(media.Event{Kind: media.Ringing, Leg: id})
	case "answers":
		leg.Answered = s.now
		s.event(media.Event{Kind: media.Answered, Leg: id})
	case "stops": // the prompt, for a reason
		s.event(media.Event{Kind: media.Done, Leg: id, Task: s.said[id].Task.ID, Why: media.Cause(rest[0])})
	case "presses": // keys at an Ask, or "nothing"
		ev := media.Event{Kind: media.Done, Leg: id, Task: s.said[id].Task.ID, Text: rest[0]}
		if rest[0] == "nothing" {
			ev.Text, ev.Why = "", media.CauseTimeout
		}
		s.event(ev)
	case "cannot": // be told what it was told
		s.event(media.Event{Kind: media.Refused, Leg: id, Text: strings.Join(rest, " ")})
	case "keys": // one, in line
		s.event(media.Event{Kind: media.Key, Leg: id, Text: rest[0]})
	case "hears": // the whole prompt
		s.event(media.Event{Kind: media.Done, Leg: id, Task: s.said[id].Task.ID})
	case "leaves": // for the switch's own dialplan
		leg.Away = true
		s.event(media.Event{Kind: media.Left, Leg: id, Text: "fallback"})
	case "returns":
		leg.Away = false
		s.event(media.Event{Kind: media.Arrived, Legs: []media.Leg{*leg}})
	case "ends": // with a cause and perhaps a SIP status
		ev := media.Event{Kind: media.Gone, Leg: id, Why: media.Cause(rest[0])}
		if len(rest) > 1 {
			_, _ = fmt.Sscan(rest[1], &ev.SIP)
		}
		delete(s.living, id)
		s.event(ev)
	default:
		s.t.Fatalf("%s %s?", who, does)
	}
}

func (s *story) lookup(leg string, values []string) {
	for _, i := range s.floor.InteractionsOn(s.name) {
		q, ok := s.floor.Lookup(i.ID)
		if !ok || i.Leg != media.LegID(leg) {
			continue
		}
		in := LookedUp{Interaction: i.ID, Lookup: q.ID, Why: "status 500"}
		if values[0] != "fails" {
			in.Values, in.Why = map[string]string{}, ""
		}
		for _, v := range values {
			if name, value, ok := strings.Cut(v, "="); ok {
				in.Values[name] = value
			}
		}
		s.step(in)
		return
	}
	s.t.Fatalf("%s waits for no look-up", leg)
}

func (s *story) event(ev media.Event) {
	ev.Switch, ev.At = s.name, s.now
	if !s.down {
		s.step(ev)
	}
}

func (s *story) step(in Input) {
	facts, err := s.floor.Step(in, s.now)
	if err != nil {
		s.print("refused: %v", err)
	}
	for _, e := range facts {
		s.journal = append(s.journal, e)
		body, _ := json.Marshal(e.Fact)
		if _, long := e.Fact.(fact.FlowPublished); long {
			body = []byte("…")
		}
		if said := fact.PersonOf(e.Fact).Text; said != "" {
			body = append(body, " erasable "+strconv.Quote(said)...)
		}
		s.print("%-4s %s %s", e.About, e.Fact.Kind(), body)
	}
	s.speak()
}

func (s *story) speak() {
	touched := s.floor.TakeTouched()
	slices.SortFunc(touched, orchestrator.CompareIDs)
	dropped := map[string][]media.LegID{}
	for _, id := range touched {
		sw, wants := s.floor.Wants(id)
		to := s.sides[sw]
		if to == nil {
			continue // work that no switch knows of, or what is over
		}
		if to.down {
			s.floor.touched[id] = struct{}{}
			continue
		}
		for _, leg := range slices.Sorted(maps.Keys(wants)) {
			w := wants[leg]
			if to.said[leg] == w {
				continue
			}
			to.said[leg] = w
			s.print("     tell %s: %s", to.mine(leg), shown(w))
			if d, ok := w.Base.(media.Dial); ok && to.living[leg] == nil {
				to.living[leg] = &media.Leg{ID: leg, Stamp: d.Stamp, Born: s.now}
				phone, _, _ := strings.Cut(d.To, "@")
				to.dialled[phone] = leg
			}
			if _, ok := w.Base.(media.Drop); ok && to.living[leg] != nil {
				dropped[sw] = append(dropped[sw], leg)
			}
		}
	}
	here := s.side
	defer func() { s.side = here }()
	for _, name := range slices.Sorted(maps.Keys(s.sides)) {
		s.side = s.sides[name]
		if s.down {
			continue
		}
		strays := s.floor.StrayWants(name)
		for _, leg := range slices.Sorted(maps.Keys(strays)) {
			s.print("     tell %s: %s", s.mine(leg), shown(strays[leg]))
		}
		for _, leg := range dropped[name] {
			delete(s.living, leg)
			s.event(media.Event{Kind: media.Gone, Leg: leg, Why: media.CauseHangup})
		}
	}
}

func (s *story) print(format string, args ...any) {
	at := s.now.Sub(s.begin)
	fmt.Fprintf(&s.out, "  %02d:%02d %s\n", int(at.Minutes()), int(at.Seconds())%60, fmt.Sprintf(format, args...))
}

func shown(w media.Want) string {
	out := strings.TrimPrefix(fmt.Sprintf("%T%+v", w.Base, w.Base), "media.")
	if w.Task.ID != "" {
		out += fmt.Sprintf(" %s %s %q", w.Task.Do, w.Task.ID, w.Task.Prompts)
		if w.Task.Do == media.Ask {
			out += fmt.Sprintf(" (%d keys, end %q, %s each, %s)", w.Task.Max, w.Task.End, w.Task.Quiet, w.Task.Longest)
		}
	}
	if w.Keys {
		out += " keys"
	}
	if w.Tape != "" {
		out += " tape " + string(w.Tape)
	}
	if w.Guard > 0 {
		out += " guard " + w.Guard.String()
	}
	return out
}
