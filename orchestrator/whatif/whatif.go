// Package whatif runs simulations for clients beside a centre that takes calls, without getting in its way.
//
//	Start ──> waiting ──> running (progress 0 to 1) ──> done | failed | canceled ──(an hour)──> forgotten
//
// One runs at a time, in one goroutine that rests thousands of times a second, as long as it works: it takes half a processor, and
// whoever decides about calls finds one free. The others wait in line, and the line is short. Nothing is kept over a restart. One that
// breaks off by a fault of ours has failed, and the centre goes on.
package whatif

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/simulate"
)

// Limits of what is kept and done.
const (
	maxWaiting = 8
	maxKept    = 50
	keepFor    = time.Hour
	longest    = 10 * time.Minute // of one simulation
)

// State is where a simulation stands.
type State string

// The states; the last three are endings.
const (
	Waiting  State = "waiting"
	Running  State = "running"
	Done     State = "done"
	Failed   State = "failed"
	Canceled State = "canceled"
)

// Job is a simulation as it stands.
type Job struct {
	ID       string
	State    State
	Progress float64 // 0 to 1
	Created  time.Time
	Begun    time.Time // zero before
	Ended    time.Time // zero before
	Why      string    // it failed
	Reports  []simulate.Report
	Replayed *Replayed // of a replay that is done
}

// Request is what is to be simulated; with Against, also that one with the same callers, and what Scenario is more than it.
type Request struct {
	Scenario simulate.Scenario
	Against  *simulate.Scenario
	Level    float64 // of the confidence intervals
	Replay   *Replay // instead: a span of the journal
}

// Runner runs simulations. Its methods may be called from any goroutine; Run by one.
type Runner struct {
	// Stand tells how the floor stood at the last checkpoint before a moment; nil is not known. Set before Run; without it each replay
	// reads the journal from its beginning.
	Stand func(ctx context.Context, before time.Time) (*floor.Floor, error)

	now     func() time.Time
	journal Journal
	log     *slog.Logger

	wake chan struct{} // holds a token when there may be something to run

	mu   sync.Mutex // guards jobs and what they point to
	jobs []*job     // oldest first
}

type job struct {
	Job
	request Request
	ctx     context.Context // while it runs
	cancel  context.CancelFunc
}

// New returns a runner that has nothing to do. Without a journal it replays nothing.
func New(now func() time.Time, journal Journal, log *slog.Logger) *Runner {
	return &Runner{now: now, journal: journal, log: log, wake: make(chan struct{}, 1)}
}

// Start puts a simulation in line. Limit: there are too many already.
func (r *Runner) Start(q Request) (Job, error) {
	if q.Replay != nil && r.journal == nil {
		return Job{}, &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "simulation.start", Say: "there is no journal here to replay"}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget()
	waiting := 0
	for _, j := range r.jobs {
		if j.State == Waiting {
			waiting++
		}
	}
	if waiting >= maxWaiting {
		return Job{}, &orchestrator.Error{Kind: orchestrator.Limit, Op: "simulation.start", Say: "too many simulations wait already; ask again when one has ended, or cancel one"}
	}
	var b [8]byte
	rand.Read(b[:]) //nolint:errcheck // It never fails since Go 1.24.
	j := &job{Job: Job{ID: hex.EncodeToString(b[:]), State: Waiting, Created: r.now()}, request: q}
	r.jobs = append(r.jobs, j)
	select {
	case r.wake <- struct{}{}:
	default:
	}
	return j.Job, nil
}

// Get tells how a simulation stands; NotFound when there is none, or none any more.
func (r *Runner) Get(id string) (Job, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget()
	if j := r.find(id); j != nil {
		return j.Job, nil
	}
	return Job{}, unknown(id)
}

// List tells of all, newest first, without their reports.
func (r *Runner) List() []Job {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget()
	var out []Job
	for _, j := range slices.Backward(r.jobs) {
		one := j.Job
		one.Reports, one.Replayed = nil, nil
		out = append(out, one)
	}
	return out
}

// Cancel ends a simulation that waits or runs, and forgets one that has ended.
func (r *Runner) Cancel(id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	j := r.find(id)
	switch {
	case j == nil:
		return unknown(id)
	case j.State == Waiting:
		j.State, j.Ended = Canceled, r.now()
	case j.State == Running:
		j.cancel() // its goroutine ends it
	default:
		r.jobs = slices.DeleteFunc(r.jobs, func(o *job) bool { return o == j })
	}
	return nil
}

func unknown(id string) error {
	return &orchestrator.Error{Kind: orchestrator.NotFound, Op: "simulation.get", Say: "there is no simulation " + id + "; results are kept for an hour, and not over a restart"}
}

// find and forget want mu.
func (r *Runner) find(id string) *job {
	for _, j := range r.jobs {
		if j.ID == id {
			return j
		}
	}
	return nil
}

// forget lets go of what ended long ago, and of the oldest endings when there are too many.
func (r *Runner) forget() {
	old := r.now().Add(-keepFor)
	over := len(r.jobs) - maxKept
	r.jobs = slices.DeleteFunc(r.jobs, func(j *job) bool {
		if j.Ended.IsZero() {
			return false
		}
		over--
		return j.Ended.Before(old) || over >= 0
	})
}

// Run runs what is in line until ctx ends.
func (r *Runner) Run(ctx context.Context) error {
	for {
		j := r.next(ctx)
		if j == nil {
			select {
			case <-ctx.Done():
				return nil
			case <-r.wake:
			}
			continue
		}
		reports, replayed, err := r.do(j)
		r.end(j, reports, replayed, err)
	}
}

// next begins the first that waits; nil when there is none.
func (r *Runner) next(ctx context.Context) *job {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, j := range r.jobs {
		if j.State == Waiting && ctx.Err() == nil {
			run, cancel := context.WithTimeout(ctx, longest)
			j.State, j.Begun, j.ctx, j.cancel = Running, r.now(), run, cancel
			return j
		}
	}
	return nil
}

func (r *Runner) end(j *job, reports []simulate.Report, replayed *Replayed, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	j.cancel()
	j.Ended, j.request = r.now(), Request{}
	switch {
	case err == nil:
		j.State, j.Progress, j.Reports, j.Replayed = Done, 1, reports, replayed
	case errors.Is(err, context.Canceled):
		j.State = Canceled
	case errors.Is(err, context.DeadlineExceeded):
		j.State, j.Why = Failed, "it took longer than "+longest.String()+"; ask for fewer days or callers"
	default:
		j.State, j.Why = Failed, err.Error()
	}
}
