package floor

import (
	"fmt"
	"regexp"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/media"
)

// arrived takes in a customer's leg: a new one, one that comes back from the fallback, or one that is known already.
func (f *Floor) arrived(sw string, leg media.Leg) {
	if ref, known := f.legs[legKey{sw, leg.ID}]; known {
		if i := f.Interactions[ref.interaction]; ref.offer == "" && i.Away {
			f.returned(i)
		}
		return
	}
	id := orchestrator.InteractionID(fmt.Sprintf("i%d", f.Seq+1))
	queue, through := f.queueAt(leg.To), f.dialled[leg.To]
	f.emit(id, fact.InteractionArrived{Switch: sw, Leg: leg.ID, To: leg.To, Queue: queue, Flow: through, Who: caller(leg)})
	q, ok := f.Queues[queue]
	switch {
	case through != "":
		f.enterFlow(f.Interactions[id], through)
	case !ok:
		f.emit(id, fact.ItemEnded{State: orchestrator.ItemCanceled, Reason: "unknown_number"})
	case q.Greeting != "":
		f.emit(id, fact.PromptBegun{Task: media.TaskID(f.name("t")), Prompts: q.Greeting, Until: f.now.Add(f.cfg.GreetingMax)})
	default:
		f.enqueue(f.Interactions[id])
	}
}

// callerForm is what counts as a number. What else a network says of a caller is shown as a name, and never dialled or written to.
var callerForm = regexp.MustCompile(`^\+?[0-9*#]{1,24}$`)

func caller(leg media.Leg) fact.Person {
	switch {
	case callerForm.MatchString(leg.From):
		return fact.Person{Number: leg.From, Name: leg.Name}
	case leg.Name == "":
		return fact.Person{Name: leg.From}
	}
	return fact.Person{Name: leg.Name}
}

// queueAt finds the queue that a dialled number leads to; "" when there is none.
func (f *Floor) queueAt(number string) orchestrator.QueueID {
	for id, q := range f.Queues {
		if q.Number == number {
			return id
		}
	}
	return ""
}

// promptEnded goes on after what was said, however it ended: a prompt that failed must not cost the caller the place in line.
// keys are those that were pressed at an Ask.
func (f *Floor) promptEnded(i *Interaction, task media.TaskID, why media.Cause, keys string) {
	if i.Prompt == "" || i.Prompt != task {
		return
	}
	asked := i.asked()
	f.emit(i.ID, fact.PromptEnded{Task: task, Why: why})
	switch {
	case i.Survey != nil && i.talked():
		f.surveyHeard(i, asked, why, keys)
	case i.State != orchestrator.ItemNew || i.Gone || why == media.CauseHangup: // said in line, or the end of the leg follows
	case i.Walk == nil:
		f.enqueue(i)
	case asked.Max > 0:
		f.keyed(i, asked, why, keys)
	default:
		f.walk(i, func(fl *flow.Flow) flow.Move { return fl.Heard(i.Walk.Node) })
	}
}

func (f *Floor) enqueue(i *Interaction) {
	f.emit(i.ID, f.queued(i.Queue))
}

// left lets go of a customer whose leg went to the switch's own dialplan: the place in line is kept for a return.
func (f *Floor) left(i *Interaction, extension string) {
	if i.Away || i.Gone {
		return
	}
	f.withdraw(i, orchestrator.OfferRescinded, fact.BySwitch, media.CauseUnknown, false)
	f.emit(i.ID, fact.InteractionLeft{Extension: extension})
}

// returned takes a customer back from the fallback, in the old place.
func (f *Floor) returned(i *Interaction) {
	f.emit(i.ID, fact.InteractionReturned{})
	switch {
	case i.State != orchestrator.ItemNew:
	case i.Walk != nil: // the node is begun again: nobody knows what was heard of it
		f.walk(i, func(fl *flow.Flow) flow.Move { return fl.Enter(i.Walk.Node, f.callOf(i)) })
	default:
		f.enqueue(i)
	}
}

// waited is the time from queue entry until now, 0 for somebody who never queued.
func (f *Floor) waited(i *Interaction) time.Duration {
	if i.Since.IsZero() {
		return 0
	}
	return f.now.Sub(i.Since)
}
