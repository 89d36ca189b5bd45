package whatif

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"tandem/orchestrator/simulate"
)

// slice is how long a simulation works before it steps aside.
const slice = 100 * time.Microsecond

// do runs one, in this goroutine. A panic is its end, and not that of the program.
func (r *Runner) do(j *job) (reports []simulate.Report, replayed *Replayed, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			r.log.Error("a simulation broke off by a fault of the program; please report it", "simulation", j.ID, "cause", fault, "stack", string(debug.Stack()))
			reports, replayed, err = nil, nil, errors.New("it broke off by a fault of the program, which its log tells; please report it")
		}
	}()
	if j.request.Replay != nil {
		return r.replay(j)
	}
	reports, err = r.simulate(j)
	return reports, nil, err
}

// simulate runs one, in this goroutine.
func (r *Runner) simulate(j *job) ([]simulate.Report, error) {
	q, parts := j.request, 1.0
	if q.Against != nil {
		parts = 2
	}
	days, err := simulate.Run(q.Scenario, r.watch(j, 0, parts))
	if err != nil {
		return nil, because(j.ctx, err)
	}
	if q.Against == nil {
		return []simulate.Report{simulate.NewReport(q.Scenario, days, q.Level)}, nil
	}
	before, err := simulate.Run(*q.Against, r.watch(j, 1, parts))
	if err != nil {
		return nil, because(j.ctx, err)
	}
	report, difference, err := simulate.Compare(*q.Against, q.Scenario, before, days, q.Level)
	if err != nil {
		return nil, err
	}
	return []simulate.Report{report, difference}, nil
}

// because tells why a run was stopped.
func because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// watch notes how far a run is, rests after each slice as long as it has worked, and ends it when it is canceled. To rest, and not
// only to yield, leaves a processor free that others find at once: yielding alone made them up to nine milliseconds late (BenchmarkBeside).
// The clock is the real one: it is the processor that is shared.
func (r *Runner) watch(j *job, part, parts float64) func(share float64) bool {
	begun := time.Now()
	return func(share float64) bool {
		worked := time.Since(begun)
		if worked < slice {
			return true
		}
		r.mu.Lock()
		j.Progress = (part + share) / parts
		r.mu.Unlock()
		time.Sleep(worked)
		begun = time.Now()
		return j.ctx.Err() == nil
	}
}
