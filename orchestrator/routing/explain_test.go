package routing

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tandem/orchestrator"
)

// desk is a centre in which everybody stands differently to the item "1".
func desk() *Pool {
	var p Pool
	p.Define("q", Plan{Version: 3, Steps: []Step{
		{Name: "experts", Required: []Skill{{ID: "billing", Level: 5}}, Preferred: []Skill{{ID: "french", Level: 1}}, For: time.Minute}, {Name: "anybody"},
	}})
	q := []queueID{"q"}
	p.Free(Agent{ID: "ann", Queues: q, Skills: []Skill{{ID: "billing", Level: 5}}, Idle: at(2)})
	p.Free(Agent{ID: "bob", Queues: q, Skills: []Skill{{ID: "billing", Level: 9}}, Idle: at(1)})
	p.Free(Agent{ID: "cyd", Queues: q, Skills: []Skill{{ID: "billing", Level: 5}, {ID: "french", Level: 2}}, Idle: at(3)})
	p.Free(Agent{ID: "dan", Queues: q, Skills: []Skill{{ID: "billing", Level: 3}}})
	p.Free(Agent{ID: "eve", Queues: []queueID{"r"}, Skills: []Skill{{ID: "billing", Level: 9}}})
	p.Free(Agent{ID: "flo", Queues: q, Skills: []Skill{{ID: "billing", Level: 9}}, Open: Set(Mail)})
	p.Free(Agent{ID: "gus", Queues: q, Skills: []Skill{{ID: "billing", Level: 9}}})
	p.Busy("gus")
	p.Wait(Item{ID: "1", Queue: "q", Since: at(9), Ahead: time.Minute})
	return &p
}

func TestExplained(t *testing.T) {
	p := desk()
	x, ok := p.Explain("1")
	want := []Verdict{
		{Agent: "cyd", Is: Chosen, By: ByPreferred},
		{Agent: "bob", Is: Outranked, By: ByPreferred},
		{Agent: "ann", Is: Outranked, By: ByPreferred},
		{Agent: "dan", Is: LacksSkill, Skill: Skill{ID: "billing", Level: 5}, Has: 3},
		{Agent: "eve", Is: OtherQueue},
		{Agent: "flo", Is: NoRoom},
		{Agent: "gus", Is: NotFree},
	}
	if !ok || !reflect.DeepEqual(x.People, want) || x.Chosen != "cyd" || x.Version != 3 || x.Position != 1 {
		t.Errorf("explained as %+v", x)
	}
	p.Busy("cyd")
	x, _ = p.Explain("1")
	if x.People[0] != (Verdict{Agent: "bob", Is: Chosen, By: ByIdle}) || x.Instead[0] != (Change{Agent: "ann", If: IfBetter, By: ByIdle}) {
		t.Errorf("without cyd: %+v", x)
	}
	if _, ok := p.Explain("2"); ok {
		t.Error("an item that does not wait is explained")
	}
}

// For an item that waits it says what would help: a lower level, or one of those who fit.
func TestWaitingIsExplained(t *testing.T) {
	p := desk()
	for _, a := range []string{"ann", "bob", "cyd"} {
		p.Busy(orchestrator.AgentID(a))
	}
	x, _ := p.Explain("1")
	want := []Change{{Agent: "dan", If: IfLower, Skill: Skill{ID: "billing", Level: 3}}, {Agent: "ann", If: IfFree}, {Agent: "bob", If: IfFree}, {Agent: "cyd", If: IfFree}}
	if x.Chosen != "" || !reflect.DeepEqual(x.Instead, want) {
		t.Fatalf("explained as %+v", x)
	}
	// What it says is so.
	p.Define("q", Plan{Steps: []Step{{Required: []Skill{x.Instead[0].Skill}}}})
	if _, a, ok := p.Next(); !ok || a.ID != "dan" {
		t.Errorf("at that level it goes to %q", a.ID)
	}
}

func TestWords(t *testing.T) {
	p := desk()
	x, _ := p.Explain("1")
	for l, want := range map[Language]string{
		English: `It goes to cyd.
It stands in step "experts".
It asks for billing ≥ 5.
Its priority puts it 1m0s ahead of its enqueue time.
cyd: chosen, decided by more of the preferred skills
bob: could take it, but another comes first, decided by more of the preferred skills
ann: could take it, but another comes first, decided by more of the preferred skills
dan: has billing at level 3, 5 is asked for
flo: has no room for this kind of work now
gus: has other work or is not there
Do not serve the queue: 1 people.
bob would have taken it without more of the preferred skills of the choice.
ann would have taken it without more of the preferred skills of the choice.`,
		Chinese: `分配给 cyd。
当前步骤为“experts”。
要求技能：billing ≥ 5。
优先级使其排队时间提前 1m0s。
cyd：已选中，依据：具备更多的优先技能
bob：可以接，但有人优先，依据：具备更多的优先技能
ann：可以接，但有人优先，依据：具备更多的优先技能
dan：技能 billing 为 3 级，要求 5 级
flo：目前没有此类工作的空余容量
gus：正忙或不在
不服务于该队列：1 人。
若不是所选座席“具备更多的优先技能”，则由 bob 接待。
若不是所选座席“具备更多的优先技能”，则由 ann 接待。`,
	} {
		if said := strings.Join(x.Say(l), "\n"); said != want {
			t.Errorf("%s:\n%s\nwant:\n%s", l, said, want)
		}
	}
}

// Everything that can be said has its words in both languages, and takes its arguments.
func TestEveryPhraseIsThere(t *testing.T) {
	x := Explanation{Item: Item{Queue: "q", Only: "ann"}, Position: 1, Strategy: BestSkill}
	for f := range findings {
		x.People = append(x.People, Verdict{Agent: "ann", Is: f, By: ByStrategy})
	}
	for f := range counted {
		x.People = append(x.People, Verdict{Agent: "ann", Is: f})
	}
	for c := range criteria {
		x.Instead = append(x.Instead, Change{Agent: "ann", If: IfBetter, By: c})
	}
	x.Instead = append(x.Instead, Change{Agent: "ann", If: IfFree}, Change{Agent: "ann", If: IfLower, Skill: Skill{ID: "s", Level: 2}}, Change{Agent: "ann", If: IfLower, Skill: Skill{ID: "s", Level: 0}})
	for _, l := range []Language{English, Chinese} {
		said := strings.Join(x.Say(l), "\n")
		if strings.Contains(said, "%!") || strings.Contains(said, "\n\n") {
			t.Errorf("%s:\n%s", l, said)
		}
	}
	for _, s := range Strategies {
		if len(strategies[s]) != 2 {
			t.Errorf("%s has no words", s)
		}
	}
}

// What is explained is what happens, and the same changes again explain it the same way: a decision of the past is told from the
// journal.
func TestExplanationsAreTrueAndReplay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p, again Pool
		for range rapid.IntRange(1, 60).Draw(t, "turns") {
			if rapid.Bool().Draw(t, "item") {
				it := someItem.Draw(t, "item")
				p.Wait(it)
				again.Wait(it)
			} else {
				a := someAgent.Draw(t, "agent")
				p.Free(a)
				again.Free(a)
			}
			it, a, ok := p.Next() // the other pool is not asked until it must explain
			if !ok {
				continue
			}
			x, _ := p.Explain(it.ID)
			y, _ := again.Explain(it.ID)
			if x.Chosen != a.ID || !reflect.DeepEqual(x, y) {
				t.Fatalf("%s goes to %s; explained as\n%+v\nand again as\n%+v", it.ID, a.ID, x, y)
			}
			for _, pool := range []*Pool{&p, &again} {
				pool.Leave(it.ID)
				pool.Busy(a.ID)
			}
		}
	})
}

// BenchmarkExplain measures the telling of one decision in a large centre. It is paid by who asks; a decision pays nothing.
func BenchmarkExplain(b *testing.B) {
	c := newCentre(10_000, 500, 0)
	c.settle(true, 10_000)
	id := c.line[(c.items-1)%len(c.line)]
	b.ResetTimer()
	for range b.N {
		if _, ok := c.pool.Explain(id); !ok {
			b.Fatal("does not wait")
		}
	}
}
