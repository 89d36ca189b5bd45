// Package flow is the IVR: what a caller hears, is asked and where the answers lead, written as named nodes in YAML. It is pure:
// Parse reads and checks a text, Enter and its companions say what follows; somebody else speaks, waits, looks up and remembers.
//
//	flow: main                       numbers: ["7000"]     language: en     languages: [en, zh]     start: order
//	hours: {office: {zone: Asia/Shanghai, open: {mon-fri: "09:00-18:00"}, holidays: [2027-01-01]}}
//	nodes:
//	  order: {collect: order, say: enter-order, digits: 6-10, end: "#", wrong: wrong-order, next: pick, otherwise: pick}
//	  pick:  {menu: choose, keys: {1: sales, 2: support}, wrong: not-understood, otherwise: support}
//	  sales: {queue: sales}
//
//	type       main value          further fields
//	announce   what is said        next
//	menu       what is said        keys, wrong, silence, tries, wait, into, otherwise
//	collect    the attribute       say, digits, end, check, mask, wrong, silence, tries, wait, none, next, otherwise
//	hours      the calendar        open, closed, holiday
//	set        attributes          next, priority, skills, due
//	when       a list of if, go    otherwise
//	lookup     an address          into, timeout, next, otherwise
//	load       the queue           into, next
//	state      the attribute       open, pending, solved, closed, otherwise
//	queue      the queue           every, say, most, max_wait, full, nobody, too_long, overload, keys, priority, skills, due
//	callback   the queue           say, enter, booked, wrong, silence, tries, wait, refused, otherwise
//	rules      a decision table    otherwise, and those of queue: its row says which
//	transfer   an extension
//	sms        the text            next
//	chat       the text            next, otherwise
//	ticket     the subject         next
//	survey     what is said        wrong, silence, tries, wait, next
//	hangup     the reason
//
// What is said is a prompt or a list of them; {digits: order}, {number: n}, {date: d} and {money: m, currency: cny} say an
// attribute in the language of the call, {prompt: welcome, in: zh} a prompt in another. A published text has a version; a call ends on the version it began with.
//
// Guarantee: however a caller presses keys or does not, a checked flow takes a bounded number of steps between two moments at
// which the caller is waited for, and a caller who presses nothing comes to an end or into a queue.
package flow

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/hours"
	"tandem/orchestrator/problem"
)

// Limits of a flow. They are far above what a caller can bear.
const (
	MaxText       = 48 << 10 // bytes of YAML
	maxNodes      = 300
	maxBranches   = 30 // of one node
	maxParts      = 20 // of one announcement
	maxAttributes = 50
	MaxValue      = 200 // runes of an attribute's value
	MaxKeys       = 40  // that one collect can take
)

// Flow is a checked text. It is never changed, and safe for use by several goroutines.
type Flow struct {
	Name      string
	Numbers   []string // dialled numbers that lead here
	Language  string   // spoken at first
	Languages []string // every prompt exists in each
	Start     string
	Hours     map[string]*hours.Calendar
	Nodes     map[string]*Node

	refused problem.List // why it may not be published, as far as the text tells
}

// Node is one step of a flow.
type Node struct {
	Name string
	Line int
	Does Doing
}

// Doing is what a node does: one of the types below.
type Doing interface {
	// leads lists the ways on.
	leads() []way
}

// way leads from a node to another. pressed says that only a key of the caller leads there.
type way struct {
	to      target
	pressed bool
}

// target names a node, and where in the text it is named.
type target struct {
	node string
	line int
}

// Part is a piece of what is said: a prompt, or an attribute told in the language of the call.
type Part struct {
	Prompt   string // name of a recording, the same in each language; "sound:beep" is one of the switch's
	In       string // the prompt's language; "" is that of the call
	Say      Manner // of an attribute
	Of       string
	Currency string // of Money: usd, eur, cny
	line     int
}

// Manner is how an attribute is said.
type Manner string

// The manners.
const (
	Digits Manner = "digits" // one by one
	Number Manner = "number" // a whole number up to 999 999 999 999, with decimals
	Date   Manner = "date"   // 2026-11-22 or 20261122
	Money  Manner = "money"  // 12.50
)

type (
	// Announce says something and goes on.
	Announce struct {
		Say  []Part
		next target
	}
	// Menu waits for one key.
	Menu struct {
		Try
		Say       []Part
		Into      string // attribute that keeps the key; "" for none
		keys      map[string]target
		otherwise target
	}
	// Collect waits for several keys and keeps them.
	Collect struct {
		Try
		Into            string
		Say             []Part
		Min, Max        int
		End             string
		Check           string // "luhn": the last digit is a check digit (ISO/IEC 7812-1); "" none
		Mask            bool   // the digits are checked and then forgotten: they are written nowhere
		next, otherwise target
		none            target // where the end key alone leads; without a node it is a wrong number
	}
	// Try is how often and how long a caller is asked.
	Try struct {
		Tries          int
		Wait           time.Duration // for a key
		Wrong, Silence []Part        // said before the next try
	}
	// Hours goes by the opening hours.
	Hours struct {
		Of                    string
		open, closed, holiday target
	}
	// Set keeps values under attributes; "language" is what is spoken from now on.
	Set struct {
		Asks   // of whoever takes the call, in whatever line it comes to
		Values []Attribute
		next   target
	}
	// When goes by the first condition that holds.
	When struct {
		cases     []branch
		otherwise target
	}
	// Lookup asks a web service, with a time limit; otherwise is for every way in which it does not answer as expected.
	Lookup struct {
		url             string
		Into            []Field
		Timeout         time.Duration
		next, otherwise target
	}
	// State goes by the state of the ticket whose service number an attribute holds; otherwise is for a number that is none.
	State struct {
		Of                                       string
		open, pending, solved, closed, otherwise target
	}
	// Queue puts the call in line. Exits without a target do not exist: the caller stays.
	Queue struct {
		Asks                  // for this line alone
		Queue                 orchestrator.QueueID
		Every                 time.Duration // Say is heard inside the music at this interval; 0 never
		Say                   []Part        // may tell the attributes position and minutes
		Most                  int           // callers in line; 0 is no limit
		MaxWait               time.Duration // 0 is no limit
		Overload              Overload
		full, nobody, tooLong target
		keys                  map[string]target
		line                  int
	}
	// Rules asks a decision table, and puts the call in line where its row says; otherwise is for no row. Queue is the treatment there.
	Rules struct {
		Queue
		Table     orchestrator.TableID
		otherwise target
	}
	// Transfer hands the call to an extension of the switch's own dialplan, for good.
	Transfer struct{ Extension string }
	// SMS sends a text to the caller's number, if it has one.
	SMS struct {
		Text string
		next target
	}
	// Chat texts a link to a chat, in which the caller has the place that they had in line; otherwise is for who has none, cannot be
	// texted, or where there is no chat.
	Chat struct {
		Text            string // with {link}
		next, otherwise target
	}
	// Ticket opens a ticket for the call. Its subject cannot be erased, so that it holds nothing of the caller.
	Ticket struct {
		Subject string
		next    target
	}
	// Survey asks for a rating by one key, 1 to 5, unless the customer has given one; without an answer the call goes on too.
	Survey struct {
		Try
		Say  []Part
		next target
	}
	// Hangup ends the call.
	Hangup struct{ Reason string }
)

// Attribute is a value that the call keeps. A masked one was keyed in and checked, and is not known any more.
type Attribute struct {
	Name, Value string
	Masked      bool
}

// Field is a value of a look-up's JSON answer: Path leads to it through objects, such as "customer.tier".
type Field struct{ Name, Path string }

func (d Announce) leads() []way { return []way{{to: d.next}} }
func (d Menu) leads() []way     { return append(pressed(d.keys), way{to: d.otherwise}) }
func (d Collect) leads() []way {
	ways := []way{{to: d.next, pressed: true}, {to: d.otherwise}}
	if d.none.node != "" {
		ways = append(ways, way{to: d.none, pressed: true})
	}
	return ways
}
func (d Hours) leads() []way { return []way{{to: d.open}, {to: d.closed}, {to: d.holiday}} }
func (d Set) leads() []way   { return []way{{to: d.next}} }
func (d When) leads() []way {
	ways := []way{{to: d.otherwise}}
	for _, c := range d.cases {
		ways = append(ways, way{to: c.to})
	}
	return ways
}
func (d Lookup) leads() []way { return []way{{to: d.next}, {to: d.otherwise}} }
func (d State) leads() []way {
	return []way{{to: d.open}, {to: d.pending}, {to: d.solved}, {to: d.closed}, {to: d.otherwise}}
}
func (d Queue) leads() []way {
	ways := append(pressed(d.keys), d.Overload.leads()...)
	for _, t := range []target{d.full, d.nobody, d.tooLong} {
		if t.node != "" {
			ways = append(ways, way{to: t})
		}
	}
	return ways
}
func (d Rules) leads() []way    { return append(d.Queue.leads(), way{to: d.otherwise}) }
func (d Transfer) leads() []way { return nil }
func (d SMS) leads() []way      { return []way{{to: d.next}} }
func (d Chat) leads() []way     { return []way{{to: d.next}, {to: d.otherwise}} }
func (d Ticket) leads() []way   { return []way{{to: d.next}} }
func (d Survey) leads() []way   { return []way{{to: d.next}} }
func (d Hangup) leads() []way   { return nil }

func pressed(keys map[string]target) []way {
	var ways []way
	for _, k := range sortedKeys(keys) {
		ways = append(ways, way{to: keys[k], pressed: true})
	}
	return ways
}
