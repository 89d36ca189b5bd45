package main

import (
	"context"
	"fmt"

	"tandem/adapters/lab"
	"tandem/dialplan"
)

// person is an agent of the example centre: which queues she serves, and how well she knows what they are about.
type person struct {
	queues []string
	skills map[string]int // level, 1 to 10
}

var people = map[string]person{
	"ann": {[]string{"sales", "support"}, map[string]int{"support": 8, "sales": 4}},
	"bob": {[]string{"support"}, map[string]int{"support": 5}},
	"cho": {[]string{"sales"}, map[string]int{"sales": 8}},
}

// seed defines two queues with their plans, three agents with their skills and the flow before them through the API, as an admin
// would, unless there are queues already.
func seed(ctx context.Context, api lab.Client) error {
	var have struct {
		Items []struct{ ID string }
	}
	if err := api.Get(ctx, "/api/v1/queues", &have); err != nil || len(have.Items) > 0 {
		return err
	}
	for i, queue := range []string{"sales", "support"} {
		err := api.Put(ctx, "/api/v1/queues/"+queue, map[string]any{
			"name": title(queue), "number": numbers[i+1], "greeting": "prompt:welcome", "music": "default",
			"ring_seconds": 20, "wrap_up_seconds": 30, "tickets": "answered", "survey": "key+sms",
		}, nil)
		if err != nil {
			return err
		}
		if err := api.Put(ctx, "/api/v1/queues/"+queue+"/routing", plan(queue), nil); err != nil {
			return err
		}
	}
	for _, name := range agents {
		p := people[name]
		if err := api.Put(ctx, "/api/v1/agents/"+name, map[string]any{"name": title(name), "endpoint": name, "queues": p.queues}, nil); err != nil {
			return err
		}
		var skills []map[string]any
		for skill, level := range p.skills {
			skills = append(skills, map[string]any{"skill": skill, "level": level})
		}
		if err := api.Put(ctx, "/api/v1/agents/"+name+"/skills", map[string]any{"skills": skills}, nil); err != nil {
			return err
		}
	}
	text, err := dialplan.Flow("main")
	if err != nil {
		return err
	}
	return api.Put(ctx, "/api/v1/flows/main", map[string]string{"text": text}, nil)
}

// plan asks who knows a queue's matter well, where somebody of them is there, and a quarter of a minute later everybody in the queue.
func plan(queue string) map[string]any {
	return map[string]any{"strategy": "longest_idle", "steps": []map[string]any{
		{"name": "experts", "if": fmt.Sprintf("%s >= 7", queue), "skip_if": "staffed == 0", "seconds": 15},
		{"name": "everybody"},
	}}
}
