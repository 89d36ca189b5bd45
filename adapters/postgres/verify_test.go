package postgres_test

import (
	"context"
	"strings"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/fact"
)

// TestVerify breaks a journal in each way that Verify looks for.
func TestVerify(t *testing.T) {
	dsn := database(t)
	db := reopen(t, dsn)
	for name, c := range map[string]struct{ damage, says string }{
		"nothing":             {"select 1", ""},
		"a line is gone":      {"delete from journal where seq = 2", "1 are missing"},
		"the first is gone":   {"delete from journal where seq = 1", "1 are missing"},
		"time goes back":      {"update journal set at = at - interval '1 hour' where seq = 3", "older than the line before"},
		"an unknown kind":     {"update journal set kind = 'of_tomorrow' where seq = 2", "line 2"},
		"a broken body":       {`update journal set body = '"x"' where seq = 2`, "line 2"},
		"a stray person":      {"insert into journal_person (cell, seq, person) select name, 77, '{}' from cell", "belong to no line"},
		"a cursor ahead":      {"insert into reactor values ('tickets', 99)", "tickets"},
		"a view is wrong":     {"update view_queue set name = 'Wrong'", "rebuild"},
		"a view row is gone":  {"delete from view_agent", "rebuild"},
		"an interaction more": {"insert into view_interaction select 'x', switch, '', '', '', '', '', '', '', arrived, null, null, null, false, false, false from view_interaction", "rebuild"},
		"a view row more":     {"insert into view_queue select 'x', name, number, greeting, music, 1, 1, tickets from view_queue", "rebuild"},
	} {
		t.Run(name, func(t *testing.T) {
			empty(t, dsn)
			j := db.Journal()
			if _, err := j.Open(t.Context()); err != nil {
				t.Fatal(err)
			}
			var entries []fact.Entry
			for i, f := range []fact.Fact{fact.QueueDefined{Queue: "sales"}, fact.AgentDefined{Agent: "ann"}, fact.AgentStatusSet{Agent: "ann", Status: "available"}, fact.InteractionArrived{To: "1"}} {
				entries = append(entries, fact.Entry{Seq: int64(i + 1), At: noon, About: []orchestrator.InteractionID{"", "", "", "i1"}[i], Fact: f})
			}
			if err := j.Append(t.Context(), entries); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error)
			go func() { done <- db.Follow(ctx, desk.Views, desk.Reactions()[0].React) }()
			if _, err := db.WaitFor(t.Context(), 4); err != nil {
				t.Fatal(err)
			}
			cancel()
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			raw(t, dsn, c.damage)
			err := db.Verify(t.Context())
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("it says %v, want %q", err, c.says)
			}
		})
	}
}
