package api_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"tandem/api"
	"tandem/dialplan"
)

// The tables of the documentation are taken as they stand there: the one of times where there is what the example centre has, the
// other with the queues that its text says are to be made.
func TestTablesOfTheDocumentation(t *testing.T) {
	c := start(t)
	text, err := os.ReadFile("../docs/routing.md")
	if err != nil {
		t.Fatal(err)
	}
	for number, queue := range map[string]string{"7001": "sales", "7002": "support", "7003": "vip", "7004": "billing"} {
		c.want(200, "PUT", "/api/v1/queues/"+queue, `{"name":"`+queue+`","number":"`+number+`"}`)
	}
	main, err := dialplan.Flow("main")
	if err != nil {
		t.Fatal(err)
	}
	put := func(path string, body map[string]string) {
		t.Helper()
		written, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		c.want(200, "PUT", path, string(written))
	}
	put("/api/v1/flows/main", map[string]string{"text": main})
	for _, first := range []string{"problem,tier,amount,queue", "tier,time@Asia/Shanghai,weekday"} {
		_, table, found := strings.Cut(string(text), "    "+first)
		table, _, ended := strings.Cut(table, "\n\n")
		if !found || !ended {
			t.Fatalf("the documentation has no table that begins %q", first)
		}
		put("/api/v1/rules/example", map[string]string{"format": "csv", "text": first + strings.ReplaceAll(table, "\n    ", "\n") + "\n"})
	}
}

func TestRules(t *testing.T) {
	c := start(t)
	c.seed()
	const at, csv = "/api/v1/rules/who", `{"format":"csv","text":"tier,queue,priority,reason\ngold,sales,5,gold first\n"}`
	c.want(404, "GET", at, "")
	one := read[api.Table](t, c.want(200, "PUT", at, csv))
	if one.Version != 1 || len(one.Notes) != 1 || !strings.Contains(one.Notes[0], "tier = (something else)") {
		t.Errorf("%+v", one)
	}
	if again := read[api.Table](t, c.want(200, "PUT", at, csv)); again.Version != 1 {
		t.Errorf("the same text is version %d", again.Version)
	}
	two := read[api.Table](t, c.want(200, "PUT", at, `{"text":"inputs: [tier]\nrows:\n  - {when: {tier: gold}, queue: sales, priority: 5, reason: gold first}\n  - {queue: sales}\n"}`))
	if two.Version != 2 || two.Format != "yaml" || len(two.Notes) != 0 {
		t.Errorf("%+v", two)
	}
	if all := read[api.TableList](t, c.want(200, "GET", at+"/versions", "")); len(all.Items) != 2 || all.Items[1].Text != one.Text {
		t.Errorf("%+v", all)
	}
	if all := read[api.TableList](t, c.want(200, "GET", "/api/v1/rules", "")); len(all.Items) != 1 || all.Items[0].Version != 2 || all.Items[0].Text != "" {
		t.Errorf("%+v", all)
	}
	p := read[api.Problem](t, c.want(422, "PUT", at, `{"format":"csv","text":"tier,queue\ngold,sales\nsilver,seals\n"}`))
	if len(p.Fields) != 1 || p.Fields[0].Field != "text line 3" || !strings.Contains(p.Fields[0].Says, `row 2, queue: there is no queue "seals"`) {
		t.Errorf("%+v", p)
	}

	p = read[api.Problem](t, c.want(422, "PUT", at, `{"format":"csv","text":"tier,queue\ngold,sales\ngold,seals\n"}`))
	if len(p.Fields) != 1 || !strings.Contains(p.Fields[0].Says, "row 2: this row can never decide") {
		t.Errorf("what can be told of the text alone is told before the centre is asked: %+v", p)
	}

	i := read[api.Interaction](t, c.want(201, "POST", "/api/v1/interactions", `{"channel":"chat","rules":"who","attributes":{"tier":"gold"}}`))
	if i.Queue != "sales" {
		t.Errorf("%+v", i)
	}
	d := read[api.RoutingDecision](t, c.want(200, "GET", "/api/v1/interactions/"+i.ID+"/routing?language=en", ""))
	if m := d.Moments[0]; m.Kind != "ruled" || m.Row != 1 || m.Says != "Row 1 of decision table who, version 2, led it to queue sales because tier = gold: gold first." {
		t.Errorf("%+v", m)
	}
	c.want(422, "POST", "/api/v1/interactions", `{"channel":"chat"}`)
}
