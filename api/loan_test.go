package api_test

import (
	"strings"
	"testing"
)

// A queue borrows by rule: the rule comes back as it was given, the loan is shown at both queues, told in the routing of the call, and
// over when the agent leaves.
func TestLoans(t *testing.T) {
	c := start(t)
	c.seed()
	c.want(200, "PUT", "/api/v1/queues/support", `{"name":"Support","number":"7002"}`)
	const rule = `{"borrow":[{"at_most":2,"from":["sales"],"hold_seconds":60,"recall":{"waiting":2},"when":{"waiting":1}}],"steps":[],"strategy":"longest_idle"}`
	if a := c.want(200, "PUT", "/api/v1/queues/support/routing", rule); !strings.Contains(string(a.body), rule[:len(rule)-1]) {
		t.Errorf("the routing is %s", a.body)
	}
	a := c.want(422, "PUT", "/api/v1/queues/support/routing", `{"borrow":[{"from":["sales"],"when":{"waiting":2},"until":{"waiting":2}}],"steps":[],"strategy":"longest_idle"}`)
	if !strings.Contains(string(a.body), `"field":"borrow.0.until.waiting"`) {
		t.Errorf("an end of the surge that is no lower is answered %s", a.body)
	}
	if a := c.want(200, "GET", "/api/v1/queues/support/loans", ""); strings.TrimSpace(string(a.body)) != `{"items":[]}` {
		t.Errorf("before the surge on loan are %s", a.body)
	}
	c.want(404, "GET", "/api/v1/queues/nowhere/loans", "")
	opened := c.want(201, "POST", "/api/v1/interactions", `{"channel":"email","queue":"support","address":"fang@example.com"}`)
	for _, queue := range []string{"sales", "support"} {
		if a := c.want(200, "GET", "/api/v1/queues/"+queue+"/loans", ""); !strings.Contains(string(a.body), `"agent":"ann","from":"sales","since":"`) {
			t.Errorf("on loan at %s are %s", queue, a.body)
		}
	}
	_, id, _ := strings.Cut(string(opened.body), `"id":"`)
	id, _, _ = strings.Cut(id, `"`)
	told := string(c.want(200, "GET", "/api/v1/interactions/"+id+"/routing", "").body)
	for _, want := range []string{`"lent":"sales"`, "ann is lent by queue sales."} {
		if !strings.Contains(told, want) {
			t.Errorf("nothing of %s in %s", want, told)
		}
	}
	if told := string(c.want(200, "GET", "/api/v1/interactions/"+id+"/routing?language=zh", "").body); !strings.Contains(told, "ann 由队列 sales 借调。") {
		t.Errorf("in Chinese: %s", told)
	}
	c.want(200, "PUT", "/api/v1/agents/ann/status", `{"status":"away"}`)
	if a := c.want(200, "GET", "/api/v1/queues/support/loans", ""); strings.TrimSpace(string(a.body)) != `{"items":[]}` {
		t.Errorf("ann is away, and on loan are %s", a.body)
	}
}
