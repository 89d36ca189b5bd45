package flow

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"

	"tandem/orchestrator/problem"
)

// What a text may hold. Everything that reaches a switch has a form that can never be read as its syntax.
var (
	nameForm      = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)
	attributeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)
	numberForm    = regexp.MustCompile(`^[0-9*#]{1,24}$`)
	extensionForm = regexp.MustCompile(`^[0-9]{1,24}$`)
	promptForm    = regexp.MustCompile(`^(sound:)?[A-Za-z0-9_-]{1,60}(/[A-Za-z0-9_-]{1,60}){0,4}$`)
	languageForm  = regexp.MustCompile(`^[a-z]{2,3}(-[a-z]{2,4})?$`)
	keyForm       = regexp.MustCompile(`^[0-9*#]$`)
	spanForm      = regexp.MustCompile(`^([0-9]{1,2})(?:-([0-9]{1,2}))?$`)
)

// reader turns a text into a flow and gathers what is wrong with it.
type reader struct {
	file     string
	node     string       // that is being read
	start    int          // line that names the first node
	problems problem.List // nobody can tell what is meant, or it would be dangerous to do it
	refused  problem.List // what is meant is clear, and is not published
}

// wrong notes what hinders the reading. A text that was published once must never come to this in a later program: what is to be
// refused from now on is refused.
func (r *reader) wrong(line int, format string, args ...any) {
	r.problems = append(r.problems, r.problem(line, format, args...))
}

// refuse notes what keeps a text from being published, and not from being read when it is in force.
func (r *reader) refuse(line int, format string, args ...any) {
	r.refused = append(r.refused, r.problem(line, format, args...))
}

func (r *reader) problem(line int, format string, args ...any) problem.Problem {
	p := problem.Problem{File: r.file, Line: line, Says: fmt.Sprintf(format, args...)}
	if r.node != "" {
		p.Place = fmt.Sprintf("node %q", r.node)
	}
	return p
}

// fields are the entries of a mapping; each is taken once, and what nobody took is unknown.
type fields struct {
	r    *reader
	line int
	of   map[string]*yaml.Node
}

// mapping reads a mapping with plain keys.
func (r *reader) mapping(n *yaml.Node, what string) fields {
	f := fields{r, n.Line, map[string]*yaml.Node{}}
	if n.Kind != yaml.MappingNode {
		r.wrong(n.Line, "%s must be a mapping of names to values", what)
		return f
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || value.Kind == yaml.AliasNode:
			r.wrong(key.Line, "%s: write it out; anchors and aliases are not read here", what)
		case f.of[key.Value] != nil:
			r.wrong(key.Line, "%q is there twice", key.Value)
		default:
			f.of[key.Value] = value
		}
	}
	return f
}

// take removes an entry; nil when there is none.
func (f fields) take(name string) *yaml.Node {
	n := f.of[name]
	delete(f.of, name)
	return n
}

// rest complains of entries that nobody took.
func (f fields) rest(known string) {
	for _, name := range sortedKeys(f.of) {
		f.r.wrong(f.of[name].Line, "%q means nothing here; there are %s", name, known)
	}
}

func (f fields) need(name string) *yaml.Node {
	n := f.take(name)
	if n == nil {
		f.r.wrong(f.line, "%q is missing", name)
	}
	return n
}

// text reads a scalar.
func (f fields) text(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		f.r.wrong(n.Line, "one value is expected here, not a list or a mapping")
		return ""
	}
	return n.Value
}

// formed reads a scalar that is to look like form.
func (f fields) formed(n *yaml.Node, form *regexp.Regexp, says string) string {
	s := f.text(n)
	if n != nil && n.Kind == yaml.ScalarNode && !form.MatchString(s) {
		f.r.refuse(n.Line, "%q: %s", clip(s), says)
	}
	return s
}

// safe reads a scalar that reaches a switch: one of another form is never done, whoever published it.
func (f fields) safe(n *yaml.Node, form *regexp.Regexp, says string) string {
	s := f.text(n)
	if n != nil && n.Kind == yaml.ScalarNode && !form.MatchString(s) {
		f.r.wrong(n.Line, "%q: %s", clip(s), says)
		return ""
	}
	return s
}

// sentence reads free text without control characters.
func (f fields) sentence(n *yaml.Node, most int) string {
	s := f.text(n)
	if n != nil && n.Kind == yaml.ScalarNode && (s == "" || len([]rune(s)) > most || strings.ContainsFunc(s, unicode.IsControl)) {
		f.r.refuse(n.Line, "1 to %d characters in one line are expected here", most)
	}
	return s
}

func (f fields) target(name string) target {
	n := f.need(name)
	if n == nil {
		return target{}
	}
	return f.targetAt(n)
}

// maybe is a target that may be missing.
func (f fields) maybe(name string) target {
	n := f.take(name)
	if n == nil {
		return target{}
	}
	return f.targetAt(n)
}

func (f fields) targetAt(n *yaml.Node) target {
	return target{f.formed(n, nameForm, "the name of a node is expected here"), n.Line}
}

func (f fields) duration(name string, otherwise, least, most time.Duration) time.Duration {
	n := f.take(name)
	if n == nil {
		return otherwise
	}
	d, err := time.ParseDuration(f.text(n))
	switch {
	case err != nil:
		f.r.wrong(n.Line, "%s: %s to %s, such as %s", name, least, most, min(max(least, 5*time.Second), most))
	case d < least || d > most:
		f.r.refuse(n.Line, "%s: %s to %s, such as %s", name, least, most, min(max(least, 5*time.Second), most))
	}
	return d
}

func (f fields) number(name string, otherwise, least, most int) int {
	n := f.take(name)
	if n == nil {
		return otherwise
	}
	i, err := strconv.Atoi(f.text(n))
	switch {
	case err != nil:
		f.r.wrong(n.Line, "%s: a number from %d to %d", name, least, most)
	case i < least || i > most:
		f.r.refuse(n.Line, "%s: a number from %d to %d", name, least, most)
	}
	return i
}

func (f fields) yes(name string) bool {
	n := f.take(name)
	switch s := f.text(n); s {
	case "true":
		return true
	case "false", "":
	default:
		f.r.wrong(n.Line, "%s: true or false", name)
	}
	return false
}

// keys reads a mapping of keys of the telephone to nodes.
func (f fields) keys(name string, n *yaml.Node) map[string]target {
	keys := map[string]target{}
	if n == nil {
		return keys
	}
	m := f.r.mapping(n, name)
	for _, key := range sortedKeys(m.of) {
		to := m.take(key)
		if !keyForm.MatchString(key) {
			f.r.refuse(to.Line, "%q is no key of a telephone; there are 0 to 9, \"*\" and \"#\"", clip(key))
		}
		keys[key] = f.targetAt(to)
	}
	return keys
}

// list returns the items of a list, or the one value.
func (f fields) list(n *yaml.Node, most int) []*yaml.Node {
	switch {
	case n == nil:
		return nil
	case n.Kind != yaml.SequenceNode:
		return []*yaml.Node{n}
	case len(n.Content) > most:
		f.r.refuse(n.Line, "at most %d entries are taken here", most)
	}
	return n.Content
}

// clip keeps a foreign text short enough for a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
