package floor

import (
	"os"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
	"tandem/orchestrator/rules"
)

// This file is the language of the stories: what a line that starts with ">" may say. A story begins each line with what it is about.

// begins are the lines that their first word explains; the others follow it.
var begins = map[string]func(s *story, w []string){
	"wait":      (*story).wait,                                                       // 5s
	"line":      func(s *story, w []string) { s.system("line", w[0]) },               // down, up
	"switch":    func(s *story, w []string) { s.system("switch", w[0]) },             // restarts
	"tandem":    func(s *story, w []string) { s.system("tandem", w[0]) },             // restarts
	"switches":  (*story).otherSwitches,                                              // there are, beside s
	"trunk":     func(s *story, w []string) { s.cfg.Dialling.Switch = w[0] },         // is on that switch from the next restart on
	"stray":     (*story).stray,                                                      // a leg that the switch has and nobody told us of; "-" is no stamp
	"queue":     (*story).queue,                                                      // NAME NUMBER GREETING?
	"flow":      (*story).flow,                                                       // published from testdata/flows
	"table":     (*story).table,                                                      // of decisions, as CSV with | between the lines
	"plan":      func(s *story, w []string) { s.plan(queueOf(w[0]), words(w[1:])) },  // of a queue, as JSON
	"customers": func(s *story, _ []string) { s.step(Command{Do: SeekCustomers{}}) }, // have records
	"lookup":    func(s *story, w []string) { s.lookup(w[0], w[1:]) },                // of a caller answers NAME=VALUE…, or "fails"
	"why":       func(s *story, w []string) { s.why(w[0]) },                          // does a call go where it goes?
}

// says are the lines of which the second word says what somebody or something does; the first names who, the others follow.
var says = map[string]func(s *story, who string, w []string){
	"surveys": (*story).surveys,                                                                       // its callers: key, sms, key+sms
	"asks":    func(s *story, who string, w []string) { s.rings(queueOf(who), w) },                    // for SKILL>=LEVEL of a ring, 20s long, …; "-" is nothing
	"serves":  func(s *story, who string, w []string) { s.define(who, who, queueOf(w[0])) },           // a queue
	"knows":   (*story).knows,                                                                         // SKILL>=LEVEL…
	"sits":    (*story).sits,                                                                          // at a phone of a switch
	"moves":   func(s *story, who string, w []string) { s.define(who, w[0], s.agent(who).Queues...) }, // to another phone
	"is":      (*story).is,                                                                            // a status, or the state of a phone
	"wraps":   (*story).wraps,                                                                         // up, with a disposition
	"calls":   (*story).calls,                                                                         // NUMBER FROM?
	"dials":   (*story).dials,                                                                         // a feature code, from a phone, or "-" for a caller who says to be ann
}

// happens plays one line. What neither table explains is said of a leg, or of the newest call at a phone.
func (s *story) happens(w []string) {
	who, does := w[0], w[1]
	if begin := begins[who]; begin != nil {
		begin(s, w[1:])
	} else if say := says[does]; say != nil {
		say(s, who, w[2:])
	} else {
		s.party(who, does, w[2:])
	}
}

func agentOf(word string) orchestrator.AgentID { return orchestrator.AgentID(word) }
func queueOf(word string) orchestrator.QueueID { return orchestrator.QueueID(word) }
func words(w []string) string                  { return strings.Join(w, " ") }

func (s *story) agent(name string) *Agent { return s.floor.Agents[agentOf(name)] }

// wait lets time pass, and the floor's alarms ring.
func (s *story) wait(w []string) {
	d, err := time.ParseDuration(w[0])
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
		return
	}
}

func (s *story) otherSwitches(names []string) {
	s.cfg.Switches = append([]string{"s"}, names...)
	s.cfg.Dialling.Switch = "s" // has the trunk
	s.floor.Configure(s.cfg)
	for _, name := range names {
		s.sides[name] = newSide(name)
	}
}

func (s *story) stray(w []string) {
	l := &media.Leg{ID: media.LegID(w[1]), To: "7000", Born: s.now, Stamp: strings.Trim(w[2], "-")}
	s.living[l.ID] = l
}

func (s *story) queue(w []string) {
	q := DefineQueue{
		Queue: queueOf(w[0]), Name: strings.ToUpper(w[0][:1]) + w[0][1:], Number: w[1], Music: "default", RingFor: 20 * time.Second, WrapUp: 30 * time.Second,
	}
	if len(w) > 2 {
		q.Greeting = w[2]
	}
	s.step(Command{Do: q})
}

func (s *story) flow(w []string) {
	text, err := os.ReadFile("testdata/flows/" + w[0] + ".yaml")
	if err != nil {
		s.t.Fatal(err)
	}
	s.step(Command{Do: PublishFlow{File: w[0] + ".yaml", Text: string(text)}})
}

func (s *story) table(w []string) {
	text := strings.ReplaceAll(words(w[1:]), "|", "\n")
	s.step(Command{Do: PublishTable{Table: orchestrator.TableID(w[0]), Format: rules.CSV, Text: text}})
}

func (s *story) surveys(who string, w []string) {
	q := s.floor.Queues[queueOf(who)]
	q.Survey = fact.SurveyPolicy(w[0])
	s.step(Command{Do: DefineQueue(q)})
}

func (s *story) define(agent, endpoint string, queues ...orchestrator.QueueID) {
	s.step(Command{Do: DefineAgent{Agent: orchestrator.AgentID(agent), Endpoint: endpoint, Queues: queues, Who: fact.Person{Name: agent}}})
}

func (s *story) knows(who string, w []string) {
	a := s.agent(who)
	s.step(Command{Do: DefineAgent{Agent: a.ID, Endpoint: a.Endpoint, Queues: a.Queues, Skills: s.skills(words(w)), Who: a.Who}})
}

func (s *story) sits(who string, w []string) {
	a := s.agent(who)
	s.step(Command{Do: DefineAgent{Agent: a.ID, Endpoint: a.Endpoint, Switch: w[0], Queues: a.Queues, Who: a.Who}})
}

// is tells a change of a phone, or of an agent's status.
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

func (s *story) wraps(who string, w []string) {
	s.step(Command{Do: WrapUp{Agent: agentOf(who), Disposition: w[0]}})
}

func (s *story) calls(who string, w []string) {
	leg := media.Leg{ID: media.LegID(who), To: w[0], From: "5550100", Born: s.now}
	if len(w) > 1 {
		leg.From = w[1]
	}
	s.arrives(leg)
}

func (s *story) dials(who string, w []string) {
	s.arrives(media.Leg{ID: media.LegID(who), To: w[0], From: "ann", Endpoint: strings.Trim(w[1], "-"), Born: s.now})
}

func (s *story) arrives(leg media.Leg) {
	s.living[leg.ID] = &leg
	s.event(media.Event{Kind: media.Arrived, Legs: []media.Leg{leg}})
}

// lookup answers the look-up that a leg's call waits for.
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
