package floor

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/rules"
)

// TestAnItemGoesByATable: the table adds to what the opening asks for, and the decision is told, also when what it went by is erased.
func TestAnItemGoesByATable(t *testing.T) {
	s := writing(t)
	s.happens([]string{"table", "who", "channel,tier,queue,skills,priority|chat,gold,support,law>=3,7"})
	var id orchestrator.InteractionID
	open := OpenItem{Channel: "chat", Table: "who", Attributes: map[string]string{"tier": "gold"}, Priority: 2, Into: &id,
		Skills: []orchestrator.Skill{{ID: "law", Level: 2}, {ID: "english", Level: 4}}}
	s.step(Command{Do: open})
	i := s.floor.Interactions[id]
	if i.Queue != "support" || i.Priority != 9 || i.Need != "english>=4 law>=3" {
		t.Errorf("it has queue %s, priority %d, need %q", i.Queue, i.Priority, i.Need)
	}
	for _, e := range s.journal {
		if x, is := e.Fact.(fact.RulesApplied); is {
			if says := SayRuled(x); says != "Row 1 of decision table who, version 1, led it to queue support because channel = chat, tier = gold." {
				t.Error(says)
			}
			x.Who = fact.Person{}
			if says := SayRuled(x); strings.Contains(says, "gold") {
				t.Errorf("erased: %s", says)
			}
		}
	}
	for says, wrong := range map[string]func(*OpenItem){
		"no row of decision table":   func(c *OpenItem) { c.Attributes = nil },
		"either a queue or":          func(c *OpenItem) { c.Queue = "support" },
		"there is no decision table": func(c *OpenItem) { c.Table = "none" },
		"say which queue":            func(c *OpenItem) { c.Table = "" },
	} {
		c := open
		wrong(&c)
		if err := s.floor.command(Command{Do: c}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %s", err, says)
		}
	}
	if err := s.floor.command(Command{Do: PublishTable{Table: "who", Format: rules.CSV, Text: "tier,queue\ngold,none\n"}}); orchestrator.KindOf(err) != orchestrator.Invalid {
		t.Errorf("got %v", err)
	}
}

// TestATableGoesByTheClock: by the zone of the centre and by a calendar of a flow; the moment is written down, and a flow does not lose
// a calendar that a table goes by.
func TestATableGoesByTheClock(t *testing.T) {
	s := writing(t)
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	cfg := s.floor.cfg
	cfg.Zone = zone
	s.floor.Configure(cfg)
	publish := func(hours string) error {
		return s.floor.command(Command{Do: PublishFlow{File: "f", Text: "flow: main\nnumbers: ['7900']\nlanguage: en\nstart: a\nhours: {" + hours + ": {zone: UTC, open: {mon-sun: 00:00-24:00}}}\nnodes:\n  a: {hours: " + hours + ", open: b, closed: b}\n  b: {hangup: x}"}})
	}
	table := PublishTable{Table: "who", Format: rules.CSV, Text: "time,hours:main/office,tier,queue\n17:00-17:01,open,?,support\n"}
	if err := s.floor.command(Command{Do: table}); err == nil || !strings.Contains(err.Error(), `flow "main" has no calendar "office"`) {
		t.Errorf("got %v", err)
	}
	if err := errors.Join(publish("office"), s.floor.command(Command{Do: table})); err != nil {
		t.Fatal(err)
	}
	var id orchestrator.InteractionID
	out, err := s.floor.Step(Command{Do: OpenItem{Channel: "chat", Table: "who", Into: &id}}, time.Date(2026, 1, 5, 9, 0, 59, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range out {
		if x, is := e.Fact.(fact.RulesApplied); is {
			const english = "Row 1 of decision table who, version 1, led it to queue support because time = 17:00, hours:main/office = open, tier = ? (asked at 2026-01-05 17:00 Asia/Shanghai)."
			const chinese = "（时间 2026-01-05 17:00 Asia/Shanghai）。"
			if says := SayRuled(x); says != english || !strings.HasSuffix(sayRuled("zh", x), chinese) {
				t.Errorf("%s %s", says, sayRuled("zh", x))
			}
		}
	}
	if _, err := s.floor.Step(Command{Do: OpenItem{Channel: "chat", Table: "who", Into: &id}}, time.Date(2026, 1, 5, 9, 1, 0, 0, time.UTC)); err == nil {
		t.Error("a minute later the same row holds")
	}
	if err := publish("other"); orchestrator.KindOf(err) != orchestrator.Conflict {
		t.Errorf("the calendar went away: %v", err)
	}
}

// TestATableThatCannotBeReadIsNamed, as one that was published by a newer program.
func TestATableThatCannotBeReadIsNamed(t *testing.T) {
	f := New(Defaults("x"))
	f.Apply(fact.Entry{Seq: 1, Fact: fact.RulesPublished{Table: "who", Version: 4, Format: "csv", Text: "queue\na\n", Edition: 99}})
	if all := f.UnreadableTables(); len(all) != 1 || all[0].Table != "who" || all[0].Version != 4 || !strings.Contains(all[0].Err.Error(), "newer program") {
		t.Errorf("%+v", all)
	}
}

// A table that was read and checked before is only held against the centre.
func TestATableIsCheckedBeforeTheFloor(t *testing.T) {
	s := writing(t)
	publish := func(text string) error {
		c := PublishTable{Table: "who", Format: rules.CSV, Text: text}
		read, err := ReadNewTable(c)
		if err != nil {
			return err
		}
		c.Read = read
		return s.floor.command(Command{Do: c})
	}
	if err := publish("tier,queue\n,support\ngold,support\n"); err == nil || !strings.Contains(err.Error(), "can never decide") {
		t.Errorf("a row that never decides: %v", err)
	}
	for text, says := range map[string]string{"tier,queue\ngold,none\n": `there is no queue "none"`, "hours:a/b,queue\nopen,support\n": `flow "a" has no calendar "b"`} {
		if err := publish(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := publish("tier,queue\ngold,support\n"); err != nil || s.floor.Tables["who"].Version != 1 {
		t.Errorf("%v, version %d", err, s.floor.Tables["who"].Version)
	}
}
