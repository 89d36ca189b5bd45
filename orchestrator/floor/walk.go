package floor

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/media"
)

// Flow is a published IVR flow: the version that new calls enter, and the texts of those that calls are inside.
type Flow struct {
	Current int
	Numbers []string // dialled, that lead to the current version
	Texts   map[int]string
}

// flowKey names a version of a flow.
type flowKey struct {
	id      orchestrator.FlowID
	version int
}

// Walk is a call's way through a flow. It stays with the call: what was keyed in is wanted to its end.
type Walk struct {
	Flow        orchestrator.FlowID
	Version     int
	Node        string
	Language    string
	Personal    string `json:"-"` // prompts of what is said, when they tell something of the caller
	Asking      asking // zero when no keys are waited for
	Lookup      string // that is under way, "" for none
	LookupUntil time.Time
	Next        time.Time            // in line: when something is said
	Latest      time.Time            // in line: when the caller is led elsewhere
	Left        orchestrator.QueueID // the line that the caller was led out of, "" for none
	Waited      time.Duration        // in it
	Offered     bool                 `json:",omitempty"` // another way than to wait, because the line was overloaded: who waits all the same keeps the place
	Place       fact.PlaceKept       // in it
	Extension   string               // to which the leg is handed; "" when it is there
	Asked       fact.RoutingAsked    // of whoever takes the call, in whatever line
}

// asking is how an Ask waits for keys.
type asking struct {
	Max            int
	End            string
	Quiet, Longest time.Duration
	Try, Lost      int
}

const (
	// maxMoves bounds the nodes that are walked through in one go; a checked flow needs fewer.
	maxMoves = 1000
	// maxLost is how often a try may be repeated because its keys were lost; then it counts.
	maxLost = 10
	// lookupSlack is what a look-up may take beyond its own time limit.
	lookupSlack = 5 * time.Second
)

// LookedUp is what came of a look-up. Values are by attribute; nil says that the service did not answer as expected.
type LookedUp struct {
	Interaction orchestrator.InteractionID
	Lookup      string
	Values      map[string]string
	Why         string // it did not; names no address and nothing that was keyed in
}

// Lookup is a question to a web service that a flow waits for.
type Lookup struct {
	ID   string
	Find flow.Find
}

// enterFlow begins a walk on the newest version.
func (f *Floor) enterFlow(i *Interaction, id orchestrator.FlowID) {
	version := f.Flows[id].Current
	fl := f.flow(id, version)
	if fl == nil {
		f.unreadable(i, id, version)
		return
	}
	f.emit(i.ID, fact.FlowEntered{Flow: id, Version: version, Language: greets(fl, i)})
	f.walk(i, func(*flow.Flow) flow.Move { return flow.Move{Do: flow.Go{To: fl.Start}} })
}

// walk goes on through the flow, from what next says to where the call stands still.
func (f *Floor) walk(i *Interaction, next func(*flow.Flow) flow.Move) {
	fl := f.inside(i)
	if fl == nil {
		f.unreadable(i, i.Walk.Flow, i.Walk.Version)
		return
	}
	m := next(fl)
	for range maxMoves {
		on, ok := f.move(i, fl, m)
		if !ok {
			return
		}
		m = on
	}
	// Published by a program that did not see the circle: one that sees it refuses the text.
	f.unreadable(i, i.Walk.Flow, i.Walk.Version)
}

// move writes one move down; ok says that another follows at once.
func (f *Floor) move(i *Interaction, fl *flow.Flow, m flow.Move) (on flow.Move, ok bool) {
	if m.Score != 0 {
		f.emit(i.ID, fact.SurveyAnswered{Queue: i.Walk.Left, Score: m.Score, Via: fact.ViaKey})
	}
	for _, a := range m.Set {
		f.emit(i.ID, fact.AttributeSet{Name: a.Name, Masked: a.Masked, Who: fact.Person{Text: a.Value}})
	}
	f.askFor(i, m.Asks, false)
	if m.Language != "" {
		f.emit(i.ID, fact.LanguageChosen{Language: m.Language})
	}
	switch d := m.Do.(type) {
	case flow.Go:
		f.emit(i.ID, fact.NodeEntered{Node: d.To, Via: d.Via, Who: fact.Person{Text: d.Key}})
		on = fl.Enter(d.To, f.callOf(i))
		if line, is := on.Do.(flow.Line); is {
			line.Back = d.Back
			on.Do = line
		}
		return on, true
	case flow.Say:
		if d.Prompts == "" {
			return fl.Heard(i.Walk.Node), true
		}
		f.emit(i.ID, f.prompt(d.Speech, f.cfg.GreetingMax))
	case flow.Ask:
		if d.Rates && d.Try == 1 {
			f.emit(i.ID, fact.SurveyAsked{Queue: i.Walk.Left, Language: i.Walk.Language})
		}
		f.ask(i, d, 0)
	case flow.Find:
		f.emit(i.ID, fact.LookupBegun{Lookup: f.name("l"), Until: f.now.Add(d.Timeout + lookupSlack)})
	case flow.Line:
		f.askFor(i, d.Asks, true)
		return f.joinLine(i, fl, d.Queue, d.Back)
	case flow.Decide:
		f.askFor(i, d.Asks, true)
		if queue := f.decide(i, d.Table); queue != "" {
			return f.joinLine(i, fl, queue, false)
		}
		return fl.NoRow(i.Walk.Node), true
	case flow.Book:
		if !f.convert(i, d.Queue, d.Number) {
			return flow.Move{Do: flow.Go{To: d.Refused, Via: flow.ViaRefused}}, true
		}
		if d.Prompts != "" {
			f.emit(i.ID, f.prompt(d.Speech, f.cfg.GreetingMax))
		}
	case flow.Text:
		if i.Who.Number != "" {
			f.emit(i.ID, fact.SMSAsked{Who: fact.Person{Text: d.Text}})
		}
		return flow.Move{Do: flow.Go{To: d.Next}}, true
	case flow.Invite:
		return flow.Move{Do: f.offerChat(i, d)}, true
	case flow.Open:
		f.emit(i.ID, fact.TicketAsked{Subject: d.Subject})
		return flow.Move{Do: flow.Go{To: d.Next}}, true
	case flow.Leave:
		f.emit(i.ID, fact.CallTransferred{Extension: d.Extension})
		f.emit(i.ID, fact.ItemEnded{Queue: i.Walk.Left, State: orchestrator.ItemFlowedOut, Reason: "transfer", Wait: i.Walk.Waited})
	case flow.End:
		f.endWalk(i, d.Reason)
	}
	return on, false
}

// endWalk ends a work item that nobody took: it is done, unless it waited for somebody in vain.
func (f *Floor) endWalk(i *Interaction, reason string) {
	x := fact.ItemEnded{State: orchestrator.ItemDone, Reason: reason}
	if i.Walk.Left != "" {
		x.State, x.Queue, x.Wait = orchestrator.ItemFlowedOut, i.Walk.Left, i.Walk.Waited
	}
	f.emit(i.ID, x)
}

// prompt asks the switch to say something. What tells something of the caller is kept where it can be erased.
func (f *Floor) prompt(s flow.Speech, longest time.Duration) fact.PromptBegun {
	x := fact.PromptBegun{Task: media.TaskID(f.name("t")), Prompts: s.Prompts, Until: f.now.Add(longest)}
	if s.Personal {
		x.Prompts, x.Who = "", fact.Person{Text: s.Prompts}
	}
	return x
}

// ask asks for keys, one try. Longest is enough for the prompts and each key.
func (f *Floor) ask(i *Interaction, a flow.Ask, lost int) {
	longest := f.cfg.GreetingMax + time.Duration(a.Max)*a.Wait
	x := f.prompt(a.Speech, longest+f.cfg.GreetingMax)
	x.Max, x.End, x.Quiet, x.Longest, x.Try, x.Lost = a.Max, a.End, a.Wait, longest, a.Try, lost
	f.emit(i.ID, x)
}

// keyed goes on after an Ask. Keys that were lost in a gap are asked for again under a new name: the caller is not to blame.
func (f *Floor) keyed(i *Interaction, asked asking, why media.Cause, keys string) {
	switch why {
	case media.CauseUnknown, media.CauseLost, media.CauseStopped:
		if fl := f.inside(i); fl != nil && asked.Lost < maxLost {
			f.ask(i, fl.Ask(i.Walk.Node, asked.Try, nil, f.callOf(i)), asked.Lost+1)
			return
		}
		keys = ""
	}
	f.walk(i, func(fl *flow.Flow) flow.Move {
		// Only a caller who was heard out can have pressed the end key alone.
		return fl.Keyed(i.Walk.Node, asked.Try, keys, why != media.CauseNone, f.callOf(i))
	})
}

// lookedUp goes on after a look-up; an answer that nobody waits for any more changes nothing.
func (f *Floor) lookedUp(in LookedUp) {
	i := f.Interactions[in.Interaction]
	if i != nil && i.Seek != "" && i.Seek == in.Lookup {
		f.customerFound(i, in)
		return
	}
	if i == nil || i.Walk == nil || i.Walk.Lookup == "" || i.Walk.Lookup != in.Lookup {
		return
	}
	f.emit(i.ID, fact.LookupEnded{Lookup: in.Lookup, Found: in.Values != nil, Why: in.Why})
	if i.State == orchestrator.ItemNew && !i.Gone {
		f.walk(i, func(fl *flow.Flow) flow.Move { return fl.Found(i.Walk.Node, in.Values) })
	}
}

// Lookup is the question that an interaction waits for, drawn afresh from the state as its wants are; false when there is none.
func (f *Floor) Lookup(id orchestrator.InteractionID) (Lookup, bool) {
	i := f.Interactions[id]
	if i != nil && i.Seek != "" && !i.Gone {
		return f.sought(i), true
	}
	if i == nil || i.Walk == nil || i.Walk.Lookup == "" || i.Gone || i.Away {
		return Lookup{}, false
	}
	fl := f.inside(i)
	if fl == nil {
		return Lookup{}, false
	}
	find, ok := fl.Enter(i.Walk.Node, f.callOf(i)).Do.(flow.Find)
	return Lookup{i.Walk.Lookup, find}, ok
}

// callOf is what a flow goes by.
func (f *Floor) callOf(i *Interaction) flow.Call {
	return flow.Call{
		Language: i.Walk.Language, Attributes: i.Attributes, Caller: i.Who.Number, Called: i.To, Now: f.now, Rated: i.rated(), Load: f.loadOf,
	}
}

// task is what is said to a caller, or asked.
func (i *Interaction) task() media.Task {
	t := media.Task{ID: i.Prompt, Do: media.Say, Prompts: i.Prompts, Deaf: true}
	if t.Prompts == "" && i.Walk != nil {
		t.Prompts = i.Walk.Personal
	}
	if a := i.asked(); a.Max > 0 {
		t.Do, t.Deaf, t.Max, t.End, t.Quiet, t.Longest = media.Ask, false, a.Max, a.End, a.Quiet, a.Longest
	}
	return t
}

// asked is how keys are waited for; zero when they are not.
func (i *Interaction) asked() asking {
	switch {
	case i.Survey != nil && i.talked():
		return i.Survey.Asking
	case i.Walk != nil:
		return i.Walk.Asking
	}
	return asking{}
}

// asks says whether keys are waited for.
func (i *Interaction) asks() bool { return i.asked().Max > 0 }
