package api_test

import (
	"strings"
	"testing"
	"time"

	"tandem/api"
)

const aDay = `{"name":"as it is","length_seconds":36000,"days":5,"seed":7,"queues":[{"id":"sales","arrivals":{"per_hour":60},
	"service":{"is":"exponential","mean_seconds":240},"wrap":{"is":"constant","mean_seconds":30},"patience":{"is":"exponential","mean_seconds":180},
	"routing":{"strategy":"best_skill","priority":1,"steps":[{"required":[{"skill":"english","level":5}],"seconds":20},{}]}}],
	"agents":[{"id":"sellers","count":4,"queues":["sales"],"skills":[{"skill":"english","level":7}]}]}`

// ended waits for the ending of a simulation.
func (c *centre) ended(id string) api.Simulation {
	c.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; {
		s := read[api.Simulation](c.t, c.want(200, "GET", "/api/v1/simulations/"+id, ""))
		if s.State != api.SimulationStateWaiting && s.State != api.SimulationStateRunning {
			return s
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("%+v does not end", s)
		}
	}
}

// A day and another with two more people: the answer comes at once, the result later, with what the one is more than the other.
func TestSimulation(t *testing.T) {
	c := start(t)
	more := strings.NewReplacer(`"as it is"`, `"two more"`, `"count":4`, `"count":6`).Replace(aDay)
	body := `{"scenario":` + more + `,"against":` + aDay + `}`
	begun := read[api.Simulation](t, c.want(202, "POST", "/api/v1/simulations", body, "Idempotency-Key", "k"))
	if again := read[api.Simulation](t, c.want(202, "POST", "/api/v1/simulations", body, "Idempotency-Key", "k")); again.ID != begun.ID {
		t.Error("the same Idempotency-Key began another simulation")
	}
	c.want(409, "POST", "/api/v1/simulations", `{"scenario":`+aDay+`}`, "Idempotency-Key", "k")
	s := c.ended(begun.ID)
	if s.State != api.SimulationStateDone || s.Progress != 1 || s.Ended.IsZero() {
		t.Fatalf("%+v", s)
	}
	found := 0
	for _, r := range s.Rows {
		if r.Scope != "total" || r.Measure != "SL-3" {
			continue
		}
		found++
		if r.Scenario == "two more less as it is" && (r.Mean < .1 || *r.Low < .05 || *r.High <= r.Mean) {
			t.Errorf("two people more change SL-3 by %+v", r)
		}
	}
	if found != 2 {
		t.Errorf("SL-3 in %d rows", found)
	}
	list := read[api.SimulationList](t, c.want(200, "GET", "/api/v1/simulations", ""))
	if len(list.Items) != 1 || list.Items[0].Rows != nil {
		t.Errorf("%+v", list)
	}
	c.want(204, "DELETE", "/api/v1/simulations/"+s.ID, "")
	c.want(404, "GET", "/api/v1/simulations/"+s.ID, "")
	c.want(404, "DELETE", "/api/v1/simulations/"+s.ID, "")
}

func TestSimulationRefuses(t *testing.T) {
	c := start(t)
	with := func(old, fresh string) string { return `{"scenario":` + strings.Replace(aDay, old, fresh, 1) + `}` }
	for field, body := range map[string]string{
		"scenario.queues[0].service.mean_seconds": with(`,"mean_seconds":240`, ``),
		"scenario.queues[0].arrivals.per_hour":    with(`"per_hour":60`, `"per_hour":60,"counts":[1],"every_seconds":60`),
		"scenario.agents[0].queues[0]":            with(`"queues":["sales"]`, `"queues":["service"]`),
		"scenario.queues[0].routing":              with(`,"seconds":20},{}`, `},{}`),
		"scenario.days":                           with(`"per_hour":60`, `"per_hour":100000`),
		"against.days":                            `{"scenario":` + aDay + `,"against":` + strings.Replace(aDay, `"days":5`, `"days":6`, 1) + `}`,
		"scenario.days ":                          with(`"days":5`, `"days":366`),
	} {
		a := c.want(422, "POST", "/api/v1/simulations", body)
		if p := read[api.Problem](t, a); len(p.Fields) == 0 || p.Fields[0].Field != strings.TrimSpace(field) {
			t.Errorf("%s: %s", field, a.body)
		}
	}
}
