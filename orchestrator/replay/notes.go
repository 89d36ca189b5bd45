package replay

import (
	"fmt"
	"reflect"
	"slices"

	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/routing"
)

// Note is something of the day that the simulator does not know, so that a replay may differ there although nothing was changed.
type Note struct {
	Count int    `json:"count"`
	Says  string `json:"says"`
}

type noteKind int

const (
	before noteKind = iota
	away
	down
	changedQueue
	changedAgent
	unfinished
	dayFigures
	attributes
	newDay
	onLoan
	written
	lost
	noteKinds
)

var noteSays = [noteKinds]string{
	before:       "callers were in line already when the span began; they are left out",
	away:         "times a caller in line was in the switch's own dialplan, out of our hands; the replay has them in line",
	down:         "times the line to a switch was lost; the replay goes on offering",
	changedQueue: "times the rings or the strategy of a queue were changed after the first caller; the replay has the last version all the time",
	changedAgent: "times the queues or skills of a person were changed after the first caller; the replay has the last version all the time",
	dayFigures:   "queues choose by what people did earlier in the day; the replay begins to count with the span",
	attributes:   "queues skip steps by a condition; the replay knows nothing of what flows had found out about callers",
	newDay:       "times a day of the centre began within the span; the replay counts what people did through",
	onLoan:       "people were on loan, or resting after one, when the span began; the replay begins without loans",
	written:      "chats, letters and other items without a line were in line; they are left out, and whoever had one in hand that no call interrupts counts as away; who is idle longest may differ",
	lost:         "times a talk was lost and its caller was in line again; the replay has the first talk only, and whoever had the next one counts as away",
	unfinished:   "conversations had not ended when the journal did; their length is drawn",
}

type notes [noteKinds]int

func (n *notes) add(k noteKind) { n[k]++ }

func (n *notes) list() []Note {
	var out []Note
	for k, count := range n {
		if count > 0 {
			out = append(out, Note{count, noteSays[k]})
		}
	}
	return out
}

// unreadable names what this program cannot read of what is in force when the journal ends.
func (r *Recorder) unreadable() []Note {
	var out []Note
	for _, t := range r.floor.UnreadableTables() {
		out = append(out, Note{1, fmt.Sprintf("decision table cannot be read by this program, so that nobody is asked again by it: %s, version %d: %s", t.Table, t.Version, t.Err)})
	}
	for _, f := range r.floor.Unreadable() {
		out = append(out, Note{1, fmt.Sprintf("flow cannot be read by this program: %s, version %d: %s", f.Flow, f.Version, f.Err)})
	}
	return out
}

func (n Note) String() string { return fmt.Sprintf("%d %s", n.Count, n.Says) }

// noteStrategy notes what a plan goes by that the simulator does not have.
func (r *Recorder) noteStrategy(p routing.Plan) {
	switch p.Strategy {
	case routing.LongestIdle, routing.BestSkill, "":
	default:
		r.notes.add(dayFigures)
	}
	if slices.ContainsFunc(p.Steps, func(s routing.Step) bool { return s.SkipIf != "" }) {
		r.notes.add(attributes)
	}
}

// redefined notes what changes in the middle of the day.
func (r *Recorder) redefined(f fact.Fact) {
	if len(r.waits) == 0 {
		return
	}
	switch x := f.(type) {
	case fact.QueueDefined:
		if old, ok := r.floor.Queues[x.Queue]; ok && !reflect.DeepEqual(floor.PlanOf(old), floor.PlanOf(x)) {
			r.notes.add(changedQueue)
		}
	case fact.AgentDefined:
		if old := r.floor.Agents[x.Agent]; old != nil && (!reflect.DeepEqual(old.Queues, x.Queues) || !reflect.DeepEqual(old.Skills, x.Skills)) {
			r.notes.add(changedAgent)
		}
	}
}
