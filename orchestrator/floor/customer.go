package floor

import (
	"maps"
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
)

// This file is how a caller's record is looked up, once, before the call is led anywhere. As long as it lasts nothing is said to the
// switch: the caller hears the ringing a moment longer. Whatever comes of it, the call goes on.

// SeekCustomers has the record of each caller looked up from now on.
type SeekCustomers struct{}

// seekCustomers is done once: records do not go away all at once.
func (f *Floor) seekCustomers() {
	if !f.Sought {
		f.emit("", fact.CustomersSought{})
	}
}

// seek says of an arrival that its customer is looked up.
func (f *Floor) seek(x *fact.InteractionArrived) {
	if f.Sought && x.Who.Number != "" && f.cfg.CustomerWait > 0 {
		x.Lookup, x.Until = f.name("l"), f.now.Add(f.cfg.CustomerWait+customerSlack)
	}
}

// customerSlack is what a look-up may take beyond its own time limit before the floor goes on by itself.
const customerSlack = 250 * time.Millisecond

// sought is the question for an interaction's customer.
func (f *Floor) sought(i *Interaction) Lookup {
	return Lookup{i.Seek, flow.Find{Caller: i.Who.Number, Timeout: f.cfg.CustomerWait}}
}

// customerFound goes on with a call whose customer was looked up.
func (f *Floor) customerFound(i *Interaction, in LookedUp) {
	f.emit(i.ID, fact.CustomerFound{Lookup: in.Lookup, Found: in.Values != nil, Why: in.Why, Who: fact.Person{Name: in.Values[flow.CustomerName]}})
	for _, name := range slices.Sorted(maps.Keys(in.Values)) {
		if name != flow.CustomerName {
			f.emit(i.ID, fact.AttributeSet{Name: name, Who: fact.Person{Text: in.Values[name]}})
		}
	}
	if i.State == orchestrator.ItemNew && !i.Gone && !i.Away {
		f.lead(i)
	}
}

// greets is the language in which a flow begins: the customer's, when the flow has it.
func greets(fl *flow.Flow, i *Interaction) string {
	if l := i.Attributes["customer_language"]; slices.Contains(fl.Languages, l) {
		return l
	}
	return fl.Language
}

// applyFound ends the looking up.
func (i *Interaction) applyFound(x fact.CustomerFound) {
	i.Seek, i.SeekUntil = "", time.Time{}
	if x.Who.Name != "" {
		i.Who.Name = x.Who.Name
	}
}
