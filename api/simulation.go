package api

import (
	"cmp"
	"context"
	"errors"
	"math"
	"net/http"
	"strings"

	"tandem/orchestrator/simulate"
	"tandem/orchestrator/whatif"
)

// What one simulation may be at most: seconds of one processor.
const (
	maxSimulatedCalls  = 1_000_000
	maxSimulatedPeople = 2000
)

// StartSimulation puts a simulation in line.
func (s *Server) StartSimulation(ctx context.Context, r StartSimulationRequestObject) (StartSimulationResponseObject, error) {
	q := whatif.Request{Level: cmp.Or(r.Body.Level, 0.95)}
	var err error
	replays := !r.Body.Replay.From.IsZero() // the document wants one where there is a replay
	switch {
	case replays == (len(r.Body.Scenario.Queues) > 0) || replays && len(r.Body.Against.Queues) > 0:
		return nil, wrongField(http.StatusUnprocessableEntity, "invalid", "scenario", "give either a scenario, perhaps with an against, or a replay")
	case replays:
		if q.Replay, err = s.replayIn(r.Body.Replay); err != nil {
			return nil, err
		}
		return s.begin(ctx, r, q)
	}
	if q.Scenario, err = simulated("scenario", r.Body.Scenario); err != nil {
		return nil, err
	}
	if len(r.Body.Against.Queues) > 0 { // the document wants one where there is an against
		other, err := simulated("against", r.Body.Against)
		if err != nil {
			return nil, err
		}
		if other.Days != q.Scenario.Days || other.Length != q.Scenario.Length {
			return nil, wrongField(http.StatusUnprocessableEntity, "invalid", "against.days", "give both scenarios the same days and length_seconds: they are compared day by day")
		}
		q.Against = &other
	}
	return s.begin(ctx, r, q)
}

// begin puts what was asked for in line, once.
func (s *Server) begin(ctx context.Context, r StartSimulationRequestObject, q whatif.Request) (StartSimulationResponseObject, error) {
	by := from(ctx)
	job, err := once(ctx, s.started, by.once(r.Params.IdempotencyKey), by.hash, func() (whatif.Job, error) { return s.cfg.Simulations.Start(q) })
	if err != nil {
		return nil, err
	}
	s.cfg.Log.Info("simulation asked for", "request", by.id, "by", by.key.ID, "simulation", job.ID)
	return StartSimulation202JSONResponse(jobWire(job)), nil
}

// ListSimulations lists all that are known.
func (s *Server) ListSimulations(context.Context, ListSimulationsRequestObject) (ListSimulationsResponseObject, error) {
	return ListSimulations200JSONResponse{Items: wireAll(s.cfg.Simulations.List(), jobWire)}, nil
}

// GetSimulation answers how one stands.
func (s *Server) GetSimulation(_ context.Context, r GetSimulationRequestObject) (GetSimulationResponseObject, error) {
	job, err := s.cfg.Simulations.Get(r.Simulation)
	if err != nil {
		return nil, err
	}
	return GetSimulation200JSONResponse(jobWire(job)), nil
}

// CancelSimulation cancels one, or forgets it.
func (s *Server) CancelSimulation(_ context.Context, r CancelSimulationRequestObject) (CancelSimulationResponseObject, error) {
	if err := s.cfg.Simulations.Cancel(r.Simulation); err != nil {
		return nil, err
	}
	return CancelSimulation204Response{}, nil
}

// simulated is a scenario as the simulator has it, complete and checked. What is wrong names the field of the request.
func simulated(name string, in Scenario) (simulate.Scenario, error) {
	out := scenarioIn(in).WithDefaults()
	var wrong *simulate.Error
	if err := out.Check(); errors.As(err, &wrong) {
		return out, wrongField(http.StatusUnprocessableEntity, "invalid", name+"."+wirePath(wrong.Path), wrong.Say)
	} else if err != nil {
		return out, err
	}
	people := 0
	for _, g := range out.Agents {
		people += g.Count
	}
	switch calls := out.Expected(); {
	case people > maxSimulatedPeople:
		return out, wrongField(http.StatusUnprocessableEntity, "invalid", name+".agents", "more than 2000 people; \"tandem simulate\" takes more")
	case calls > maxSimulatedCalls:
		return out, wrongField(http.StatusUnprocessableEntity, "invalid", name+".days", "more than a million calls over all days; \"tandem simulate\" takes more")
	}
	return out, nil
}

// wirePath is the name of a field of a scenario in a request.
func wirePath(path string) string {
	for from, to := range map[string]string{
		"length": "length_seconds", "target": "target_seconds", "short": "short_seconds", "mean": "mean_seconds", "low": "low_seconds",
		"high": "high_seconds", "every": "every_seconds", "begin": "begin_seconds", "end": "end_seconds",
	} {
		if path == from || strings.HasSuffix(path, "."+from) {
			return strings.TrimSuffix(path, from) + to
		}
	}
	for from, to := range map[string]string{".samples[": ".samples_seconds[", ".times[": ".times_seconds[", ".plan": ".routing"} {
		path = strings.Replace(path, from, to, 1)
	}
	return path
}

func jobWire(j whatif.Job) Simulation {
	out := Simulation{
		ID: j.ID, State: SimulationState(j.State), Progress: math.Round(j.Progress*1000) / 1000, Created: j.Created.UTC(), Begun: j.Begun.UTC(), Ended: j.Ended.UTC(), Why: j.Why,
	}
	out.Replayed = replayedWire(j.Replayed)
	for _, r := range j.Reports {
		for _, row := range r.Rows {
			if row.Scope == simulate.OfAgent {
				continue
			}
			w := SimulatedMeasure{Scenario: r.Scenario.Name, Scope: SimulatedMeasureScope(row.Scope), Name: row.Name, Measure: row.Measure, Mean: row.Mean, Days: row.Days}
			if !math.IsNaN(row.Half) {
				w.Low, w.High = new(row.Mean-row.Half), new(row.Mean+row.Half)
			}
			out.Rows = append(out.Rows, w)
		}
	}
	return out
}
