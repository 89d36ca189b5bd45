package api_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator/floor"
)

// A queue that wants experts first: a call that only a beginner could take waits, says why, and rings at the beginner's phone when the
// step is over.
func TestRouting(t *testing.T) {
	c := start(t)
	c.seed()
	const experts = `{"steps":[{"name":"experts","required":[{"level":5,"skill":"billing"}],"seconds":20},{"ahead_seconds":5}],"strategy":"best_skill"}`
	const shown = `{"steps":[{"name":"experts","required":[{"level":5,"skill":"billing"}],"seconds":20},{"ahead_seconds":5}],"strategy":"best_skill","version":1}`
	if a := c.want(200, "PUT", "/api/v1/queues/sales/routing", experts); strings.TrimSpace(string(a.body)) != shown {
		t.Errorf("the routing is %s", a.body)
	}
	c.want(200, "PUT", "/api/v1/agents/ann/skills", `{"skills":[{"skill":"billing","level":3}]}`)
	c.want(200, "PUT", "/api/v1/queues/sales", `{"name":"Sales and service","number":"7000"}`) // says nothing of routing
	c.want(200, "PUT", "/api/v1/agents/ann", `{"name":"Ann Example","endpoint":"ann","queues":["sales"]}`)
	if a := c.want(200, "GET", "/api/v1/queues/sales/routing", ""); strings.TrimSpace(string(a.body)) != shown {
		t.Errorf("the routing has become %s", a.body)
	}
	if a := c.want(200, "GET", "/api/v1/agents/ann/skills", ""); !strings.Contains(string(a.body), `"level":3`) {
		t.Errorf("ann can do %s", a.body)
	}

	c.arrive("c1", "5550100", "")
	id := c.waiting()
	a := c.want(200, "GET", "/api/v1/interactions/"+id+"/routing", "")
	for _, want := range []string{`"finding":"lacks_skill"`, `"has":3`, `"asked":5`, `"if":"lower"`, `"step_name":"experts"`, `"position":1`, `"expected_wait_bound_seconds":137,"expected_wait_seconds":42`, "ann: has billing at level 3, 5 is asked for"} {
		if !strings.Contains(string(a.body), want) {
			t.Errorf("nothing of %s in %s", want, a.body)
		}
	}
	const outlook = `{"answered":0,"expected_wait_bound_seconds":232,"expected_wait_seconds":101,"pace_seconds":60,"queue":"sales","waiting":1,"within_bound":0}`
	if a := c.want(200, "GET", "/api/v1/queues/sales/outlook", ""); strings.TrimSpace(string(a.body)) != outlook {
		t.Errorf("who joins now can expect %s", a.body)
	}
	if a := c.want(200, "GET", "/api/v1/interactions/"+id+"/routing?language=zh", ""); !strings.Contains(string(a.body), "技能 billing 为 3 级") {
		t.Errorf("in Chinese: %s", a.body)
	}
	c.want(200, "PUT", "/api/v1/agents/ann/status", `{"status":"away"}`)
	if a := c.want(200, "GET", "/api/v1/interactions/"+id+"/routing", ""); !strings.Contains(string(a.body), `"unready":"status"`) {
		t.Errorf("ann is away: %s", a.body)
	}
	c.want(200, "PUT", "/api/v1/agents/ann/status", `{"status":"available"}`)
	c.happens(20*time.Second, floor.Tick{})
	told := string(c.want(200, "GET", "/api/v1/interactions/"+id+"/routing", "").body)
	for _, want := range []string{`"kind":"queued"`, `"kind":"step"`, `"kind":"offered"`, `"fit":1`, `"free":1`, "It was offered to ann. 1 people fitted, 1 of them were free."} {
		if !strings.Contains(told, want) || strings.Contains(told, `"now"`) {
			t.Errorf("of a call that rings: nothing of %s in %s", want, told)
		}
	}
	if told := string(c.want(200, "GET", "/api/v1/interactions/"+id+"/routing?language=zh", "").body); !strings.Contains(told, "分配给 ann。符合条件 1 人，其中空闲 1 人。") {
		t.Errorf("in Chinese: %s", told)
	}
	if a := c.want(200, "GET", "/api/v1/interactions/"+id+"/timeline", ""); !strings.Contains(string(a.body), "item_widened") || !strings.Contains(string(a.body), "offer_made") {
		t.Errorf("the timeline: %s", a.body)
	}

	c.want(404, "GET", "/api/v1/interactions/i999999/routing", "")
	c.want(404, "GET", "/api/v1/queues/none/routing", "")
	c.want(404, "GET", "/api/v1/queues/none/outlook", "")
	c.want(404, "PUT", "/api/v1/agents/none/skills", `{"skills":[]}`)
	c.want(422, "PUT", "/api/v1/queues/sales/routing", `{"strategy":"longest_idle","steps":[{},{}]}`)
	for _, wrong := range []string{`{"only":"last_agent"}`, `{"if":"billing - 1 > 2"}`, `{"seconds":20}`, `{"seconds":20,"exit":"nowhere"}`, `{"seconds":20,"exit":"sales"}`} {
		c.want(422, "PUT", "/api/v1/queues/sales/routing", `{"strategy":"weighted","steps":[`+wrong+`]}`)
	}
	full := `{"priority":3,"steps":[{"name":"known","only":"dedicated","seconds":9,"skip_if":"free == 0 or attributes.tier == \"gold\""},{"ahead_seconds":1,"also":["sales"],"if":"x == 2","preferred":[{"level":1,"skill":"y"}]}],"strategy":"weighted","target_seconds":60`
	if a := c.want(200, "PUT", "/api/v1/queues/sales/routing", full+"}"); strings.TrimSpace(string(a.body)) != full+`,"version":2}` {
		t.Errorf("the routing is %s", a.body)
	}
	c.want(422, "PUT", "/api/v1/agents/ann/skills", `{"skills":[{"skill":"x","level":1},{"skill":"x","level":2}]}`)
}

func TestCapacity(t *testing.T) {
	c := start(t)
	c.seed()
	if a := c.want(200, "GET", "/api/v1/agents/ann/capacity", ""); !strings.Contains(string(a.body), `"slots":{"chat":3,"mail":2,"message":5,"voice":1},"total":6,"weight":1`) {
		t.Errorf("what ann carries: %s", a.body)
	}
	const carries = `{"during":{"voice":["mail"]},"slots":{"chat":0,"mail":4,"message":0,"voice":1},"total":5,"weight":3}`
	if a := c.want(200, "PUT", "/api/v1/agents/ann/capacity", `{"weight":3,"slots":{"voice":1,"mail":4},"total":5,"during":{"voice":["mail"]}}`); strings.TrimSpace(string(a.body)) != carries {
		t.Errorf("what ann carries now: %s", a.body)
	}
	for _, wrong := range []string{`{"slots":{"voice":2}}`, `{"slots":{"pigeon":1}}`, `{"slots":{"chat":1},"during":{"pigeon":["chat"]}}`, `{"weight":101}`} {
		c.want(422, "PUT", "/api/v1/agents/ann/capacity", wrong)
	}
	c.want(404, "PUT", "/api/v1/agents/none/capacity", `{}`)
}

// waiting is the one interaction that is in line.
func (c *centre) waiting() string {
	c.t.Helper()
	var page struct{ Items []struct{ ID string } }
	must(c.t, json.Unmarshal(c.want(200, "GET", "/api/v1/interactions?state=queued", "").body, &page))
	if len(page.Items) != 1 {
		c.t.Fatalf("%d are in line", len(page.Items))
	}
	return page.Items[0].ID
}
