package floor

import (
	"strings"
	"testing"

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
