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
		if i := f.Interactions[ref.interaction]; i != nil && ref.offer == "" && i.Away {
			f.returned(i, leg)
		}
		return
	}
	if does, ok := f.cfg.Codes[leg.To]; ok {
		f.codeDialled(sw, leg, does)
		return
	}
	f.begin(sw, leg, nil)
}

// begin makes an interaction of a leg and leads it where its number leads. previous is the one of a leg that has come back.
func (f *Floor) begin(sw string, leg media.Leg, previous *Interaction) {
	id := orchestrator.InteractionID(fmt.Sprintf("i%d", f.Seq+1))
	x := fact.InteractionArrived{Switch: sw, Leg: leg.ID, To: leg.To, Queue: f.queueAt(leg.To), Flow: f.dialled[leg.To], Who: caller(leg)}
	if previous != nil {
		x.Previous, x.Again = previous.ID, previous.Again+1
	}
	f.seek(&x)
	f.emit(id, x)
	if x.Lookup == "" {
		f.lead(f.Interactions[id])
	}
}

// lead goes where the dialled number leads.
func (f *Floor) lead(i *Interaction) {
	through := f.dialled[i.To]
	q, ok := f.Queues[f.queueAt(i.To)]
	switch {
	case through != "":
		f.enterFlow(i, through)
	case !ok:
		f.emit(i.ID, fact.ItemEnded{State: orchestrator.ItemCanceled, Reason: "unknown_number"})
	case q.Greeting != "":
		f.emit(i.ID, fact.PromptBegun{Task: media.TaskID(f.name("t")), Prompts: q.Greeting, Until: f.now.Add(f.cfg.GreetingMax)})
	default:
		f.enqueue(i)
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
	x := f.queued(i, i.Queue)
	f.takePlace(&x, i)
	f.takeOver(&x, i)
	f.given(&x, i.ID)
	f.emit(i.ID, x)
}

// left lets go of a customer whose leg went to the switch's own dialplan: the place in line is kept for a return.
func (f *Floor) left(i *Interaction, extension string) {
	if i.Away || i.Gone {
		return
	}
	f.withdraw(i, orchestrator.OfferRescinded, fact.BySwitch, media.CauseUnknown, false)
	f.emit(i.ID, fact.InteractionLeft{Extension: extension})
}

// maxAgain is how often a leg may come back and begin anew. Beyond it a flow and a dialplan hand the caller to each other in a circle,
// and the caller is hung up on.
const maxAgain = 10

// returned takes a customer back from the switch's dialplan: from the fallback in the old place. Whose work item was over, such as
// somebody who was transferred to an extension that leads to us, begins anew.
func (f *Floor) returned(i *Interaction, leg media.Leg) {
	if over := i.State.Ended() || i.State == orchestrator.ItemWrapping; over && i.Again < maxAgain {
		next := orchestrator.InteractionID(fmt.Sprintf("i%d", f.Seq+2))
		f.emit(i.ID, fact.InteractionEnded{Next: next})
		f.resumeAfter(i)
		f.begin(i.Switch, leg, i)
		return
	}
	unreadable := i.Fallback
	f.emit(i.ID, fact.InteractionReturned{})
	switch {
	case i.State != orchestrator.ItemNew || i.Seek != "":
	case unreadable || i.Walk == nil && i.Queue == "": // perhaps a readable version was published meanwhile, or it was never led
		f.lead(i)
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
	return f.now.Sub(i.entered())
}

// entered is since when an item is in line: whoever came back from a talk that was lost did not wait during the talk.
func (i *Interaction) entered() time.Time {
	if i.Back.After(i.Since) {
		return i.Back
	}
	return i.Since
}
