// Package insight turns the journal into figures: a pure fold over its lines, with the words and formulas of the glossary. The
// same figures come out of an independent SQL query over the same journal (adapters/postgres), and must agree.
//
//	lines ──Add──> Fold ──Figures──> one Figures per queue and interval ──Plus──> totals
//
// An interaction counts in the queue and the interval of its queue entry, once its outcome is known; a caller who gave up during
// the greeting asked no queue for an agent and is not counted. One that was led out of a queue has flowed out of it, and counts again
// where it asks next, be it the same queue: what each queue was asked for, and what became of it there, stands in its own row.
// A promised call is counted as requested and connected, and in the work of agents; the call that it came from counts as converted.
package insight

import (
	"time"

	"tandem/orchestrator"
)

// Terms are what the figures are measured against; they are printed with them.
type Terms struct {
	Interval time.Duration // length of an interval, aligned to midnight UTC; 0: all in one
	Target   time.Duration // T of the service levels
	Short    time.Duration // an abandon within this is a short one; not longer than Target
}

// Defaults are the terms that the trade expects: half hours, 20 seconds, 5 seconds.
func Defaults() Terms {
	return Terms{Interval: 30 * time.Minute, Target: 20 * time.Second, Short: 5 * time.Second}
}

// Key says which interactions are counted together.
type Key struct {
	Queue    orchestrator.QueueID
	Interval time.Time // when it begins, UTC; zero with Terms.Interval 0
}

// Figures are sums, so that two of them can be added; ratios are made of the sums.
type Figures struct {
	Answered  int64 // A
	Abandoned int64 // B
	FlowedOut int64
	Canceled  int64
	Expired   int64
	Converted int64 // to a promised call

	CallbacksRequested int64 // promised calls, in the interval from which their place counts
	CallbacksConnected int64 // of them, those whose customer was reached

	AnsweredIn    int64 // A_T: within the target
	AbandonedIn   int64 // B_T: within the target
	ShortAbandons int64 // B_s

	WaitAnswered time.Duration // of all answered
	LongestWait  time.Duration // of answered, abandoned and flowed out
	Handled      int64         // interactions with a conversation that has ended
	Talk         time.Duration
	Wrap         time.Duration

	Offers    int64 // to agents
	NoAnswers int64 // offers that ended "no answer"
}

// Offered is how often interactions asked for an agent; each part of it is shown apart.
func (f Figures) Offered() int64 {
	return f.Answered + f.Abandoned + f.FlowedOut + f.Canceled + f.Expired + f.Converted
}

// Plus adds two.
func (f Figures) Plus(g Figures) Figures {
	return Figures{
		Answered: f.Answered + g.Answered, Abandoned: f.Abandoned + g.Abandoned, FlowedOut: f.FlowedOut + g.FlowedOut,
		Canceled: f.Canceled + g.Canceled, Expired: f.Expired + g.Expired, Converted: f.Converted + g.Converted,
		CallbacksRequested: f.CallbacksRequested + g.CallbacksRequested, CallbacksConnected: f.CallbacksConnected + g.CallbacksConnected,
		AnsweredIn: f.AnsweredIn + g.AnsweredIn, AbandonedIn: f.AbandonedIn + g.AbandonedIn,
		ShortAbandons: f.ShortAbandons + g.ShortAbandons, WaitAnswered: f.WaitAnswered + g.WaitAnswered,
		LongestWait: max(f.LongestWait, g.LongestWait), Handled: f.Handled + g.Handled, Talk: f.Talk + g.Talk, Wrap: f.Wrap + g.Wrap,
		Offers: f.Offers + g.Offers, NoAnswers: f.NoAnswers + g.NoAnswers,
	}
}

// Total adds all, per queue when byQueue, else into one under the empty key.
func Total(all map[Key]Figures, byQueue bool) map[Key]Figures {
	out := map[Key]Figures{}
	for k, f := range all {
		k.Interval = time.Time{}
		if !byQueue {
			k.Queue = ""
		}
		out[k] = out[k].Plus(f)
	}
	return out
}
