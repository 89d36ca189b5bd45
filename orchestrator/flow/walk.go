package flow

import (
	"cmp"
	"strings"
	"time"
	"unicode"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// Call is what a flow goes by.
type Call struct {
	Language       string
	Attributes     map[string]string
	Caller, Called string // numbers; Caller is "" when it is withheld
	Now            time.Time
	Load           func(orchestrator.QueueID) Load // of a queue now; nil: nobody can tell
	Rated          bool                            // the customer has given a rating
}

// Move is what follows at a node.
type Move struct {
	Set      []Attribute // kept from now on
	Language string      // spoken from now on; "" for no change
	Score    int         // the rating that was given; 0 for none
	Asks     Asks        // of whoever takes the call, from now on, beside what was asked before
	Do       Step
}

// Step is one of the types below. All but Go stand still until something happens.
type Step interface{ step() }

type (
	// Go goes on at another node; Via says why, for the reader of a timeline. Key is the one that was pressed: a choice of the
	// caller's, which can be erased. Back says that the caller has not given up the line that they were led out of.
	Go struct {
		To, Via, Key string
		Back         bool
	}
	// Say is heard; then Heard.
	Say struct{ Speech }
	// Ask is heard and waits for keys, one try; then Keyed.
	Ask struct {
		Speech
		Try   int // from 1
		Max   int
		End   string
		Wait  time.Duration // for the first key and between two
		Rates bool          // for a rating
	}
	// Find asks a web service, or the desk for the state of the ticket with a service number; then Found. The floor asks with it who
	// calls.
	Find struct {
		URL     string
		Ticket  string // service number; "" asks the web service
		Caller  string // number of who calls: asks the desk for their record; "" asks for something else
		Into    []Field
		Timeout time.Duration
	}
	// Line puts the call in line; see Queue. Back says that it comes back to the place that it had.
	Line struct {
		Queue orchestrator.QueueID
		Asks  Asks
		Back  bool
	}
	// Decide asks a decision table, and puts the call in line where it says; see Queue. When no row holds, then NoRow.
	Decide struct {
		Table orchestrator.TableID
		Asks  Asks
	}
	// Leave hands the call to an extension of the switch, for good.
	Leave struct{ Extension string }
	// Text sends an SMS to the caller and goes on.
	Text struct{ Text, Next string }
	// Invite texts a link to a chat, if that can be done, and goes on. Text has {link} still.
	Invite struct{ Text, Next, Otherwise string }
	// Open opens a ticket and goes on.
	Open struct{ Subject, Next string }
	// End hangs up.
	End struct{ Reason string }
)

func (Go) step()     {}
func (Say) step()    {}
func (Ask) step()    {}
func (Find) step()   {}
func (Line) step()   {}
func (Decide) step() {}
func (Leave) step()  {}
func (Text) step()   {}
func (Invite) step() {}
func (Open) step()   {}
func (End) step()    {}

// Speech is what is heard: prompts as media.Task has them. Personal says that it tells something of the caller.
type Speech struct {
	Prompts  string
	Personal bool
}

// Why a way was taken; a state of hours and a condition stand for themselves.
const (
	ViaKey       = "key"
	ViaGiven     = "keyed in"
	ViaNone      = "none given"
	ViaNoAnswer  = "no answer"
	ViaNoService = "look-up failed"
	ViaFull      = "queue full"
	ViaNobody    = "nobody signed in"
	ViaTooLong   = "waited too long"
	ViaRated     = "rated before"
	ViaOffered   = "link sent before"
	ViaNoChat    = "no chat"
	ViaOverload  = "queue overloaded"
	ViaNoRow     = "no row holds"
)

// CustomerName is where the answer to a Find for a caller has their name; all else in it are attributes.
const CustomerName = "name"

// Enter says what to do on coming to a node.
func (f *Flow) Enter(node string, c Call) Move {
	switch d := f.Nodes[node].Does.(type) {
	case Announce:
		return Move{Do: Say{c.speech(d.Say)}}
	case Menu, Collect:
		return Move{Do: f.Ask(node, 1, nil, c)}
	case Survey:
		if c.Rated {
			return Move{Do: Go{To: d.next.node, Via: ViaRated}}
		}
		return Move{Do: f.Ask(node, 1, nil, c)}
	case Hours:
		state := f.Hours[d.Of].At(c.Now)
		to := map[string]target{"open": d.open, "closed": d.closed, "holiday": d.holiday}[string(state)]
		return Move{Do: Go{To: to.node, Via: string(state)}}
	case Set:
		m := Move{Asks: d.Asks, Do: Go{To: d.next.node}}
		for _, a := range d.Values {
			if a.Name == "language" {
				m.Language = a.Value
			} else {
				m.Set = append(m.Set, a)
			}
		}
		return m
	case When:
		env := c.Values()
		for _, one := range d.cases {
			if one.Holds(env) {
				return Move{Do: Go{To: one.to.node, Via: one.text}}
			}
		}
		return Move{Do: Go{To: d.otherwise.node, Via: "otherwise"}}
	case Look:
		return d.look(c.loadOf(d.Queue))
	case Lookup:
		return Move{Do: Find{URL: fill(d.url, c.Values(), escape), Into: d.Into, Timeout: d.Timeout}}
	case State:
		number := c.Values()[d.Of]
		if number == "" {
			return Move{Do: Go{To: d.otherwise.node, Via: ViaNone}}
		}
		return Move{Do: Find{Ticket: number, Into: []Field{{Name: stateValue}}, Timeout: stateTimeout}}
	case Queue:
		return Move{Do: Line{Queue: d.Queue, Asks: d.Asks}}
	case Callback:
		return d.enter(c)
	case Rules:
		return Move{Do: Decide{d.Table, d.Asks}}
	case Transfer:
		return Move{Do: Leave(d)}
	case SMS:
		return Move{Do: Text{fill(d.Text, c.Values(), plain), d.next.node}}
	case Chat:
		env := c.Values()
		env[link] = "{" + link + "}"
		return Move{Do: Invite{fill(d.Text, env, plain), d.next.node, d.otherwise.node}}
	case Ticket:
		return Move{Do: Open{d.Subject, d.next.node}}
	case Hangup:
		return Move{Do: End(d)}
	}
	panic("flow: a node of a checked flow does something unknown")
}

// Heard goes on after an announcement.
func (f *Flow) Heard(node string) Move {
	d, _ := f.Nodes[node].Does.(Announce)
	return Move{Do: Go{To: d.next.node}}
}

// Ask asks at a menu or a collect: the try-th time, with the words for what went wrong before it.
func (f *Flow) Ask(node string, try int, before []Part, c Call) Ask {
	switch d := f.Nodes[node].Does.(type) {
	case Menu:
		return Ask{Speech: c.speech(before, d.Say), Try: try, Max: 1, Wait: d.Wait}
	case Survey:
		return Ask{Speech: c.speech(before, d.Say), Try: try, Max: 1, Wait: d.Wait, Rates: true}
	case Callback:
		return d.ask(try, before, c)
	case Collect:
		return Ask{Speech: c.speech(before, d.Say), Try: try, Max: d.Max + len(d.End), End: d.End, Wait: d.Wait}
	}
	panic("flow: node " + node + " asks nothing")
}

// Keyed goes on after an Ask: on with what was keyed in, another try, or the way out. Timeout says that the time ran out.
func (f *Flow) Keyed(node string, try int, keys string, timeout bool, c Call) Move {
	switch d := f.Nodes[node].Does.(type) {
	case Menu:
		if to, ok := d.keys[keys]; ok {
			m := Move{Do: Go{To: to.node, Via: ViaKey, Key: keys}}
			if d.Into != "" {
				m.Set = []Attribute{{Name: d.Into, Value: keys}}
			}
			return m
		}
		return f.again(node, try, d.Try, keys == "", d.otherwise, c)
	case Survey:
		if score := Score(keys); score != 0 {
			return Move{Score: score, Do: Go{To: d.next.node, Via: ViaKey, Key: keys}}
		}
		return f.again(node, try, d.Try, keys == "", d.next, c)
	case Callback:
		return d.keyed(f, node, try, keys, timeout, c)
	case Collect:
		if d.accepts(keys) {
			a := Attribute{Name: d.Into, Value: keys}
			if d.Mask {
				a = Attribute{Name: d.Into, Masked: true}
			}
			return Move{Set: []Attribute{a}, Do: Go{To: d.next.node, Via: ViaGiven}}
		}
		if keys == "" && !timeout && d.none.node != "" {
			return Move{Do: Go{To: d.none.node, Via: ViaNone}}
		}
		return f.again(node, try, d.Try, keys == "" && timeout, d.otherwise, c)
	}
	panic("flow: node " + node + " asks nothing")
}

func (f *Flow) again(node string, try int, t Try, silent bool, otherwise target, c Call) Move {
	if try >= t.Tries {
		return Move{Do: Go{To: otherwise.node, Via: ViaNoAnswer}}
	}
	before := t.Wrong
	if silent {
		before = t.Silence
	}
	return Move{Do: f.Ask(node, try+1, before, c)}
}

// Score is the rating that keys mean; 0 when they mean none.
func Score(keys string) int {
	if len(keys) == 1 && keys[0] >= '0'+fact.MinScore && keys[0] <= '0'+fact.MaxScore {
		return int(keys[0] - '0')
	}
	return 0
}

// accepts says whether keys are what a collect wants.
func (d Collect) accepts(keys string) bool {
	if len(keys) < d.Min || len(keys) > d.Max || strings.Trim(keys, "0123456789") != "" {
		return false
	}
	return d.Check != "luhn" || luhn(keys)
}

// luhn says whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B).
func luhn(digits string) bool {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// What a Find that asks for a ticket answers.
const (
	stateValue   = "state"
	stateTimeout = 3 * time.Second
)

// Found goes on after a Find. values are by attribute; nil says that the service did not answer as it should.
func (f *Flow) Found(node string, values map[string]string) Move {
	if d, is := f.Nodes[node].Does.(State); is {
		state := values[stateValue]
		if to, known := map[string]target{"open": d.open, "pending": d.pending, "solved": d.solved, "closed": d.closed}[state]; known {
			return Move{Do: Go{To: to.node, Via: state}}
		}
		return Move{Do: Go{To: d.otherwise.node, Via: ViaNone}}
	}
	d, _ := f.Nodes[node].Does.(Lookup)
	if values == nil {
		return Move{Do: Go{To: d.otherwise.node, Via: ViaNoService}}
	}
	m := Move{Do: Go{To: d.next.node}}
	for _, field := range d.Into {
		m.Set = append(m.Set, Attribute{Name: field.Name, Value: Clean(values[field.Name])})
	}
	return m
}

// Clean makes a foreign value fit to be kept: no control characters, at most MaxValue runes.
func Clean(value string) string {
	value = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) || c == unicode.ReplacementChar {
			return -1
		}
		return c
	}, value)
	if r := []rune(value); len(r) > MaxValue {
		value = string(r[:MaxValue])
	}
	return value
}

// NoRow goes on after a Decide for which the table has no row.
func (f *Flow) NoRow(node string) Move {
	d, _ := f.Nodes[node].Does.(Rules)
	return Move{Do: Go{To: d.otherwise.node, Via: ViaNoRow}}
}

// Values are what conditions, addresses, texts and decision tables see: one that was not set yet is "".
func (c Call) Values() map[string]string {
	env := map[string]string{"language": c.Language, "caller": c.Caller, "called": c.Called}
	for name, value := range c.Attributes {
		env[name] = value
	}
	return env
}

// speech says parts in the call's language.
func (c Call) speech(lists ...[]Part) Speech {
	var s Speech
	var prompts []string
	env := c.Values()
	for _, parts := range lists {
		for _, p := range parts {
			switch {
			case strings.HasPrefix(p.Prompt, "sound:"):
				prompts = append(prompts, p.Prompt)
			case p.Prompt != "":
				prompts = append(prompts, "prompt:"+cmp.Or(p.In, c.Language)+"/"+p.Prompt)
			default:
				for _, name := range say(p, env[p.Of], c.Language) {
					prompts = append(prompts, "prompt:"+c.Language+"/"+name)
				}
				s.Personal = s.Personal || p.Of != "position" && p.Of != "minutes"
			}
		}
	}
	s.Prompts = strings.Join(prompts, " ")
	return s
}

func plain(s string) string { return s }
