package api

import (
	"math"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/routing"
	"tandem/orchestrator/simulate"
)

// after is a time of so many seconds, to the microsecond.
func after(seconds float64) time.Duration {
	return time.Duration(math.Round(seconds*1e6)) * time.Microsecond
}

func afters(seconds []float64) []time.Duration {
	var out []time.Duration
	for _, s := range seconds {
		out = append(out, after(s))
	}
	return out
}

// scenarioIn is a scenario as the simulator has it, without its defaults.
func scenarioIn(in Scenario) simulate.Scenario {
	out := simulate.Scenario{
		Name: in.Name, Length: after(in.LengthSeconds), Days: in.Days, Seed: uint64(max(in.Seed, 0)), Target: after(in.TargetSeconds),
		Short: min(after(in.ShortSeconds), after(in.TargetSeconds)), Lines: in.Lines,
	}
	for _, q := range in.Queues {
		out.Queues = append(out.Queues, scenarioQueueIn(q))
	}
	for _, g := range in.Agents {
		out.Agents = append(out.Agents, scenarioGroupIn(g))
	}
	return out
}

func scenarioGroupIn(g ScenarioGroup) simulate.Group {
	return simulate.Group{
		ID: g.ID, Count: g.Count, Queues: queuesIn(g.Queues), Skills: skillsIn(g.Skills), Weight: g.Weight, Pace: g.Pace,
		Begin: after(g.BeginSeconds), End: after(g.EndSeconds),
	}
}

func scenarioQueueIn(q ScenarioQueue) simulate.Queue {
	a := q.Arrivals
	out := simulate.Queue{
		ID: orchestrator.QueueID(q.ID), Service: distributionIn(q.Service), Wrap: distributionIn(q.Wrap), Ring: distributionIn(q.Ring),
		Patience: distributionIn(q.Patience),
		Arrivals: simulate.Arrivals{PerHour: a.PerHour, Counts: a.Counts, Every: after(a.EverySeconds), Times: afters(a.TimesSeconds)},
	}
	out.Plan = floor.PlanOf(fact.QueueDefined{Strategy: string(q.Routing.Strategy), Steps: stepsIn(q.Routing.Steps), Borrow: borrowsIn(q.Routing.Borrow)})
	out.Ahead = routing.HeadStart(q.Routing.Priority, time.Duration(q.Routing.TargetSeconds)*time.Second)
	return out
}

func distributionIn(d Distribution) simulate.Distribution {
	return simulate.Distribution{
		Is: simulate.Shape(d.Is), Mean: after(d.MeanSeconds), CV: d.Cv, Stages: d.Stages, Low: after(d.LowSeconds), High: after(d.HighSeconds),
		Samples: afters(d.SamplesSeconds),
	}
}
