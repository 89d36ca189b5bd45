package flow

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"tandem/orchestrator"
	"tandem/orchestrator/condition"
)

// nodeType is a type of node: what stands under its name is handed to read, which takes the other fields.
type nodeType struct {
	name, fields string
	read         func(m fields, main *yaml.Node) Doing
}

var types = []nodeType{
	{"announce", "next", readAnnounce},
	{"menu", "keys wrong silence tries wait into otherwise", readMenu},
	{"collect", "say digits end check mask wrong silence tries wait none next otherwise", readCollect},
	{"hours", "open closed holiday", readHours},
	{"set", "next " + asksFields, readSet},
	{"when", "otherwise", readWhen},
	{"lookup", "into timeout next otherwise", readLookup},
	{"state", "open pending solved closed otherwise", readState},
	{"load", "into next", readLook},
	{"queue", treatmentFields, readQueue},
	{"callback", "say enter booked wrong silence tries wait refused otherwise", readCallback},
	{"rules", "otherwise " + treatmentFields, readRules},
	{"transfer", "", readTransfer},
	{"sms", "next", readSMS},
	{"chat", "next otherwise", readChat},
	{"ticket", "next", readTicket},
	{"survey", "wrong silence tries wait next", readSurvey},
	{"hangup", "", readHangup},
}

// treatmentFields say what becomes of a call in line.
const treatmentFields = "every say most max_wait full nobody too_long overload keys " + asksFields

func typeNames() string {
	var names []string
	for _, t := range types {
		names = append(names, t.name)
	}
	return strings.Join(names, ", ")
}

func readAnnounce(m fields, main *yaml.Node) Doing {
	return Announce{Say: m.parts(main), next: m.target("next")}
}

func readMenu(m fields, main *yaml.Node) Doing {
	d := Menu{Say: m.parts(main), Try: m.try(3), otherwise: m.target("otherwise")}
	if n := m.need("keys"); n != nil {
		if d.keys = m.keys("keys", n); len(d.keys) == 0 {
			m.r.refuse(n.Line, "a menu has at least one key")
		}
	}
	if n := m.take("into"); n != nil {
		d.Into = m.attribute(n)
	}
	return d
}

func readCollect(m fields, main *yaml.Node) Doing {
	d := Collect{Into: m.attribute(main), Say: m.parts(m.need("say")), Try: m.try(3), Mask: m.yes("mask"), next: m.target("next"), otherwise: m.target("otherwise")}
	if n := m.need("digits"); n != nil {
		span := spanForm.FindStringSubmatch(m.text(n))
		if span != nil {
			d.Min, _ = strconv.Atoi(span[1])
			d.Max, _ = strconv.Atoi(cmp.Or(span[2], span[1]))
		}
		switch says := "digits: how many, such as 6, or 6-10, at most %d"; {
		case d.Max < max(1, d.Min):
			m.r.wrong(n.Line, says, MaxKeys)
		case d.Min < 1 || d.Max > MaxKeys:
			m.r.refuse(n.Line, says, MaxKeys)
		}
	}
	if n := m.take("end"); n != nil {
		d.End = m.safe(n, keyForm, "the key that ends the number is one of 0-9, * and #; write it in quotes")
	}
	if d.none = m.maybe("none"); d.none.node != "" && d.End == "" {
		m.r.refuse(m.line, "none is where the end key alone leads; give an end")
	}
	if n := m.take("check"); n != nil {
		if d.Check = m.text(n); d.Check != "luhn" {
			m.r.wrong(n.Line, "check: luhn is known (the last digit is a check digit); leave it out for none")
		}
	}
	return d
}

// try reads how often and how long a caller is asked; tries is how often when nothing is said.
func (f fields) try(tries int) Try {
	return Try{
		Tries: f.number("tries", tries, 1, 9), Wait: f.duration("wait", 5*time.Second, time.Second, time.Minute),
		Wrong: f.parts(f.take("wrong")), Silence: f.parts(f.take("silence")),
	}
}

func readHours(m fields, main *yaml.Node) Doing {
	d := Hours{Of: m.formed(main, nameForm, "the name of a calendar is expected here"), open: m.target("open"), closed: m.target("closed")}
	if d.holiday = m.maybe("holiday"); d.holiday.node == "" {
		d.holiday = d.closed
	}
	return d
}

func readSet(m fields, main *yaml.Node) Doing {
	d := Set{next: m.target("next"), Asks: m.asks()}
	values := m.r.mapping(main, "set")
	for _, name := range sortedKeys(values.of) {
		n := values.take(name)
		if name != "language" {
			m.r.settable(n.Line, name)
		}
		d.Values = append(d.Values, Attribute{Name: name, Value: m.sentence(n, MaxValue)})
	}
	if len(d.Values) == 0 && d.none() {
		m.r.refuse(main.Line, "set: name an attribute and its value, such as {tier: gold}, or a priority, skills or due beside it")
	}
	return d
}

func readWhen(m fields, main *yaml.Node) Doing {
	d := When{otherwise: m.target("otherwise")}
	for _, n := range m.list(main, maxBranches) {
		c := m.r.mapping(n, "when")
		one := branch{line: n.Line, text: c.sentence(c.need("if"), condition.MaxLength), to: c.target("go")}
		c.rest("if and go")
		d.cases = append(d.cases, one)
	}
	if len(d.cases) == 0 {
		m.r.refuse(main.Line, "when: a list of conditions, such as {if: 'tier == \"gold\"', go: sales}")
	}
	return d
}

func readLookup(m fields, main *yaml.Node) Doing {
	d := Lookup{
		url: m.text(main), Timeout: m.duration("timeout", 3*time.Second, 100*time.Millisecond, 10*time.Second),
		next: m.target("next"), otherwise: m.target("otherwise"),
	}
	if err := checkURL(d.url); err != nil {
		m.r.wrong(main.Line, "%s", err)
	}
	n := m.need("into")
	if n == nil {
		return d
	}
	into := m.r.mapping(n, "into")
	if len(into.of) == 0 || len(into.of) > 20 {
		m.r.refuse(n.Line, "into: 1 to 20 attributes and where their values are in the JSON answer, such as {tier: customer.tier}")
	}
	for _, name := range sortedKeys(into.of) {
		n := into.take(name)
		m.r.settable(n.Line, name)
		d.Into = append(d.Into, Field{Name: name, Path: m.sentence(n, 200)})
	}
	return d
}

func readState(m fields, main *yaml.Node) Doing {
	return State{
		Of:   m.formed(main, attributeForm, "the name of the attribute that holds the service number is expected here"),
		open: m.target("open"), pending: m.target("pending"), solved: m.target("solved"), closed: m.target("closed"), otherwise: m.target("otherwise"),
	}
}

func readQueue(m fields, main *yaml.Node) Doing {
	d := m.treatment(main)
	d.Queue = orchestrator.QueueID(m.formed(main, nameForm, "the id of a queue is expected here"))
	return d
}

func readRules(m fields, main *yaml.Node) Doing {
	return Rules{
		Queue: m.treatment(main), Table: orchestrator.TableID(m.formed(main, nameForm, "the id of a decision table is expected here")),
		otherwise: m.target("otherwise"),
	}
}

func (m fields) treatment(main *yaml.Node) Queue {
	d := Queue{
		line: main.Line, Asks: m.asks(),
		Every: m.duration("every", 0, 15*time.Second, 10*time.Minute), Say: m.parts(m.take("say")),
		Most: m.number("most", 0, 1, 10_000), MaxWait: m.duration("max_wait", 0, 5*time.Second, 4*time.Hour),
		Overload: m.overload(),
		full:     m.maybe("full"), nobody: m.maybe("nobody"), tooLong: m.maybe("too_long"), keys: m.keys("keys", m.take("keys")),
	}
	for _, pair := range []struct {
		one, other bool
		says       string
	}{
		{d.Every > 0, len(d.Say) > 0, "every and say belong together: how often, and what is said"},
		{d.Most > 0, d.full.node != "", "most and full belong together: how many callers may wait, and where the next one goes"},
		{d.MaxWait > 0, d.tooLong.node != "", "max_wait and too_long belong together: how long a caller may wait, and where to then"},
	} {
		if pair.one != pair.other {
			m.r.wrong(m.line, "%s", pair.says)
		}
	}
	return d
}

func readTransfer(m fields, main *yaml.Node) Doing {
	return Transfer{m.safe(main, extensionForm, "an extension of your switch has 1 to 24 digits; write it in quotes")}
}

func readSMS(m fields, main *yaml.Node) Doing {
	return SMS{Text: m.sentence(main, 300), next: m.target("next")}
}

func readChat(m fields, main *yaml.Node) Doing {
	d := Chat{Text: m.sentence(main, 300), next: m.target("next"), otherwise: m.target("otherwise")}
	if !slices.Contains(named(d.Text), link) {
		m.r.refuse(main.Line, "chat: say with {link} where the link to the chat goes in the text")
	}
	return d
}

func readTicket(m fields, main *yaml.Node) Doing {
	d := Ticket{Subject: m.sentence(main, 100), next: m.target("next")}
	if len(named(d.Subject)) > 0 {
		m.r.refuse(main.Line, "ticket: a subject is the same for every caller; what was keyed in stands beside it")
	}
	return d
}

func readHangup(m fields, main *yaml.Node) Doing {
	return Hangup{m.formed(main, nameForm, "a reason for reports is expected here, such as closed")}
}

func readSurvey(m fields, main *yaml.Node) Doing {
	return Survey{Say: m.parts(main), Try: m.try(2), next: m.target("next")}
}
