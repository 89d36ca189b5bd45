package floor

import (
	"maps"
	"slices"
	"strings"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/media"
)

// flow is a version of a flow, read when it is first needed. One that this program cannot read, because another one could, is nil.
func (f *Floor) flow(id orchestrator.FlowID, version int) *flow.Flow {
	key := flowKey{id, version}
	if read, known := f.flows[key]; known {
		return read
	}
	read, _ := flow.Parse(string(id), f.Flows[id].Texts[version]) // why not, Unreadable tells
	f.flows[key] = read
	return read
}

// inside is the flow that a call walks through.
func (f *Floor) inside(i *Interaction) *flow.Flow { return f.flow(i.Walk.Flow, i.Walk.Version) }

// unreadable hands a caller to the switch's own fallback, because nobody here can tell what the flow says.
func (f *Floor) unreadable(i *Interaction, id orchestrator.FlowID, version int) {
	f.emit(i.ID, fact.FlowUnreadable{Flow: id, Version: version})
}

// refused writes down what the switch could not do. A caller who can neither be led by us nor by the switch is hung up on.
func (f *Floor) refused(i *Interaction, ev media.Event) {
	f.emit(i.ID, fact.OrderRefused{Leg: ev.Leg, What: ev.Text})
	if i.Fallback && ev.Leg == i.Leg && !i.State.Ended() && strings.HasPrefix(ev.Text, media.LeaveRefused) {
		f.emit(i.ID, fact.ItemEnded{State: orchestrator.ItemCanceled, Reason: "flow_unreadable"})
	}
}

// Customer says whether a leg is that of a caller who is in the centre's hands, or may come back into them.
func (f *Floor) Customer(sw string, leg media.LegID) bool {
	ref, known := f.legs[legKey{sw, leg}]
	return known && ref.offer == ""
}

// UnreadableFlow is a published flow that this program cannot read.
type UnreadableFlow struct {
	Flow    orchestrator.FlowID
	Version int
	Numbers []string // whose callers go to the switch's fallback
	Err     error    // problem.List
}

// UnreadableTable is a decision table in force that this program cannot read, so that no row of it holds.
type UnreadableTable struct {
	Table   orchestrator.TableID
	Version int
	Err     error // problem.List
}

// UnreadableTables lists them by id.
func (f *Floor) UnreadableTables() []UnreadableTable {
	var out []UnreadableTable
	for _, id := range slices.Sorted(maps.Keys(f.Tables)) {
		if f.table(id) == nil {
			_, err := ReadTable(f.Tables[id])
			out = append(out, UnreadableTable{id, f.Tables[id].Version, err})
		}
	}
	return out
}

// Unreadable lists the flows whose current version this program cannot read, by id.
func (f *Floor) Unreadable() []UnreadableFlow {
	var out []UnreadableFlow
	for _, id := range slices.Sorted(maps.Keys(f.Flows)) {
		fl := f.Flows[id]
		if f.flow(id, fl.Current) == nil {
			_, err := flow.Parse(string(id), fl.Texts[fl.Current])
			out = append(out, UnreadableFlow{id, fl.Current, fl.Numbers, err})
		}
	}
	return out
}
