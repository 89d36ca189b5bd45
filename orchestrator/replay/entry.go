package replay

import (
	"cmp"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/routing"
	"tandem/orchestrator/rules"
	"tandem/orchestrator/simulate"
)

// entry is how a caller came through a flow into a line.
type entry struct {
	at     time.Time
	flow   orchestrator.FlowID
	node   string   // that put them in line, or asked a table for it
	path   []string // nodes before it
	values map[string]string
	queue  orchestrator.QueueID
	asked  fact.RoutingAsked // in that line, by the flow and the table
}

// maxPath bounds how many nodes are remembered of a way; a caller who goes round and round comes by nothing new.
const maxPath = 300

// walked notes where callers go in flows.
func (r *Recorder) walked(e fact.Entry) {
	switch x := e.Fact.(type) {
	case fact.FlowEntered:
		r.paths[e.About] = nil
	case fact.NodeEntered:
		if path := r.paths[e.About]; len(path) < maxPath {
			r.paths[e.About] = append(path, x.Node)
		}
	case fact.InteractionEnded:
		delete(r.paths, e.About)
	}
}

// entered says how somebody came into a line; nil when no flow led them there.
func (r *Recorder) entered(id orchestrator.InteractionID, queue orchestrator.QueueID, at time.Time) *entry {
	i := r.floor.Interactions[id]
	if i.Walk == nil {
		return nil
	}
	e := &entry{
		at: at, flow: i.Walk.Flow, node: i.Walk.Node, path: r.paths[id], values: r.floor.RuledBy(id), queue: queue,
		asked: fact.RoutingAsked{Priority: i.Priority, Need: i.Need, Due: i.Due},
	}
	if g := r.rulings[id]; g != nil {
		e.node = g.node
	}
	return e
}

// again leads a caller by another text of the flow: the same way, node by node, with what its nodes ask for now. same says that it
// comes to what was, false that no row of the table takes them; who comes by a node that is not there, or does something else now, is
// left as they were, and counted.
func (r Recording) again(e *entry, o Entries, c simulate.Caller, moved *Moved) (to orchestrator.QueueID, changed simulate.Caller, ok bool) {
	fl := o.Flows[e.flow]
	var asks flow.Asks
	for _, name := range e.path {
		if n := fl.Nodes[name]; n != nil {
			if d, is := n.Does.(flow.Set); is {
				asks = asks.And(d.Asks)
			}
		}
	}
	n := fl.Nodes[e.node]
	if n == nil {
		moved.Unknown++
		return e.queue, c, true
	}
	switch d := n.Does.(type) {
	case flow.Queue:
		to, asks = d.Queue, asks.And(d.Asks)
	case flow.Rules:
		t := r.tableOf(d.Table, o)
		if t == nil || e.values["caller"] == "" { // who is erased looks like who withholds their number
			moved.Unknown++
			return e.queue, c, true
		}
		m, held := t.Match(t.At(e.values, e.at, o.Zone, r.standsAt(e.at)))
		if !held {
			moved.Gone++
			return "", c, false
		}
		to, asks = m.Queue, asks.And(d.Asks).And(flow.Asks{Priority: m.Priority, Skills: m.Skills})
	default:
		moved.Unknown++
		return e.queue, c, true
	}
	asked := fact.RoutingAsked{Priority: asks.Priority, Need: string(routing.NewNeed(asks.Skills...)), Due: asks.Due}
	switch {
	case to == e.queue && asked == e.asked:
		return to, c, true
	case to == e.queue:
		moved.Changed++
	default:
		moved.Led++
	}
	q := r.queues[to]
	c.Ahead = routing.HeadStart(q.Priority+asked.Priority, cmp.Or(asked.Due, q.Target)) - routing.HeadStart(q.Priority, q.Target)
	c.Need = routing.Need(asked.Need)
	return to, c, true
}

// tableOf is a decision table as it would have been, or as it is when the journal ends.
func (r Recording) tableOf(id orchestrator.TableID, o Entries) *rules.Table {
	if t := o.Tables[id]; t != nil {
		return t
	}
	return r.inForce(id)
}
