package flow

import (
	"maps"
	"slices"
	"strings"

	"tandem/orchestrator"
)

// graph looks at how the nodes hang together: ways to nowhere, nodes that nothing leads to, loops without end, attributes that
// nobody sets. It also makes the conditions ready.
func (r *reader) graph(f *Flow) {
	if _, ok := f.Nodes[f.Start]; !ok {
		r.wrong(r.start, "start: there is no node %q", f.Start)
	}
	attributes := r.attributes(f)
	for _, name := range sortedKeys(f.Nodes) {
		n := f.Nodes[name]
		r.node = name
		for _, w := range n.Does.leads() {
			if _, ok := f.Nodes[w.to.node]; !ok {
				r.wrong(w.to.line, "there is no node %q", w.to.node)
			}
		}
		r.uses(f, n, attributes)
	}
	r.node = ""
	if len(r.problems) == 0 {
		r.reach(f)
		r.loops(f)
	}
}

// attributes lists everything that a condition or a text may name.
func (r *reader) attributes(f *Flow) []string {
	set := map[string]bool{"language": true, "caller": true, "called": true}
	for _, n := range f.Nodes {
		switch d := n.Does.(type) {
		case Menu:
			set[d.Into] = true
		case Collect:
			set[d.Into] = true
		case Callback:
			set[orchestrator.CallbackNumber] = true
		case Set:
			for _, a := range d.Values {
				set[a.Name] = true
			}
		case Lookup:
			for _, a := range d.Into {
				set[a.Name] = true
			}
		case Look:
			for _, a := range d.Into {
				set[a.Name] = true
			}
		}
	}
	delete(set, "")
	if len(set) > maxAttributes {
		r.refuse(1, "a flow has at most %d attributes", maxAttributes)
	}
	for _, name := range ofCustomers {
		set[name] = true
	}
	return sortedKeys(set)
}

// ofCustomers are the attributes that a caller's record gives. The number of who calls proves nothing, so that none is said or sent.
var ofCustomers = []string{
	"customer", "customer_tier", "customer_language", "customer_region", "customer_segment", "customer_channel", "customer_channel_is", "customer_tags",
	"customer_verified", "dedicated_agent",
}

// secret refuses to tell a caller what their record says.
func (r *reader) secret(line int, names []string) {
	for _, name := range names {
		if slices.Contains(ofCustomers, name) {
			r.refuse(line, "the attribute %q is from the customer's record: a number proves nothing of who calls, so that it is not said or sent", name)
		}
	}
}

// uses checks what a node says, asks and compares.
func (r *reader) uses(f *Flow, n *Node, attributes []string) {
	known := func(line int, names []string, also ...string) {
		for _, name := range names {
			if !slices.Contains(attributes, name) && !slices.Contains(also, name) {
				r.refuse(line, "no node sets the attribute %q", name)
			}
			if at := f.masks(name); at != "" {
				r.refuse(line, "the attribute %q is masked at node %q: it is checked and then forgotten, so that nothing can be said of it, done with it or sent", name, at)
			}
		}
	}
	for _, p := range n.says() {
		if p.Of != "" {
			_, waits := n.treatment()
			r.secret(p.line, []string{p.Of})
			known(p.line, []string{p.Of}, map[bool][]string{true: {"position", "minutes"}}[waits]...)
		}
	}
	switch d := n.Does.(type) {
	case Hours:
		if f.Hours[d.Of] == nil {
			r.wrong(n.Line, "there is no calendar %q under hours", d.Of)
		}
	case Set:
		for _, a := range d.Values {
			if a.Name == "language" && !slices.Contains(f.Languages, a.Value) {
				r.refuse(n.Line, "language %q is none of this flow's languages", a.Value)
			}
		}
	case When:
		for i, c := range d.cases {
			compiled, err := compile(c.text, attributes)
			if err != nil {
				r.wrong(c.line, "%s", err)
				continue
			}
			d.cases[i].Condition = compiled
			known(c.line, compiled.Names)
		}
	case Lookup:
		known(n.Line, named(d.url))
	case State:
		known(n.Line, []string{d.Of})
	case Chat:
		known(n.Line, named(d.Text), link)
		r.secret(n.Line, named(d.Text))
	case SMS:
		known(n.Line, named(d.Text))
		r.secret(n.Line, named(d.Text))
	}
}

// masks names the node that takes an attribute and forgets it; "" when none does.
func (f *Flow) masks(attribute string) string {
	for _, name := range sortedKeys(f.Nodes) {
		if d, ok := f.Nodes[name].Does.(Collect); ok && d.Mask && d.Into == attribute {
			return name
		}
	}
	return ""
}

// says lists everything that a node may say.
func (n *Node) says() []Part {
	switch d := n.Does.(type) {
	case Announce:
		return d.Say
	case Menu:
		return slices.Concat(d.Say, d.Wrong, d.Silence)
	case Collect:
		return slices.Concat(d.Say, d.Wrong, d.Silence)
	case Survey:
		return slices.Concat(d.Say, d.Wrong, d.Silence)
	case Callback:
		return slices.Concat(d.Say, d.Enter, d.Booked, d.Wrong, d.Silence)
	case Queue:
		return d.Say
	case Rules:
		return d.Say
	}
	return nil
}

// reach finds nodes that nothing leads to.
func (r *reader) reach(f *Flow) {
	reached := map[string]bool{f.Start: true}
	for todo := []string{f.Start}; len(todo) > 0; {
		n := f.Nodes[todo[0]]
		todo = todo[1:]
		for _, w := range n.Does.leads() {
			if !reached[w.to.node] {
				reached[w.to.node] = true
				todo = append(todo, w.to.node)
			}
		}
	}
	for _, name := range sortedKeys(f.Nodes) {
		if !reached[name] {
			r.node = name
			r.refuse(f.Nodes[name].Line, "nothing leads here; take the node out or lead a way to it")
		}
	}
	r.node = ""
}

// loops finds rings of nodes that a caller who presses nothing would go round for ever.
func (r *reader) loops(f *Flow) {
	const (
		open = iota + 1
		done
	)
	state := map[string]int{}
	var path []string
	var visit func(name string)
	visit = func(name string) {
		state[name] = open
		path = append(path, name)
		for _, w := range f.Nodes[name].Does.leads() {
			switch {
			case w.pressed:
			case state[w.to.node] == open:
				ring := append(slices.Clone(path[slices.Index(path, w.to.node):]), w.to.node)
				r.node = name
				r.refuse(w.to.line, "a caller who presses nothing never leaves the loop %s; lead one of its ways to an end", strings.Join(ring, " → "))
			case state[w.to.node] == 0:
				visit(w.to.node)
			}
		}
		path = path[:len(path)-1]
		state[name] = done
	}
	for _, name := range sortedKeys(f.Nodes) {
		if state[name] == 0 {
			visit(name)
		}
	}
	r.node = ""
}

// Centre is what a flow leans on; a nil function means that nobody can tell.
type Centre struct {
	Queue  func(id orchestrator.QueueID) bool
	Table  func(id orchestrator.TableID) bool // of decisions
	Prompt func(language, name string) bool
}

// Check says whether a flow may be published: it holds the text against the rules, and against a centre: queues and
// decision tables that do not exist,
// recordings that are missing. The error is a problem.List. A flow that is in force is never checked again.
func (f *Flow) Check(file string, c Centre) error {
	r := &reader{file: file, problems: slices.Clone(f.refused)}
	for _, name := range sortedKeys(f.Nodes) {
		n := f.Nodes[name]
		r.node = name
		if d, ok := n.Does.(Queue); ok && c.Queue != nil && !c.Queue(d.Queue) {
			r.wrong(d.line, "there is no queue %q; define it first", d.Queue)
		}
		if d, ok := n.Does.(Look); ok && c.Queue != nil && !c.Queue(d.Queue) {
			r.wrong(n.Line, "there is no queue %q; define it first", d.Queue)
		}
		if d, ok := n.Does.(Callback); ok && c.Queue != nil && !c.Queue(d.Queue) {
			r.wrong(d.line, "there is no queue %q; define it first", d.Queue)
		}
		if d, ok := n.Does.(Rules); ok && c.Table != nil && !c.Table(d.Table) {
			r.wrong(d.line, "there is no decision table %q; publish it first", d.Table)
		}
		for _, p := range n.says() {
			r.spoken(f, p, c)
		}
	}
	if len(r.problems) > 0 {
		return r.problems.Sorted()
	}
	return nil
}

// spoken checks that what is said can be said in every language of the flow.
func (r *reader) spoken(f *Flow, p Part, c Centre) {
	if strings.HasPrefix(p.Prompt, "sound:") {
		return // one of the switch's own
	}
	languages := f.Languages
	if p.In != "" {
		languages = []string{p.In}
	}
	for _, language := range languages {
		if p.Prompt != "" {
			if c.Prompt != nil && !c.Prompt(language, p.Prompt) {
				r.wrong(p.line, "there is no recording %q in language %s", p.Prompt, language)
			}
			continue
		}
		speaker, ok := speakers[language]
		if !ok {
			r.wrong(p.line, "%s cannot be said in language %s; only in %s", p.Say, language, strings.Join(slices.Sorted(maps.Keys(speakers)), " and "))
			continue
		}
		for _, name := range wordsFor(speaker, p.Say) {
			if c.Prompt != nil && !c.Prompt(language, name) {
				r.wrong(p.line, "to say %s in language %s the recording %q is needed", p.Say, language, name)
				break
			}
		}
	}
}
