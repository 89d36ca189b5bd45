package routing

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// rings widen: the last agent for 20 s, then experts, then anybody; experts are passed over when none of them is there.
var rings = (Plan{Steps: []Step{
	{Name: "last agent", Only: LastAgent, For: 20 * time.Second},
	{Name: "experts", Required: []Skill{{ID: "billing", Level: 7}}, For: 30 * time.Second, SkipIf: "staffed < 1 and attributes.tier != \"gold\""},
	{Name: "anybody", Ahead: time.Minute},
}}).Ready()

func TestRingsWiden(t *testing.T) {
	if err := rings.Check(); err != nil {
		t.Fatal(err)
	}
	staffed := func(n int) func(Walk) Sight { return func(Walk) Sight { return Sight{Staffed: n} } }
	known, s := Ties{Last: "ann"}, time.Second

	w := rings.Begin(t0, known, staffed(2))
	if want := (Walk{Step: 0, Entered: t0, Only: "ann"}); w != want || !rings.Until(w).Equal(t0.Add(20*s)) {
		t.Fatalf("begins at %+v until %s", w, rings.Until(w))
	}
	w = rings.Next(w, t0.Add(20*s), known, staffed(2))
	if w.Step != 1 || w.Only != "" || !rings.Until(w).Equal(t0.Add(50*s)) { // counted from entry to this step
		t.Fatalf("then %+v until %s", w, rings.Until(w))
	}
	w = rings.Next(w, t0.Add(50*s), known, staffed(2))
	if w.Step != 2 || w.Ahead != time.Minute || !rings.Until(w).IsZero() {
		t.Fatalf("at last %+v until %s", w, rings.Until(w))
	}
	if again := rings.Next(w, t0.Add(90*s), known, staffed(2)); again != w {
		t.Fatalf("beyond the last step: %+v", again)
	}
	if w := rings.Begin(t0, Ties{}, staffed(2)); w.Step != 1 {
		t.Errorf("a stranger has no last agent, and begins at %+v", w)
	}
	if w := rings.Begin(t0, Ties{}, staffed(0)); w.Step != 2 || w.Ahead != time.Minute {
		t.Errorf("without experts it begins at %+v", w)
	}
	gold := func(Walk) Sight { return Sight{Attributes: map[string]string{"tier": "gold"}} }
	if w := rings.Begin(t0, Ties{}, gold); w.Step != 1 {
		t.Errorf("gold customers wait for experts who are not there, and begin at %+v", w)
	}
	if w := (Plan{}).Begin(t0, known, nil); w != (Walk{Entered: t0}) {
		t.Errorf("a plan without steps begins at %+v", w)
	}
}

// The last step may lead to another queue, when its time is over.
func TestExit(t *testing.T) {
	p := Plan{Steps: []Step{{For: time.Minute}, {For: time.Hour, Exit: "other"}}}
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	w := p.Begin(t0, Ties{}, nil)
	if p.Exit(w.Step) != "" {
		t.Errorf("leaves from the first step")
	}
	w = p.Next(w, t0.Add(time.Minute), Ties{}, nil)
	if p.Exit(w.Step) != "other" || !p.Until(w).Equal(t0.Add(61*time.Minute)) {
		t.Errorf("stands at %+v until %s", w, p.Until(w))
	}
}

// A wider ring takes people in and keeps the place in line.
func TestAWiderRingKeepsThePlace(t *testing.T) {
	var p Pool
	plan := Plan{Steps: []Step{{Required: []Skill{{ID: "billing", Level: 7}}, For: time.Second}, {}}}
	p.Define("q", plan)
	first, later := Item{ID: "1", Queue: "q", Since: at(0)}, Item{ID: "2", Queue: "q", Since: at(1), Step: 1}
	p.Wait(later)
	p.Wait(first)
	p.Free(Agent{ID: "ann", Queues: []queueID{"q"}})
	if it, _, _ := p.Next(); it.ID != "2" {
		t.Fatalf("ann is no expert and gets %q", it.ID)
	}
	first.Step = 1
	p.Wait(first)
	if it, _, _ := p.Next(); it.ID != "1" {
		t.Fatalf("in the wider ring the older item is first, not %q", it.ID)
	}
}

func TestLook(t *testing.T) {
	var p Pool
	p.Define("q", rings)
	p.Free(Agent{ID: "ann", Queues: []queueID{"q"}, Skills: []Skill{{ID: "billing", Level: 8}}})
	p.Free(Agent{ID: "bob", Queues: []queueID{"q"}, Skills: []Skill{{ID: "billing", Level: 9}}, Open: Set(Chat)})
	p.Free(Agent{ID: "cyd", Queues: []queueID{"q"}})
	p.Wait(Item{ID: "1", Queue: "q", Step: 2})
	if s := p.Look(Item{Queue: "q", Step: 1}); s.Free != 1 || s.Staffed != 2 || s.Waiting != 1 {
		t.Errorf("of the experts there is to see %+v", s)
	}
}

func TestPlansAreChecked(t *testing.T) {
	for say, p := range map[string]Plan{
		"strategy":        {Strategy: "dice"},
		"steps[0]: the l": {Steps: []Step{{For: time.Second}}},
		"steps[0]: say f": {Steps: []Step{{}, {}}},
		"level 11":        {Steps: []Step{{Required: []Skill{{ID: "x", Level: 11}}}}},
		"twice":           {Steps: []Step{{Preferred: []Skill{{ID: "x", Level: 1}, {ID: "x", Level: 2}}}}},
		"steps[0]: only":  {Steps: []Step{{Only: "boss", For: 1}, {}}},
		"unknown name mo": {Steps: []Step{{SkipIf: "moon < 1", For: 1}, {}}},
		"skip_if: ":       {Steps: []Step{{SkipIf: "free ~ 1", For: 1}, {}}},
		"if: (1:11): '-'": {Steps: []Step{{If: "billing > -3"}}},
		"\"3g\" cannot":   {Steps: []Step{{If: "3g >= 3"}}},
		"if: unexpected":  {Steps: []Step{{If: "billing >="}}},
		"a time only":     {Steps: []Step{{Exit: "q"}}},
		"only the last":   {Steps: []Step{{Exit: "q", For: 1}, {}}},
	} {
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%+v: %v, want something with %q", p, err, say)
		}
	}
}

func TestNeedsAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := NewNeed(someSkills.Draw(t, "skills")...)
		back, err := n.Skills()
		if err != nil || NewNeed(back...) != n {
			t.Fatalf("%q reads as %v, %v", n, back, err)
		}
	})
	for _, n := range []Need{"english", "english>=x", "english>=0", "a>=1 a>=2", "É>=1"} {
		if _, err := n.Skills(); err == nil {
			t.Errorf("%q is taken for a need", n)
		}
	}
}
