package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tandem/api"
)

// TestReplay: a span of the journal is read and lived through again, with another plan, more people and another decision table; what
// cannot be is refused with its field.
func TestReplay(t *testing.T) {
	c := start(t)
	c.seed()
	c.call("c1", "+8613800138000")
	body := func(rest string) string {
		from := c.clock().Add(-24 * time.Hour)
		return fmt.Sprintf(`{"replay":{"from":%q,"to":%q%s}}`, from.Format(time.RFC3339), from.Add(48*time.Hour).Format(time.RFC3339), rest)
	}
	ended := func(rest string) api.Simulation {
		return c.ended(read[api.Simulation](t, c.want(202, "POST", "/api/v1/simulations", body(rest), "Idempotency-Key", fmt.Sprint("k", len(rest)))).ID)
	}
	s := ended(`,"days":3`)
	if s.State != api.SimulationStateDone || s.Replayed.Callers != 1 || s.Replayed.Compared != 1 || s.Replayed.Different != 0 || !strings.HasPrefix(s.Replayed.Svg, "<svg") {
		t.Fatalf("%.2000v", s)
	}
	scenarios := map[string]bool{}
	for _, r := range s.Rows {
		scenarios[r.Scenario] = true
	}
	if !scenarios["was"] || !scenarios["would have been"] || !scenarios["difference"] || len(scenarios) != 3 {
		t.Errorf("%v", scenarios)
	}
	s = ended(`,"agents":[{"id":"extra","count":2,"queues":["sales"]}],"queues":[{"id":"sales","routing":{"strategy":"best_skill","steps":[]}}],"tables":[{"id":"who","format":"csv","text":"tier,queue\n,sales\n"}],"flows":["flow: f\nnumbers: ['1']\nlanguage: en\nstart: a\nnodes: {a: {queue: sales}}"]`)
	if s.State != api.SimulationStateDone || len(s.Replayed.Notes) == 0 || !strings.Contains(s.Replayed.Notes[0], "0 callers to another queue") {
		t.Errorf("%.2000v", s)
	}
	s = ended(`,"queues":[{"id":"sales","routing":{"strategy":"longest_idle","steps":[],"borrow":[{"from":["nowhere"],"when":{"waiting":2}}]}}]`)
	if s.State != api.SimulationStateFailed || !strings.Contains(s.Why, `borrow[0].from: there is no queue "nowhere"`) {
		t.Errorf("a rule of lending is lost on its way: %s %q", s.State, s.Why)
	}
	if list := read[api.SimulationList](t, c.want(200, "GET", "/api/v1/simulations", "")); list.Items[0].Replayed.Svg != "" {
		t.Error("the list holds pictures")
	}
	for rest, field := range map[string]string{
		`,"tables":[{"id":"who","format":"csv","text":"tier\ngold\n"}]`: "replay.tables[0]",
		`,"flows":["flow: f"]`: "replay.flows[0]",
		`,"queues":[{"id":"sales","routing":{"strategy":"longest_idle","steps":[{"if":"billing >"}]}}]`:                                                          "replay.queues[0].routing",
		`,"queues":[{"id":"sales","routing":{"strategy":"longest_idle","steps":[],"borrow":[{"from":["support"],"when":{"waiting":2},"until":{"waiting":2}}]}}]`: "replay.queues[0].routing",
		`,"agents":[{"id":"a","count":2000,"queues":["sales"]},{"id":"b","count":1,"queues":["sales"]}]`:                                                         "replay.agents",
	} {
		if a := c.want(422, "POST", "/api/v1/simulations", body(rest), "Idempotency-Key", field); !strings.Contains(string(a.body), field) {
			t.Errorf("%s: got %s", field, a.body)
		}
	}
	for _, both := range []string{`{}`, `{"scenario":` + aDay + `,` + body("")[1:], `{"replay":{"from":"2026-11-22T00:00:00Z","to":"2026-11-30T00:00:00Z"}}`} {
		c.want(422, "POST", "/api/v1/simulations", both, "Idempotency-Key", fmt.Sprint(len(both)))
	}
}
