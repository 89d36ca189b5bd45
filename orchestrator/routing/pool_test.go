package routing

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tandem/orchestrator"
)

var t0 = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

func at(us int) time.Time { return t0.Add(time.Duration(us) * time.Microsecond) }

// model is the rule of the package comment, written down as loops over everything.
type model struct {
	items  map[orchestrator.InteractionID]Item
	agents map[orchestrator.AgentID]Agent
	plans  map[orchestrator.QueueID]Plan
}

func (m *model) next() (Item, Agent, bool) {
	var line []Item
	for _, it := range m.items {
		line = append(line, it)
	}
	slices.SortFunc(line, func(a, b Item) int {
		return cmp.Or(a.Since.Add(-a.Ahead).Compare(b.Since.Add(-b.Ahead)), cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	for _, it := range line {
		if a, ok := m.who(it); ok {
			return it, a, true
		}
	}
	return Item{}, Agent{}, false
}

// who is whom an item goes to.
func (m *model) who(it Item) (best Agent, found bool) {
	for _, a := range m.agents {
		if m.may(a, it) && (!found || m.rather(a, best, it)) {
			best, found = a, true
		}
	}
	return best, found
}

func (m *model) step(it Item) Step {
	steps := m.plans[it.Queue].Steps
	if len(steps) == 0 {
		return Step{}
	}
	return steps[min(it.Step, len(steps)-1)]
}

func (m *model) may(a Agent, it Item) bool {
	if a.Open&(1<<it.Media) == 0 {
		return false
	}
	if it.Only != "" {
		return a.ID == it.Only
	}
	s := m.step(it)
	serves := slices.Contains(a.Queues, it.Queue)
	for _, q := range s.Also {
		serves = serves || slices.Contains(a.Queues, q)
	}
	need, err := it.Need.Skills()
	if err != nil {
		panic(err)
	}
	for _, r := range append(need, s.Required...) {
		serves = serves && has(a, r)
	}
	return serves && someExpressions[s.If](level(a.Skills, "x"), level(a.Skills, "y"))
}

// someExpressions are what steps may say, and what they mean.
var someExpressions = map[string]func(x, y int) bool{
	"":                            func(int, int) bool { return true },
	"x >= 2":                      func(x, _ int) bool { return x >= 2 },
	"y < 2 and (x > 0 or y == 1)": func(x, y int) bool { return y < 2 && (x > 0 || y == 1) },
}

func has(a Agent, r Skill) bool {
	return slices.ContainsFunc(a.Skills, func(s Skill) bool { return s.ID == r.ID && s.Level >= r.Level })
}

func (m *model) rather(a, b Agent, it Item) bool {
	s := m.step(it)
	liked := func(a Agent) (n int) {
		for _, r := range s.Preferred {
			if has(a, r) {
				n++
			}
		}
		return n
	}
	return cmp.Or(
		-cmp.Compare(liked(a), liked(b)),
		m.better(a, b, it),
		a.Idle.Compare(b.Idle),
		cmp.Compare(a.ID, b.ID),
	) < 0
}

func (m *model) better(a, b Agent, it Item) int {
	switch m.plans[it.Queue].Strategy {
	case LeastOccupied:
		return cmp.Compare(int64(occupied(a)*1e6), int64(occupied(b)*1e6))
	case FewestContacts:
		return cmp.Compare(a.Today.Contacts, b.Today.Contacts)
	case BestSkill:
		return -cmp.Compare(m.levels(a, it), m.levels(b, it))
	case RoundRobin:
		return a.Today.Offered.Compare(b.Today.Offered)
	case Weighted:
		return cmp.Compare((a.Today.Contacts+1)*1e6/max(a.Weight, 1), (b.Today.Contacts+1)*1e6/max(b.Weight, 1))
	case FastestFirst:
		x, y := a.Pace[it.Media], b.Pace[it.Media]
		if (x == 0) != (y == 0) {
			return cmp.Compare(y, x)
		}
		return cmp.Compare(x, y)
	}
	return 0
}

func occupied(a Agent) float64 {
	if a.Today.Worked+a.Today.Free == 0 {
		return 0
	}
	return float64(a.Today.Worked) / float64(a.Today.Worked+a.Today.Free)
}

// levels sums the levels in everything that is asked for; one that is asked for twice counts once.
func (m *model) levels(a Agent, it Item) (n int) {
	if it.Only != "" {
		return 0
	}
	need, _ := it.Need.Skills()
	s := m.step(it)
	required := map[SkillID]bool{}
	for _, r := range append(need, s.Required...) {
		required[r.ID] = true
	}
	for id := range required {
		n += level(a.Skills, id)
	}
	for _, r := range s.Preferred {
		n += level(a.Skills, r.ID)
	}
	return n
}

// draws of everything that the rule knows, from few enough values that ties are common.
var (
	someQueue  = rapid.SampledFrom([]orchestrator.QueueID{"a", "b", "c"})
	someQueues = rapid.SliceOfNDistinct(someQueue, 0, 3, rapid.ID)
	someSkill  = rapid.Custom(func(t *rapid.T) Skill {
		return Skill{ID: rapid.SampledFrom([]SkillID{"x", "y"}).Draw(t, "skill"), Level: rapid.IntRange(1, 3).Draw(t, "level")}
	})
	someSkills   = rapid.SliceOfNDistinct(someSkill, 0, 2, func(s Skill) SkillID { return s.ID })
	someID       = rapid.Custom(func(t *rapid.T) string { return fmt.Sprint(rapid.IntRange(5, 14).Draw(t, "id")) })
	someStrategy = rapid.SampledFrom(append([]Strategy{""}, Strategies...))
)

var someItem = rapid.Custom(func(t *rapid.T) Item {
	it := Item{
		ID: orchestrator.InteractionID(someID.Draw(t, "item")), Queue: someQueue.Draw(t, "queue"), Since: at(rapid.IntRange(0, 5).Draw(t, "since")),
		Ahead: time.Duration(rapid.IntRange(0, 2).Draw(t, "ahead")) * time.Microsecond,
		Media: rapid.SampledFrom([]Media{Voice, Voice, Chat}).Draw(t, "media"), Step: rapid.IntRange(0, 2).Draw(t, "step"),
	}
	switch rapid.IntRange(0, 5).Draw(t, "asks") {
	case 0:
		it.Need = NewNeed(someSkills.Draw(t, "need")...)
	case 1:
		it.Only = orchestrator.AgentID(someID.Draw(t, "only"))
	}
	return it
})

func somePace(t *rapid.T) time.Duration {
	return time.Duration(rapid.IntRange(0, 2).Draw(t, "pace")) * time.Second
}

var someAgent = rapid.Custom(func(t *rapid.T) Agent {
	return Agent{
		ID: orchestrator.AgentID(someID.Draw(t, "agent")), Queues: someQueues.Draw(t, "queues"), Skills: someSkills.Draw(t, "skills"),
		Open: rapid.SampledFrom([]MediaSet{Set(Voice), Set(Chat), Set(Voice, Chat)}).Draw(t, "open"), Idle: at(rapid.IntRange(0, 3).Draw(t, "idle")),
		Weight: rapid.IntRange(0, 2).Draw(t, "weight"), Pace: [Medias]time.Duration{Chat: somePace(t), Voice: somePace(t)},
		Today: Today{
			Contacts: rapid.IntRange(0, 2).Draw(t, "contacts"), Worked: time.Duration(rapid.IntRange(0, 2).Draw(t, "worked")) * time.Minute,
			Free: time.Minute, Offered: at(rapid.IntRange(0, 2).Draw(t, "offered")),
		},
	}
})

var somePlan = rapid.Custom(func(t *rapid.T) Plan {
	p := Plan{Strategy: someStrategy.Draw(t, "strategy")}
	for range rapid.IntRange(0, 3).Draw(t, "steps") {
		p.Steps = append(p.Steps, Step{
			Required: someSkills.Draw(t, "required"), Preferred: someSkills.Draw(t, "preferred"),
			Also: rapid.SliceOfN(someQueue, 0, 1).Draw(t, "also"),
			If:   rapid.SampledFrom([]string{"", "", "x >= 2", "y < 2 and (x > 0 or y == 1)"}).Draw(t, "if"),
		})
	}
	return p
})

// TestAgainstTheRule compares the pool with the rule after any sequence of changes.
func TestAgainstTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p Pool
		m := model{map[orchestrator.InteractionID]Item{}, map[orchestrator.AgentID]Agent{}, map[orchestrator.QueueID]Plan{}}
		for range rapid.IntRange(1, 100).Draw(t, "turns") {
			for range rapid.IntRange(1, 4).Draw(t, "changes") {
				change(t, &p, &m)
			}
			for range rapid.IntRange(0, 3).Draw(t, "decisions") { // not always all of them: the pool must bear both
				it, a, ok := p.Next()
				wantItem, wantAgent, want := m.next()
				if ok != want || it.ID != wantItem.ID || a.ID != wantAgent.ID {
					t.Fatalf("got %s for %s (%v), want %s for %s (%v)", a.ID, it.ID, ok, wantAgent.ID, wantItem.ID, want)
				}
				if !ok {
					break
				}
				p.Leave(it.ID)
				p.Busy(a.ID)
				delete(m.items, it.ID)
				delete(m.agents, a.ID)
			}
		}
	})
}

func change(t *rapid.T, p *Pool, m *model) {
	switch rapid.IntRange(0, 9).Draw(t, "do") {
	case 0, 1, 2, 3:
		it := someItem.Draw(t, "item")
		m.items[it.ID] = it
		p.Wait(it)
	case 4:
		id := orchestrator.InteractionID(someID.Draw(t, "leaves"))
		delete(m.items, id)
		p.Leave(id)
	case 5, 6, 7:
		a := someAgent.Draw(t, "agent")
		m.agents[a.ID] = a
		p.Free(a)
	case 8:
		id := orchestrator.AgentID(someID.Draw(t, "busy"))
		delete(m.agents, id)
		p.Busy(id)
	case 9:
		q, plan := someQueue.Draw(t, "defined"), somePlan.Draw(t, "plan")
		m.plans[q] = plan
		p.Define(q, plan)
	}
	if rapid.IntRange(0, 9).Draw(t, "sweeps") == 0 {
		p.sweepAt = 1 // classes are let go of and made again
	}
}

func TestPosition(t *testing.T) {
	var p Pool
	for i := range 5 {
		p.Wait(Item{ID: orchestrator.InteractionID(fmt.Sprint(i)), Queue: "q", Since: at(-i), Step: i % 2})
	}
	if got := p.Position("4"); got != 1 {
		t.Errorf("the earliest is at %d", got)
	}
	p.Leave("3")
	if got := p.Position("0"); got != 4 {
		t.Errorf("the latest of four is at %d", got)
	}
	if got := p.Position("3"); got != 0 {
		t.Errorf("one who left is at %d", got)
	}
}

// An item that goes before others of its class brings the class forward among those that are asked.
func TestAnEarlierItemBringsItsClassForward(t *testing.T) {
	var p Pool
	p.Free(Agent{ID: "ann", Queues: []queueID{"a", "b"}})
	p.Wait(Item{ID: "1", Queue: "a", Since: at(5)})
	p.Wait(Item{ID: "2", Queue: "b", Since: at(6)})
	p.Wait(Item{ID: "3", Queue: "b", Since: at(7), Ahead: 3 * time.Microsecond})
	if it, _, _ := p.Next(); it.ID != "3" {
		t.Errorf("%s is next, not the one with a head start", it.ID)
	}
}

// The log and the notes of each class stay small however long a day is.
func TestNothingGrows(t *testing.T) {
	var p Pool
	for i := range 50_000 {
		p.Free(Agent{ID: "ann", Queues: []queueID{"a", "b"}, Idle: at(i)})
		p.Wait(Item{ID: "1", Queue: queueID([]string{"a", "b"}[i%2]), Since: at(i)})
		p.Next()
		p.Leave("1")
		p.Busy("ann")
	}
	p.Next()
	for _, c := range p.classes {
		if len(c.idle) > 100 {
			t.Errorf("%v notes %d people", c.key, len(c.idle))
		}
	}
	if len(p.freed) > 2000 || len(p.seekers) > 100 || len(p.spare) > 10 {
		t.Errorf("%d lines, %d seekers, %d spare", len(p.freed), len(p.seekers), len(p.spare))
	}
}
