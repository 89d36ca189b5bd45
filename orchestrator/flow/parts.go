package flow

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"tandem/orchestrator/condition"
)

// reserved attributes are known of every call and cannot be set.
var reserved = []string{"language", "caller", "called", "position", "minutes"}

// language are the words of conditions: an attribute of such a name could be set, and never be compared.
var language = []string{"in", "not", "and", "or", "matches", "contains", "let", "true", "false", "nil", "if", "else"}

const attributeSays = "%q: an attribute has 1 to 32 of a-z, 0-9 and _, begins with a letter, and is not language, caller, called, position or minutes"

const promptSays = "the name of a prompt has letters, digits, _ and - and no ending, such as welcome"

func attributeIsOurs(name string) bool {
	return attributeForm.MatchString(name) && !slices.Contains(reserved, name)
}

func (f fields) attribute(n *yaml.Node) string {
	name := f.text(n)
	if n != nil {
		f.r.settable(n.Line, name)
	}
	return name
}

// settable refuses an attribute that a flow cannot set, or could not use.
func (r *reader) settable(line int, name string) {
	switch {
	case !attributeIsOurs(name):
		r.refuse(line, attributeSays, clip(name))
	case slices.Contains(language, name) || slices.Contains(condition.Functions, name):
		r.refuse(line, "%q is a word of conditions, so that none could go by this attribute; call it %s_given or the like", name, name)
	}
}

// parts reads what is said: a prompt, an attribute, or a list of them.
func (f fields) parts(n *yaml.Node) []Part {
	var out []Part
	items := f.list(n, maxParts)
	if n != nil && len(items) == 0 {
		f.r.refuse(n.Line, "say something: the name of a prompt, or a list of them")
	}
	for _, item := range items {
		if item.Kind == yaml.MappingNode {
			out = append(out, f.part(f.r.mapping(item, "what is said")))
			continue
		}
		out = append(out, Part{Prompt: f.safe(item, promptForm, promptSays), line: item.Line})
	}
	return out
}

func (f fields) part(m fields) Part {
	p := Part{line: m.line}
	if n := m.take("prompt"); n != nil {
		p.Prompt = m.safe(n, promptForm, promptSays)
		p.In = m.safe(m.need("in"), languageForm, "a language is written as en or zh")
		m.rest("prompt and in")
		return p
	}
	for _, manner := range []Manner{Digits, Number, Date, Money} {
		n := m.take(string(manner))
		if n == nil {
			continue
		}
		if p.Say != "" {
			f.r.wrong(n.Line, "an attribute is said in one manner; this has %s and %s", p.Say, manner)
		}
		p.Say, p.Of = manner, m.formed(n, attributeForm, "the name of an attribute is expected here")
	}
	if p.Say == "" {
		f.r.wrong(m.line, "say a prompt by its name, or an attribute as {digits: order}, {number: …}, {date: …} or {money: …}")
	}
	if p.Say == Money {
		if p.Currency = m.text(m.take("currency")); p.Currency == "" {
			p.Currency = "usd"
		}
		if !slices.Contains(currencies, p.Currency) {
			f.r.wrong(m.line, "currency: usd, eur or cny")
		}
	}
	m.rest("digits, number, date, money and, for money, currency")
	return p
}
