package replay

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/hours"
	"tandem/orchestrator/routing"
	"tandem/orchestrator/rules"
	"tandem/orchestrator/simulate"
)

// ruling is what a decision table said of a caller, with all that it went by.
type ruling struct {
	fact.RulesApplied
	at     time.Time         // it was asked
	node   string            // of the flow
	values map[string]string // but for those of the moment
	flow   need              // what the flow asked for before, which adds to the table's
	known  bool              // by these values the table of that time decides as it did: none of them was erased, or left out of a file
}

// need is what is asked of whoever takes a call.
type need struct {
	priority int
	skills   routing.Need
}

// place is a caller of a scenario.
type place struct {
	queue  orchestrator.QueueID
	caller int
}

// ruled keeps what a table says, before the floor has lived through it.
func (r *Recorder) ruled(e fact.Entry, x fact.RulesApplied) {
	i := r.floor.Interactions[e.About]
	if i == nil {
		return
	}
	g := &ruling{RulesApplied: x, at: e.At, values: r.floor.RuledBy(e.About), flow: need{i.Priority, routing.Need(i.Need)}}
	if t := r.table(r.floor.Tables[x.Table]); t != nil && !erased(i, t) && x.Version == r.floor.Tables[x.Table].Version {
		m, ok := t.Match(g.asked(t, g.zone(), r.floor.Stands))
		g.known = ok == (x.Row > 0) && m.Row == x.Row
	}
	if i.Walk != nil {
		g.node = i.Walk.Node
	}
	r.rulings[e.About] = g
	if x.Row == 0 && r.within(e.At) && i.Channel == "" {
		r.unruled = append(r.unruled, g)
	}
}

// erased says whether what is known of a person may not be there any more; it never was in a file of the journal. A number that was
// withheld looks the same.
func erased(i *floor.Interaction, t *rules.Table) bool {
	if i.Who.Number != "" {
		return false
	}
	for _, value := range i.Attributes {
		if value == "" {
			return true
		}
	}
	return slices.Contains(t.Inputs, "caller")
}

// table reads a decision table once.
func (r *Recorder) table(x fact.RulesPublished) *rules.Table {
	key := fmt.Sprintf("%s %d", x.Table, x.Version)
	t, known := r.tables[key]
	if !known {
		t, _ = floor.ReadTable(x) // nil: the centre could not read it either
		r.tables[key] = t
	}
	return t
}

// zone is that by whose clock the table was asked; UTC for one that did not go by it.
func (g *ruling) zone() *time.Location {
	const stamp = len("2006-01-02 15:04 ")
	if len(g.Local) > stamp {
		if zone, err := time.LoadLocation(g.Local[stamp:]); err == nil {
			return zone
		}
	}
	return nil
}

// standsAt tells how calendars stand at a moment.
func (r Recording) standsAt(at time.Time) func(rules.Calendar) hours.State {
	return func(c rules.Calendar) hours.State { return r.stands(c, at) }
}

func (g *ruling) asked(t *rules.Table, centre *time.Location, stands func(rules.Calendar, time.Time) hours.State) map[string]string {
	return t.At(g.values, g.at, centre, func(c rules.Calendar) hours.State { return stands(c, g.at) })
}

// Moved tells where the callers of a scenario stood in the recording, whom other tables have led elsewhere.
type Moved struct {
	from    map[place]place
	Led     int // to another queue
	Changed int // other skills or another priority, in the same queue
	New     int // led to a queue, whom no row took
	Gone    int // taken by no row any more: they are not in the scenario
	Unknown int // left as they were: what they were asked about is erased or not in the file, or the flow leads elsewhere there now

	Unmet []string // tables and flows that were given, and that no caller of the recording came by
}

// String tells it for a reader; "" when nobody was asked anything.
func (m Moved) String() string {
	if m.from == nil {
		return ""
	}
	said := fmt.Sprintf("other tables and flows: %d callers to another queue, %d with other skills or priority, %d whom no row took before, %d whom no row takes any more", m.Led, m.Changed, m.New, m.Gone)
	if m.Unknown > 0 {
		said += fmt.Sprintf("; %d were left as they were, since what they were asked about is erased or not in the file, or the flow leads elsewhere there now", m.Unknown)
	}
	if len(m.Unmet) > 0 {
		said += fmt.Sprintf("; no caller came by %s: look whether the id is right", strings.Join(m.Unmet, ", "))
	}
	return said
}

// Entries are other ways into lines.
type Entries struct {
	Tables map[orchestrator.TableID]*rules.Table
	Flows  map[orchestrator.FlowID]*flow.Flow
	Zone   *time.Location // of the centre: by which tables go that name none; nil is UTC
}

// Rule asks other decision tables about everybody whom the recorded ones were asked about, and leads whoever came by a flow the same
// way through its other text; they go where these say: to another queue, with other skills and another priority. What says the same
// changes nothing. The scenario must have the callers of the recording.
func (r Recording) Rule(s simulate.Scenario, o Entries) (simulate.Scenario, Moved, error) {
	tables, centre := o.Tables, o.Zone
	moved := Moved{from: map[place]place{}, Unmet: r.unmet(o)}
	type one struct {
		simulate.Caller
		was place
	}
	callers := map[orchestrator.QueueID][]one{}
	for _, q := range r.Scenario.Queues {
		at := slices.IndexFunc(s.Queues, func(o simulate.Queue) bool { return o.ID == q.ID })
		if at >= 0 && len(s.Queues[at].Arrivals.Callers) != len(q.Arrivals.Callers) {
			return s, moved, fmt.Errorf("queue %s of the scenario has callers of its own: decision tables can only be asked about those who called", q.ID)
		}
		for n, c := range q.Arrivals.Callers {
			to, was := q.ID, place{q.ID, n}
			if e := r.entries[was]; e != nil && o.Flows[e.flow] != nil {
				var ok bool
				if to, c, ok = r.again(e, o, c, &moved); !ok {
					continue
				}
			} else if g := r.rulings[was]; g != nil && tables[g.Table] != nil {
				other, ok := r.decide(g, tables[g.Table], centre, &moved)
				if !ok {
					continue
				}
				if other != nil {
					if to = other.Queue; to == q.ID {
						moved.Changed++
					} else {
						moved.Led++
					}
					c = g.asks(c, other)
				}
			}
			callers[to] = append(callers[to], one{c, was})
		}
	}
	for _, g := range r.unruled {
		t := tables[g.Table]
		if t == nil || !g.known {
			continue
		}
		if m, ok := t.Match(g.asked(t, centre, r.stands)); ok {
			moved.New++
			callers[m.Queue] = append(callers[m.Queue], one{g.asks(simulate.Caller{At: g.at.Sub(r.From)}, &m), place{caller: -1}})
		}
	}
	s.Queues = slices.Clone(s.Queues)
	for i := range s.Queues {
		q := &s.Queues[i]
		these := callers[q.ID]
		delete(callers, q.ID)
		slices.SortStableFunc(these, func(a, b one) int { return int(a.At - b.At) })
		if len(q.Arrivals.Callers) == 0 && len(these) == 0 {
			continue
		}
		q.Arrivals = simulate.Arrivals{}
		for n, c := range these {
			q.Arrivals.Callers = append(q.Arrivals.Callers, c.Caller)
			moved.from[place{q.ID, n}] = c.was
		}
		if len(these) == 0 {
			q.Arrivals = simulate.Arrivals{Counts: []float64{0}, Every: time.Minute}
		}
	}
	for id := range callers {
		return s, moved, fmt.Errorf("a decision table leads callers to queue %q, which nobody called and nobody served in the span: add it and its people to the change", id)
	}
	return s, moved, nil
}

// unmet names the tables and flows by which nobody came.
func (r Recording) unmet(o Entries) []string {
	met := map[string]bool{}
	for _, g := range r.rulings {
		met["table "+string(g.Table)] = true
	}
	for _, g := range r.unruled {
		met["table "+string(g.Table)] = true
	}
	for _, e := range r.entries {
		met["flow "+string(e.flow)] = true
	}
	var out []string
	for id := range o.Tables {
		out = append(out, "table "+string(id))
	}
	for id := range o.Flows {
		out = append(out, "flow "+string(id))
	}
	out = slices.DeleteFunc(out, func(name string) bool { return met[name] })
	slices.Sort(out)
	return out
}

// decide asks a table about a caller; nil is what was decided before, false that no row takes them.
func (r Recording) decide(g *ruling, t *rules.Table, centre *time.Location, moved *Moved) (*rules.Match, bool) {
	if !g.known {
		moved.Unknown++
		return nil, true
	}
	m, ok := t.Match(g.asked(t, centre, r.stands))
	switch {
	case !ok && g.Row == 0:
		return nil, true
	case !ok:
		moved.Gone++
		return nil, false
	}
	same := m.Queue == g.Queue && g.needs(&m) == (need{g.Priority, routing.Need(g.Need)})
	if g.Row > 0 && same {
		return nil, true
	}
	return &m, true
}

// needs is what a row asks for beside the flow.
func (g *ruling) needs(m *rules.Match) need {
	skills, _ := g.flow.skills.Skills()
	return need{g.flow.priority + m.Priority, routing.NewNeed(routing.Together(skills, m.Skills)...)}
}

// asks makes a caller one of whom a row asks something else than the table did.
func (g *ruling) asks(c simulate.Caller, m *rules.Match) simulate.Caller {
	n := g.needs(m)
	before := g.Priority
	if g.Row == 0 {
		before = g.flow.priority
	}
	c.Ahead += time.Duration(n.priority-before) * routing.Point
	c.Need = n.skills
	return c
}
