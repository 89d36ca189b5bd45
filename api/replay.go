package api

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/problem"
	"tandem/orchestrator/routing"
	"tandem/orchestrator/rules"
	"tandem/orchestrator/simulate"
	"tandem/orchestrator/whatif"
)

// longestReplay bounds the span of the journal that is lived through again.
const longestReplay = 7 * 24 * time.Hour

// replayIn is a replay as the runner has it, as far as it can be checked before the journal is read.
func (s *Server) replayIn(in Replay) (*whatif.Replay, error) {
	out := &whatif.Replay{
		From: in.From.UTC(), To: in.To.UTC(), Days: cmp.Or(in.Days, 10), Seed: uint64(max(cmp.Or(in.Seed, 1), 0)), Zone: s.cfg.Zone,
		Target: cmp.Or(after(in.TargetSeconds), 20*time.Second), Short: cmp.Or(after(in.ShortSeconds), 5*time.Second),
		Change: simulate.Scenario{Name: "would have been"}, Tables: map[orchestrator.TableID]*rules.Table{}, Flows: map[orchestrator.FlowID]*flow.Flow{},
	}
	if !out.From.Before(out.To) || out.To.Sub(out.From) > longestReplay {
		return nil, wrongField(http.StatusUnprocessableEntity, "invalid", "replay.to", "after from, and at most 7 days")
	}
	people := 0
	for n, q := range in.Queues {
		plan := floor.PlanOf(fact.QueueDefined{Strategy: string(q.Routing.Strategy), Steps: stepsIn(q.Routing.Steps), Borrow: borrowsIn(q.Routing.Borrow)})
		if err := cmp.Or(plan.Check(), routing.CheckBorrows(orchestrator.QueueID(q.ID), plan.Borrow)); err != nil {
			return nil, wrongField(http.StatusUnprocessableEntity, "invalid", fmt.Sprintf("replay.queues[%d].routing", n), err.Error())
		}
		out.Change.Queues = append(out.Change.Queues, simulate.Queue{
			ID: orchestrator.QueueID(q.ID), Plan: plan, Ahead: routing.HeadStart(q.Routing.Priority, time.Duration(q.Routing.TargetSeconds)*time.Second),
		})
	}
	for _, g := range in.Agents {
		people += g.Count
		out.Change.Agents = append(out.Change.Agents, scenarioGroupIn(g))
	}
	if people > maxSimulatedPeople {
		return nil, wrongField(http.StatusUnprocessableEntity, "invalid", "replay.agents", "more than 2000 people; \"tandem replay\" takes more")
	}
	return out, entriesIn(in, out)
}

// entriesIn reads the other decision tables and flows of a replay.
func entriesIn(in Replay, out *whatif.Replay) error {
	refuse := func(field string, n int, err error) error {
		var all problem.List
		if !errors.As(err, &all) {
			return err
		}
		return wrongField(http.StatusUnprocessableEntity, "invalid", fmt.Sprintf("replay.%s[%d]", field, n), printable(fmt.Sprintf("line %d: %s", all[0].Line, all[0].Where())))
	}
	for n, t := range in.Tables {
		read, err := rules.Parse(t.ID, cmp.Or(rules.Format(t.Format), rules.YAML), t.Text)
		if err == nil {
			err = read.Check(rules.Centre{})
		}
		if err != nil {
			return refuse("tables", n, err)
		}
		out.Tables[orchestrator.TableID(t.ID)] = read
	}
	for n, text := range in.Flows {
		read, err := flow.Parse("flow", text)
		if err == nil {
			err = read.Check("flow", flow.Centre{})
		}
		if err != nil {
			return refuse("flows", n, err)
		}
		out.Flows[orchestrator.FlowID(read.Name)] = read
	}
	return nil
}

func replayedWire(r *whatif.Replayed) Replayed {
	if r == nil {
		return Replayed{}
	}
	out := Replayed{From: r.From, To: r.To, Callers: r.Callers, Compared: r.Compared, Different: r.Different, Svg: r.SVG}
	if said := r.Moved.String(); said != "" {
		out.Notes = append(out.Notes, said)
	}
	for _, n := range r.Notes {
		out.Notes = append(out.Notes, n.String())
	}
	return out
}
