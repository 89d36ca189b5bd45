package flow

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"tandem/orchestrator"
)

// Load is how much a queue has to do at a moment.
type Load struct {
	Waiting   int           // in line
	Expected  time.Duration // wait of one who joined now
	People    int           // who serve it and are signed in
	Reachable int           // of them, those whose phone can ring
}

// Overload leads a call that would have to wait for long elsewhere, before it waits. Conditions that are zero do not count; any of the
// others suffices.
type Overload struct {
	Waiting     int
	Expected    time.Duration
	Unreachable bool              // nobody who is signed in can be rung
	first       map[string]target // for who prefers that channel
	to          target
}

// preferred is the attribute that names the channel which a customer prefers.
const preferred = "customer_channel"

// Overloaded says where a call goes instead of into the line of an overloaded queue: who prefers another channel than the telephone is
// led to it first.
func (d Queue) Overloaded(l Load, c Call) (Go, bool) {
	o := d.Overload
	switch {
	case o.to.node == "":
		return Go{}, false
	case o.Waiting > 0 && l.Waiting >= o.Waiting, o.Expected > 0 && l.Expected >= o.Expected, o.Unreachable && l.Reachable == 0:
	default:
		return Go{}, false
	}
	to := cmp.Or(o.first[c.Attributes[preferred]].node, o.to.node)
	return Go{To: to, Via: ViaOverload}, true
}

func (o Overload) leads() []way {
	if o.to.node == "" {
		return nil
	}
	ways := []way{{to: o.to}}
	for _, channel := range sortedKeys(o.first) {
		ways = append(ways, way{to: o.first[channel]})
	}
	return ways
}

// overload reads the field of that name.
func (f fields) overload() (o Overload) {
	n := f.take("overload")
	if n == nil {
		return o
	}
	m := f.r.mapping(n, "overload")
	o = Overload{
		Waiting: m.number("waiting", 0, 1, 10_000), Expected: m.duration("expected", 0, 30*time.Second, 4*time.Hour), Unreachable: m.yes("unreachable"),
		to: m.target("go"), first: map[string]target{},
	}
	if o.Waiting == 0 && o.Expected == 0 && !o.Unreachable {
		m.r.refuse(n.Line, "overload: say when, such as {expected: 10m, go: …}; there are waiting, expected and unreachable")
	}
	if p := m.take("preferred"); p != nil {
		of := m.r.mapping(p, "preferred")
		for _, name := range sortedKeys(of.of) {
			if !slices.Contains(channels, name) {
				m.r.refuse(p.Line, "preferred: there are chat, email, sms, social and callback")
			}
			o.first[name] = of.target(name)
		}
	}
	m.rest("waiting, expected, unreachable, go and preferred")
	return o
}

// channels are those to which a caller can be led.
var channels = []string{"chat", "email", "sms", "social", "callback"}

// Look keeps how much a queue has to do under attributes, so that conditions and decision tables can go by it.
type Look struct {
	Queue orchestrator.QueueID
	Into  []Field // Path is waiting, minutes, people or reachable
	next  target
}

func (d Look) leads() []way { return []way{{to: d.next}} }

// loads are what can be told of a load.
var loads = map[string]func(Load) int{
	"waiting": func(l Load) int { return l.Waiting }, "people": func(l Load) int { return l.People }, "reachable": func(l Load) int { return l.Reachable },
	"minutes": func(l Load) int { return int((l.Expected + time.Minute - 1) / time.Minute) },
}

func readLook(m fields, main *yaml.Node) Doing {
	d := Look{Queue: orchestrator.QueueID(m.formed(main, nameForm, "the id of a queue is expected here")), next: m.target("next")}
	n := m.need("into")
	if n == nil {
		return d
	}
	into := m.r.mapping(n, "into")
	if len(into.of) == 0 {
		m.r.refuse(n.Line, "into: attributes and what is kept under them, such as {wait: minutes}")
	}
	for _, name := range sortedKeys(into.of) {
		n := into.take(name)
		m.r.settable(n.Line, name)
		what := m.text(n)
		if loads[what] == nil {
			m.r.wrong(n.Line, "%q: of a load there are waiting, minutes, people and reachable", clip(what))
			continue
		}
		d.Into = append(d.Into, Field{Name: name, Path: what})
	}
	return d
}

// loadOf is how much a queue has to do.
func (c Call) loadOf(id orchestrator.QueueID) Load {
	if c.Load == nil {
		return Load{}
	}
	return c.Load(id)
}

// look keeps the load.
func (d Look) look(l Load) Move {
	m := Move{Do: Go{To: d.next.node}}
	for _, into := range d.Into {
		m.Set = append(m.Set, Attribute{Name: into.Name, Value: strconv.Itoa(loads[into.Path](l))})
	}
	return m
}
