package floor

import (
	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
)

// maxFlows is how many flows a centre may have.
const maxFlows = 200

// publishFlow checks a text against the centre and makes it the version that new calls enter.
func (f *Floor) publishFlow(c PublishFlow) error {
	fl, err := flow.Parse(c.File, c.Text)
	if err == nil {
		err = fl.Check(c.File, flow.Centre{Queue: f.hasQueue, Table: f.hasTable})
	}
	if err != nil {
		return &orchestrator.Error{Kind: orchestrator.Invalid, Say: err.Error(), Err: err}
	}
	if err := f.keepsCalendars(fl); err != nil {
		return err
	}
	id := orchestrator.FlowID(fl.Name)
	for _, number := range fl.Numbers {
		if err := f.codeAt(number); err != nil {
			return err
		}
		if queue := f.queueAt(number); queue != "" {
			return &orchestrator.Error{Kind: orchestrator.Conflict, Say: "number " + number + " leads to queue " + string(queue) + " already; give that queue another one first"}
		}
		if other := f.dialled[number]; other != "" && other != id {
			return &orchestrator.Error{Kind: orchestrator.Conflict, Say: "number " + number + " leads to flow " + string(other) + " already"}
		}
	}
	old := f.Flows[id]
	switch {
	case old == nil && len(f.Flows) >= maxFlows:
		return &orchestrator.Error{Kind: orchestrator.Limit, Say: "there are too many flows"}
	case old == nil:
		old = &Flow{}
	case old.Texts[old.Current] == c.Text:
		return nil
	}
	f.emit("", fact.FlowPublished{Flow: id, Version: old.Current + 1, Numbers: fl.Numbers, Text: c.Text})
	return nil
}
