package floor

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
	"tandem/orchestrator/routing"
)

// Callback is a call that the centre has promised to make. Its interaction waits in line as a caller does; the agent is called first.
//
//	                    ItemQueued         OfferMade          OfferAccepted, CustomerDialled         OfferConnected
//	requested, waiting ───────────> due <────────────> reserved ───────────────────────────> dialling ─────────────> connected
//	        ↑                                                                                   │
//	        └──────────────── CallbackWaits (retry_wait) ─────────────── CustomerMissed ────────┘
//
// From anywhere before connected CustomerCalledIn takes it out (called_in), and CallbackResumed brings it back.
type Callback struct {
	Place    fact.PlaceKept // its place in line, for good
	Kept     bool           // it is that of the call before
	Language string
	Due      time.Time   // out of line: when it comes into it
	Attempts int         // calls of the customer's phone
	Until    time.Time   // the phone rings no longer; zero when it does not ring
	Trunk    string      // over which it is called
	Shown    string      // our number
	GivenUp  media.Cause // why the leg is to be dropped before an answer
	Spared   bool        `json:",omitempty"` // that attempt does not count

	Why    fact.CallbackStop          `json:",omitempty"` // it was out of line last, and is until Due
	Caller orchestrator.InteractionID `json:",omitempty"` // as which the customer has called in last
	OnLine bool                       `json:",omitempty"` // Caller has its place, and what comes of that call is waited for
}

// OpenCallback books a call of a customer.
type OpenCallback struct {
	Queue      orchestrator.QueueID
	Customer   fact.Person
	NotBefore  time.Time // zero is as soon as the turn comes
	Attributes map[string]string
	Into       *orchestrator.InteractionID
}

// CancelCallback takes a callback back, as long as the customer has not been reached.
type CancelCallback struct {
	Interaction orchestrator.InteractionID
	Reason      string
}

const (
	// keepPlace is how long a place waits for the callback that is booked in the same turn.
	keepPlace = time.Minute
	// latestCallback is how far ahead a callback may be booked.
	latestCallback = 30 * daily
)

// State is where a callback stands; of an interaction that is none "".
func (i *Interaction) CallbackState() orchestrator.CallbackState {
	c := i.Callback
	switch {
	case c == nil:
		return ""
	case i.State == orchestrator.ItemDone:
		return orchestrator.CallbackDone
	case i.State == orchestrator.ItemCanceled && i.Reason == orchestrator.Superseded:
		return orchestrator.CallbackSuperseded
	case i.State == orchestrator.ItemCanceled:
		return orchestrator.CallbackCanceled
	case i.State.Ended():
		return orchestrator.CallbackFailed
	case i.State == orchestrator.ItemAssigned || i.State == orchestrator.ItemWrapping:
		return orchestrator.CallbackConnected
	case c.OnLine:
		return orchestrator.CallbackCalledIn
	case i.Leg != "":
		return orchestrator.CallbackDialling
	case i.State == orchestrator.ItemOffered:
		return orchestrator.CallbackReserved
	case i.State == orchestrator.ItemQueued:
		return orchestrator.CallbackDue
	case c.Attempts > 0:
		return orchestrator.CallbackRetryWait
	}
	return orchestrator.CallbackWaiting
}

// lineless says whether no leg of a switch ever belongs to an interaction.
func (i *Interaction) lineless() bool { return i.Channel != "" && i.Callback == nil }

// booking is the live callback of a number in a queue, whose customer was not reached yet; nil for none. There is one at most.
func (f *Floor) booking(number string, queue orchestrator.QueueID) *Interaction {
	for _, i := range f.promised(number) {
		if i.Callback.Place.Queue == queue {
			return i
		}
	}
	return nil
}

func (f *Floor) openCallback(c OpenCallback) error {
	sw := f.callingSwitch("")
	c.NotBefore = c.NotBefore.UTC().Truncate(time.Microsecond) // as the clock here goes: a finer deadline would never come
	switch {
	case f.cfg.Dialling.Trunk == "" || len(f.cfg.Dialling.Allowed) == 0:
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: "nobody may be called: dial.trunk (TANDEM_DIAL_TRUNK) and dial.allowed (TANDEM_DIAL_ALLOWED) are not set"}
	case !outsideForm.MatchString(c.Customer.Number):
		return wrong("number", "3 to 20 digits, with a + before them or not")
	case f.barred[f.spelt(c.Customer.Number)]:
		return wrong("number", "stands on the do-not-call list")
	case f.own(c.Customer.Number):
		return wrong("number", "is one of this centre's own: it would call itself; give the customer's")
	case !f.mayDial(c.Customer.Number):
		return wrong("number", "may not be called: no prefix of dial.allowed (TANDEM_DIAL_ALLOWED) allows it")
	case c.NotBefore.After(f.now.Add(latestCallback)):
		return wrong("not_before", "at most 30 days ahead")
	case sw == "":
		return &orchestrator.Error{Kind: orchestrator.Unavailable, Say: "the switch that calls has not been there yet; try again when it is connected"}
	}
	if live := f.booking(c.Customer.Number, c.Queue); live != nil {
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("callback %s of this number in this queue is live already; cancel it first", live.ID)}
	}
	item := OpenItem{Channel: orchestrator.ChannelCallback, Queue: c.Queue, Customer: c.Customer, Attributes: c.Attributes}
	if err := f.checkItem(item); err != nil {
		return err
	}
	since := f.now
	if c.NotBefore.After(since) {
		since = c.NotBefore
	}
	*c.Into = f.bookCallback(item, fact.CallbackRequested{Switch: sw, Since: since, NotBefore: c.NotBefore, Language: f.cfg.Language})
	return nil
}

// callingSwitch is the one that calls: the one with the trunk where that is said, else the one that the customer called on, and for
// somebody who has not called the first that is there, else the first. It is "" as long as it was never there.
func (f *Floor) callingSwitch(called string) string {
	if with := f.cfg.Dialling.Switch; with != "" {
		if f.Switches[with] == nil {
			return ""
		}
		return with
	}
	if called != "" && f.configured(called) {
		return called
	}
	names := slices.Sorted(maps.Keys(f.Switches))
	if i := slices.IndexFunc(names, func(s string) bool { return f.Switches[s].Up }); i >= 0 {
		return names[i]
	}
	if len(names) > 0 {
		return names[0]
	}
	return ""
}

// moveCallbacks gives callbacks that wait to the switch that is to call now, where the configuration has changed since they were booked:
// nobody would ever be called by one that is not there any more. Their place stays.
func (f *Floor) moveCallbacks() {
	for _, id := range slices.Clone(f.booked) {
		i := f.Interactions[id]
		if !i.Callback.OnLine {
			f.moveCallback(i)
		} else if by := f.Interactions[i.Callback.Caller]; by == nil || by.Gone || !f.configured(by.Switch) || f.spelt(by.Who.Number) != f.spelt(i.Who.Number) {
			f.resume(i) // nobody will ever tell what came of that call, or it is not known any more that it is theirs
		}
	}
}

// moveCallback gives a callback that waits to the switch that is to call now; false when that is the one it has.
func (f *Floor) moveCallback(i *Interaction) bool {
	sw, until := f.callingSwitch(i.Switch), f.now
	if i.Leg != "" || len(i.Offers) > 0 || i.State != orchestrator.ItemNew && i.State != orchestrator.ItemQueued || sw == "" || sw == i.Switch {
		return false
	}
	if i.State == orchestrator.ItemNew && i.Callback.Due.After(until) {
		until = i.Callback.Due
	}
	f.emit(i.ID, fact.CallbackWaits{Until: until, Why: fact.StopSwitch, Switch: sw})
	return true
}

// bookCallback writes a callback down that is otherwise checked.
func (f *Floor) bookCallback(c OpenItem, x fact.CallbackRequested) orchestrator.InteractionID {
	id := orchestrator.InteractionID(fmt.Sprintf("i%d", f.Seq+1))
	need := string(routing.NewNeed(c.Skills...))
	f.emit(id, fact.InteractionOpened{
		Channel: c.Channel, Queue: c.Queue, Priority: c.Priority, Need: need, Previous: c.Previous, Root: f.rootOf(c.Previous), Who: c.Customer,
	})
	for _, name := range slices.Sorted(maps.Keys(c.Attributes)) {
		f.emit(id, fact.AttributeSet{Name: name, Who: fact.Person{Text: c.Attributes[name]}})
	}
	f.emit(id, x)
	i := f.Interactions[id]
	if x.NotBefore.After(f.now) {
		f.emit(id, fact.CallbackWaits{Until: x.NotBefore, Why: fact.StopNotBefore})
	} else {
		f.comeDue(i)
	}
	return id
}

// convert books the callback of a caller who gives up the line for it, and says so; false when the number may not be called.
func (f *Floor) convert(i *Interaction, queue orchestrator.QueueID, number string) bool {
	sw := f.callingSwitch(i.Switch)
	if !f.mayDial(number) || sw == "" {
		return false
	}
	place, had := i.gave()
	waited := i.Walk.Waited
	if had {
		queue = place.Queue
	}
	reason, live := "callback", f.booking(number, queue)
	if live != nil && had && place.Since.Before(live.Callback.Place.Since) { // one for later
		f.endCallback(live, orchestrator.ItemCanceled, orchestrator.Superseded)
		live = nil
	}
	if live != nil {
		reason = "callback_joined" // there is one already: the older place is the better one
		f.placeTaken(i.ID, live.ID)
	} else {
		f.placeTaken(i.ID, "")
		c := OpenItem{
			Channel: orchestrator.ChannelCallback, Queue: queue, Customer: fact.Person{Number: number, Name: i.Who.Name},
			Attributes: given(i.Attributes), Previous: i.ID,
		}
		x := fact.CallbackRequested{Switch: sw, Since: f.now, Language: f.language(i)}
		if had {
			x.Since, c.Priority = place.Since, place.Priority
			c.Skills, _ = routing.Need(place.Need).Skills()
			place.Until = f.now.Add(keepPlace)
			f.emit(i.ID, place)
		}
		f.bookCallback(c, x)
	}
	f.emit(i.ID, fact.ItemEnded{Queue: queue, State: orchestrator.ItemConverted, Reason: reason, Wait: waited})
	return true
}

// given are the values that were set and can be told: a masked one is not known.
func given(attributes map[string]string) map[string]string {
	out := maps.Clone(attributes)
	maps.DeleteFunc(out, func(_, value string) bool { return value == "" })
	return out
}

func (f *Floor) cancelCallback(c CancelCallback) error {
	i := f.Interactions[c.Interaction]
	switch {
	case i == nil || i.Callback == nil || i.State.Ended():
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("callback %s is over already, or never was", c.Interaction)}
	case i.CallbackState() == orchestrator.CallbackConnected:
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("callback %s has reached the customer, and cannot be taken back", c.Interaction)}
	case len([]rune(c.Reason)) > maxReason:
		return wrong("reason", "at most %d characters", maxReason)
	case c.Reason == orchestrator.Superseded:
		return wrong("reason", "another one: this says that the customer has called")
	}
	f.endCallback(i, orchestrator.ItemCanceled, c.Reason)
	return nil
}

// endCallback ends a callback whose customer was not reached. A phone that rings stops, and then it is over.
func (f *Floor) endCallback(i *Interaction, state orchestrator.ItemState, reason string) {
	f.withdraw(i, orchestrator.OfferRescinded, fact.BySwitch, media.CauseNone, false)
	f.emit(i.ID, fact.ItemEnded{Queue: i.Queue, State: state, Reason: reason, Wait: f.waited(i)})
	if i.Leg == "" {
		f.emit(i.ID, fact.InteractionEnded{})
		return
	}
	f.giveUp(i, media.CauseHangup)
}

func (f *Floor) applyRequested(e fact.Entry, x fact.CallbackRequested) {
	i := f.Interactions[e.About]
	c := &Callback{Place: fact.PlaceKept{Queue: i.Queue, Since: x.Since}, Language: x.Language}
	if kept, ok := f.Places[i.Previous]; ok {
		c.Place, c.Kept = kept, true
		delete(f.Places, i.Previous)
	}
	i.Switch, i.Callback = x.Switch, c
	f.promise(i)
}

// promise remembers a live callback.
func (f *Floor) promise(i *Interaction) {
	f.booked = insertID(f.booked, i.ID)
	f.note(i.Who.Number, inCallbacks, i.ID)
}

// unbook forgets it.
func (f *Floor) unbook(i *Interaction) {
	f.booked = removeID(f.booked, i.ID)
	f.forget(i.Who.Number, inCallbacks, i.ID)
}
