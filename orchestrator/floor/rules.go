package floor

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	opening "tandem/orchestrator/hours"
	"tandem/orchestrator/routing"
	"tandem/orchestrator/rules"
)

// This file is where decision tables are asked. What they decided is a fact, so that a new version never alters the past.

// maxTables is how many decision tables a centre may have.
const maxTables = 200

func (f *Floor) hasQueue(id orchestrator.QueueID) bool { _, ok := f.Queues[id]; return ok }
func (f *Floor) hasTable(id orchestrator.TableID) bool { _, ok := f.Tables[id]; return ok }

// publishTable checks a text against the centre and makes it the version by which everything is decided from now on.
func (f *Floor) publishTable(c PublishTable) error {
	t, err := c.Read, error(nil)
	if t == nil {
		t, err = ReadNewTable(c)
	}
	if err == nil {
		err = t.CheckIn(rules.Centre{Queue: f.hasQueue, Calendar: func(c rules.Calendar) bool { return f.calendar(c) != nil }})
	}
	old := f.Tables[c.Table]
	switch {
	case !idForm.MatchString(string(c.Table)):
		return invalid("id of the table: 1 to 63 of a-z, 0-9, _ and -")
	case err != nil:
		return &orchestrator.Error{Kind: orchestrator.Invalid, Say: err.Error(), Err: err}
	case old.Version == 0 && len(f.Tables) >= maxTables:
		return &orchestrator.Error{Kind: orchestrator.Limit, Say: "there are too many decision tables"}
	case old.Text == c.Text && old.Format == string(c.Format) && old.Edition == rules.Edition:
		return nil
	}
	f.emit("", fact.RulesPublished{Table: c.Table, Version: old.Version + 1, Format: string(c.Format), Text: c.Text, Edition: rules.Edition})
	return nil
}

// ReadNewTable reads the text of a table that is to be published, and checks all of it that can be told without the centre.
func ReadNewTable(c PublishTable) (*rules.Table, error) {
	t, err := rules.Parse(c.File, c.Format, c.Text)
	if err == nil {
		err = t.Check(rules.Centre{})
	}
	return t, err
}

// table is a decision table as it is in force, read when it is first needed; nil for one that this program cannot read.
func (f *Floor) table(id orchestrator.TableID) *rules.Table {
	if read, known := f.tables[id]; known {
		return read
	}
	x := f.Tables[id]
	read, _ := ReadTable(x) // why not, Unreadable tells
	f.tables[id] = read
	return read
}

// ReadTable reads a version of a decision table as it was meant when it was published.
func ReadTable(x fact.RulesPublished) (*rules.Table, error) {
	return rules.Read(string(x.Table), rules.Format(x.Format), x.Edition, x.Text)
}

// calendar is one of a flow, in the version that new calls enter; nil when there is none.
func (f *Floor) calendar(c rules.Calendar) *opening.Calendar {
	x := f.Flows[c.Flow]
	if x == nil {
		return nil
	}
	if fl := f.flow(c.Flow, x.Current); fl != nil {
		return fl.Hours[c.Name]
	}
	return nil
}

// keepsCalendars refuses a new version of a flow without a calendar by which a table goes.
func (f *Floor) keepsCalendars(fl *flow.Flow) error {
	for _, id := range slices.Sorted(maps.Keys(f.Tables)) {
		t := f.table(id)
		if t == nil {
			continue
		}
		for _, c := range t.Calendars() {
			if c.Flow == orchestrator.FlowID(fl.Name) && fl.Hours[c.Name] == nil {
				return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("decision table %s goes by calendar %q of this flow; keep the calendar, or publish the table without it first", id, c.Name)}
			}
		}
	}
	return nil
}

// asked are the values by which a table decides now.
func (f *Floor) asked(t *rules.Table, channel orchestrator.Channel, values map[string]string) map[string]string {
	known := maps.Clone(values)
	known["channel"] = string(channel)
	return t.At(known, f.now, f.cfg.Zone, func(c rules.Calendar) opening.State { return f.Stands(c, f.now) })
}

// RuledBy are the values by which a decision table would decide about an interaction now, but for those of the moment.
func (f *Floor) RuledBy(id orchestrator.InteractionID) map[string]string {
	i := f.Interactions[id]
	values := map[string]string{}
	switch {
	case i == nil:
	case i.Walk != nil:
		values = f.callOf(i).Values()
	default:
		maps.Copy(values, i.Attributes)
		values["caller"] = i.Who.Number
	}
	if i != nil {
		values["channel"] = string(i.On())
	}
	return values
}

// Stands tells how a calendar of a flow stands at a moment; "" when there is none of that name.
func (f *Floor) Stands(c rules.Calendar, at time.Time) opening.State {
	if of := f.calendar(c); of != nil {
		return of.At(at)
	}
	return ""
}

// ruling is what a table decides about somebody of whom these values are known. Row is 0 when no row holds, which is also so of a
// table that cannot be read.
func (f *Floor) ruling(id orchestrator.TableID, channel orchestrator.Channel, values map[string]string) (fact.RulesApplied, rules.Match) {
	x := fact.RulesApplied{Table: id, Version: f.Tables[id].Version}
	t := f.table(id)
	if t == nil {
		return x, rules.Match{}
	}
	m, _ := t.Match(f.asked(t, channel, values))
	if t.Clocked() {
		zone := t.In(f.cfg.Zone)
		x.Local = f.now.In(zone).Format("2006-01-02 15:04 ") + zone.String()
	}
	x.Row, x.Queue, x.Priority, x.Reason, x.Who = m.Row, m.Queue, m.Priority, m.Reason, fact.Person{Text: m.Because}
	x.Need = string(routing.NewNeed(m.Skills...))
	return x, m
}

// decide asks a table about a call in a flow and writes down what it says: the queue, "" for no row.
func (f *Floor) decide(i *Interaction, id orchestrator.TableID) orchestrator.QueueID {
	x, m := f.ruling(id, i.On(), f.callOf(i).Values())
	if x.Row > 0 { // beside what the flow asks for
		skills, _ := routing.Need(i.Need).Skills()
		x.Priority = min(max(i.Priority+m.Priority, -maxPriority), maxPriority)
		x.Need = string(routing.NewNeed(routing.Together(skills, m.Skills)...))
	}
	f.emit(i.ID, x)
	return x.Queue
}

// direct asks the table of an item that is to be opened, if it has one, and adds what it says to the item; nil is no table.
func (f *Floor) direct(c *OpenItem) (*fact.RulesApplied, error) {
	switch {
	case c.Table == "" && c.Queue == "":
		return nil, invalid("say which queue, or which decision table (rules)")
	case c.Table == "":
		return nil, nil
	case c.Queue != "":
		return nil, invalid("give either a queue or a decision table")
	case !f.hasTable(c.Table):
		return nil, invalid("there is no decision table %q", c.Table)
	}
	values := map[string]string{}
	maps.Copy(values, c.Attributes)
	values["caller"] = c.Customer.Number
	x, m := f.ruling(c.Table, c.Channel, values)
	if x.Row == 0 {
		return nil, invalid("no row of decision table %q holds for this; a last row without conditions takes all others", c.Table)
	}
	c.Queue = m.Queue
	c.Priority = min(max(c.Priority+m.Priority, -maxPriority), maxPriority)
	c.Skills = routing.Together(c.Skills, m.Skills)
	x.Priority, x.Need = c.Priority, string(routing.NewNeed(c.Skills...))
	return &x, nil
}

// ruled are the words for what a table decided, in each language.
var ruled = map[routing.Language]struct{ none, row, because, reason, local, stop string }{
	routing.English: {"No row of decision table %s, version %d, held", "Row %d of decision table %s, version %d, led it to queue %s", " because %s", ": %s", " (asked at %s)", "."},
	routing.Chinese: {"决策表 %s（版本 %d）没有符合的规则", "决策表规则 %d（表 %s，版本 %d）指定队列 %s", "，因为 %s", "：%s", "（时间 %s）", "。"},
}

// sayRuled tells a ruling for a reader; the values that it went by, as long as they are not erased.
func sayRuled(l routing.Language, x fact.RulesApplied) string {
	words, local := ruled[l], ""
	if x.Local != "" {
		local = fmt.Sprintf(words.local, x.Local)
	}
	if x.Row == 0 {
		return fmt.Sprintf(words.none, x.Table, x.Version) + local + words.stop
	}
	said := fmt.Sprintf(words.row, x.Row, x.Table, x.Version, x.Queue)
	if x.Who.Text != "" {
		said += fmt.Sprintf(words.because, x.Who.Text)
	}
	if x.Reason != "" {
		said += fmt.Sprintf(words.reason, x.Reason)
	}
	return said + local + words.stop
}

// SayRuled tells in English what a decision table decided.
func SayRuled(x fact.RulesApplied) string { return sayRuled(routing.English, x) }
