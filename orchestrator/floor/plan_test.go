package floor

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
	"tandem/orchestrator/routing"
)

func (s *story) skills(text string) []orchestrator.Skill {
	skills, err := routing.Need(text).Skills()
	if err != nil {
		s.t.Fatal(err)
	}
	return skills
}

// rings gives a queue one ring for each word, each 20 seconds long but the last.
func (s *story) rings(id orchestrator.QueueID, words []string) {
	var all []fact.Step
	for i, word := range words {
		r := fact.Step{Required: s.skills(strings.Trim(word, "-"))}
		if i < len(words)-1 {
			r.For = 20 * time.Second
		}
		all = append(all, r)
	}
	s.step(Command{Do: RouteQueue{Queue: id, Steps: all}})
}

// plan gives a queue a plan, written as the fact is.
func (s *story) plan(id orchestrator.QueueID, text string) {
	var q fact.QueueDefined
	if err := json.Unmarshal([]byte(text), &q); err != nil {
		s.t.Fatal(err)
	}
	s.step(Command{Do: RouteQueue{Queue: id, Strategy: q.Strategy, Priority: q.Priority, Target: q.Target, Steps: q.Steps, Borrow: q.Borrow}})
}

// why tells why the call of a leg waits.
func (s *story) why(leg string) {
	for _, i := range s.floor.InteractionsOn("s") {
		if i.Leg != media.LegID(leg) {
			continue
		}
		var x Explanation
		s.step(Command{Do: ShowDecision{Interaction: i.ID, Into: &x}})
		for _, said := range x.Say("en") {
			s.print("     %s", said)
		}
	}
}

// TestEveryOfferIsExplained lives through the journal of every story again: before each offer, the explanation names the person who
// got it. So any decision of the past is told from the journal, and deciding records nothing for it.
func TestEveryOfferIsExplained(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txt")
	explained := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := newStory(t)
		s.tell(string(text))
		again := New(Defaults("x"))
		for _, e := range s.journal {
			if o, ok := e.Fact.(fact.OfferMade); ok {
				x, waits := again.Explain(e.About, e.At)
				if !waits || x.Chosen != o.Agent || x.Unready[o.Agent] != "" {
					t.Errorf("%s: %s went to %s; explained as %+v", file, e.About, o.Agent, x)
				}
				fit, free, next := counted(x)
				if o.Fit != fit || o.Free != free || o.Next != next || (o.By != "") != (next != "") {
					t.Errorf("%s: %s: written down is %+v; explained as %+v", file, e.About, o, x)
				}
				explained++
			}
			again.Apply(e)
		}
	}
	if explained < 10 {
		t.Errorf("only %d offers in all stories", explained)
	}
}

// counted is what is written down of a decision, from all that can be told of it.
func counted(x Explanation) (fit, free int, next orchestrator.AgentID) {
	for n, v := range x.People {
		switch v.Is {
		case routing.Chosen, routing.Outranked, routing.NoRoom:
			fit, free = fit+1, free+1
		case routing.NotFree:
			fit++
		}
		if n == 1 && v.Is == routing.Outranked {
			next = v.Agent
		}
	}
	return fit, free, next
}

// Every moment is told in both languages, also of an interaction that is over.
func TestMoments(t *testing.T) {
	s := newStory(t)
	text, err := os.ReadFile("testdata/plan.txt")
	if err != nil {
		t.Fatal(err)
	}
	s.tell(string(text))
	lines := map[orchestrator.InteractionID][]fact.Entry{}
	for _, e := range s.journal {
		lines[e.About] = append(lines[e.About], e)
	}
	said := ""
	for _, m := range append(Moments(lines["i14"]), Moments(lines["i26"])...) {
		said += m.Say("en") + "\n" + m.Say("zh") + "\n"
	}
	for _, want := range []string{
		"It came into the line of queue support, in step 2.", "It was offered to bob. 1 people fitted, 1 of them were free.", "bob took it.",
		"It came into the line of queue support, in step 1. It is for bob alone.", "It came to step 2 of its plan.", "It came into the line of queue sales",
		"进入队列 support，步骤 1。 仅限 bob 处理。", "分配给 carl", "已结束",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing of %q in\n%s", want, said)
		}
	}
	offer := Moment{Kind: MomentOffered, Agent: "ann", Choice: routing.Account{Fit: 3, Free: 2, Next: "bob", By: routing.ByStrategy}}
	if got := offer.Say("en"); got != "It was offered to ann. 3 people fitted, 2 of them were free. bob would have taken it without the strategy of the choice." {
		t.Error(got)
	}
	refused := Moment{Kind: MomentRefused, Agent: "ann", Ending: orchestrator.OfferNoAnswer}
	if refused.Say("en") != "ann did not take it: no_answer." || refused.Say("zh") != "ann 未接：无应答。" {
		t.Error(refused.Say("en"), refused.Say("zh"))
	}
}

// A talk that was lost stands between two takings.
func TestMomentsOfALostTalk(t *testing.T) {
	lost := fact.ItemRequeued{Offer: "o9", Agent: "ann", ItemQueued: fact.ItemQueued{Queue: "support", Step: 1, Since: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)}}
	all := Moments([]fact.Entry{{Seq: 7, Fact: lost}})
	if len(all) != 1 || all[0].Kind != MomentRequeued ||
		all[0].Say("en") != "The talk with ann was lost. It is in the line of queue support again, in step 2, in its place since 2026-01-05 09:00:00 UTC." ||
		all[0].Say("zh") != "与 ann 的通话中断。回到队列 support，步骤 2，保留自 2026-01-05 09:00:00 UTC 起的位置。" {
		t.Errorf("%+v", all)
	}
}

// A checkpoint keeps rings, skills and the times of both.
func TestRingsLastThroughACheckpoint(t *testing.T) {
	text, err := os.ReadFile("testdata/rings.txt")
	if err != nil {
		t.Fatal(err)
	}
	s := newStory(t)
	s.tell(string(text))
	for n := range s.journal {
		f := New(Defaults("x"))
		for _, e := range s.journal[:n] {
			f.Apply(e)
		}
		state, persons, err := f.Save()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Load(Defaults("x"), state, persons)
		if err != nil || !f.Deadline().Equal(back.Deadline()) {
			t.Fatalf("after %d lines the deadline is %s, and %s from a checkpoint (%v)", n, f.Deadline(), back.Deadline(), err)
		}
		for _, i := range f.InteractionsOn("s") {
			x, ok := f.Explain(i.ID, f.At)
			y, again := back.Explain(i.ID, f.At)
			slices.SortFunc(x.People, func(a, b routing.Verdict) int { return strings.Compare(string(a.Agent), string(b.Agent)) })
			slices.SortFunc(y.People, func(a, b routing.Verdict) int { return strings.Compare(string(a.Agent), string(b.Agent)) })
			if ok != again || !reflect.DeepEqual(x, y) {
				t.Fatalf("after %d lines explained as %+v, and %+v from a checkpoint", n, x, y)
			}
		}
	}
}

// What a definition does not say of rings and skills stays; what is taken away is gone.
func TestRingsAndSkillsStay(t *testing.T) {
	f := New(Defaults("x"))
	do := func(what any) {
		t.Helper()
		if _, err := f.Step(Command{Do: what}, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	q := DefineQueue{Queue: "q", Name: "Q", Number: "7000", Music: "default", RingFor: 20 * time.Second}
	a := DefineAgent{Agent: "a", Endpoint: "a", Who: fact.Person{Name: "A"}}
	skills := []orchestrator.Skill{{ID: "x", Level: 3}}
	do(q)
	do(a)
	do(RouteQueue{Queue: "q", Strategy: "best_skill", Steps: []fact.Step{{Required: skills}}})
	do(TeachAgent{Agent: "a", Skills: skills})
	q.Name, a.Who.Name = "R", "B"
	do(q)
	do(a)
	var shown fact.QueueDefined
	var can Agent
	do(ShowQueue{"q", &shown})
	do(ShowAgent{"a", &can})
	if shown.Name != "R" || shown.Strategy != "best_skill" || len(shown.Steps) != 1 || !slices.Equal(can.Skills, skills) {
		t.Errorf("%+v, %v", shown, can)
	}
	do(RouteQueue{Queue: "q"})
	do(TeachAgent{Agent: "a"})
	do(ShowQueue{"q", &shown})
	do(ShowAgent{"a", &can})
	if shown.Strategy != "" || len(shown.Steps) != 0 || len(can.Skills) != 0 {
		t.Errorf("%+v, %v", shown, can)
	}
	for _, what := range []any{RouteQueue{Queue: "z"}, TeachAgent{Agent: "z"}, ShowQueue{"z", &shown}, ShowAgent{"z", &can}} {
		if _, err := f.Step(Command{Do: what}, time.Now()); orchestrator.KindOf(err) != orchestrator.NotFound {
			t.Errorf("%+v: %v", what, err)
		}
	}
	if _, err := f.Step(Command{Do: ShowDecision{"i1", &Explanation{}}}, time.Now()); orchestrator.KindOf(err) != orchestrator.Conflict {
		t.Errorf("nobody waits: %v", err)
	}
}

func TestRingsAreChecked(t *testing.T) {
	good := DefineQueue{Queue: "q", Name: "Q", Number: "7000", Music: "default", RingFor: 20 * time.Second}
	for say, change := range map[string]func(*DefineQueue){
		"strategy":               func(q *DefineQueue) { q.Strategy = "fastest" },
		"steps.0: the last":      func(q *DefineQueue) { q.Steps = []fact.Step{{For: time.Second}} },
		"steps.0: say for":       func(q *DefineQueue) { q.Steps = []fact.Step{{}, {}} },
		"steps.0.also: there is": func(q *DefineQueue) { q.Steps = []fact.Step{{Also: []orchestrator.QueueID{"r"}}} },
		"steps.0: a head st":     func(q *DefineQueue) { q.Steps = []fact.Step{{Ahead: 25 * time.Hour}} },
		"exit: there is no":      func(q *DefineQueue) { q.Steps = []fact.Step{{Exit: "q", For: time.Minute}} },
		"skip_if: unknown":       func(q *DefineQueue) { q.Steps = []fact.Step{{SkipIf: "moon > 1", For: time.Minute}, {}} },
		"if: unexpected":         func(q *DefineQueue) { q.Steps = []fact.Step{{If: "billing >="}} },
		"only: \"boss\"":         func(q *DefineQueue) { q.Steps = []fact.Step{{Only: "boss", For: time.Minute}, {}} },
		"priority:":              func(q *DefineQueue) { q.Priority = 1001; q.Strategy = "weighted" },
		"level 11":               func(q *DefineQueue) { q.Steps = []fact.Step{{Required: []orchestrator.Skill{{ID: "x", Level: 11}}}} },
	} {
		q := good
		change(&q)
		_, err := New(Defaults("x")).Step(Command{Do: q}, time.Now())
		if orchestrator.KindOf(err) != orchestrator.Invalid || !strings.Contains(err.Error(), say) {
			t.Errorf("%+v: %v, want something with %q", q, err, say)
		}
	}
	f := New(Defaults("x"))
	if _, err := f.Step(Command{Do: DefineAgent{Agent: "a", Endpoint: "a", Who: fact.Person{Name: "A"}, Skills: []orchestrator.Skill{{ID: "x"}}}}, time.Now()); orchestrator.KindOf(err) != orchestrator.Invalid {
		t.Errorf("a skill of level 0: %v", err)
	}
}
