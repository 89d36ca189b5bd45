package floor

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/routing"
)

// This file is what flows ask of whoever takes a call: priority, skills, and within what time.

// askFor writes down what a node asks for beside what was asked before; with line for the line that the call comes to now alone.
func (f *Floor) askFor(i *Interaction, asks flow.Asks, line bool) {
	if reflect.DeepEqual(asks, flow.Asks{}) {
		return
	}
	before := i.Walk.Asked
	skills, _ := routing.Need(before.Need).Skills() // as NewNeed wrote them
	all := asks.And(flow.Asks{Priority: before.Priority, Skills: skills, Due: before.Due})
	f.emit(i.ID, fact.RoutingAsked{Line: line, Priority: all.Priority, Need: string(routing.NewNeed(all.Skills...)), Due: all.Due})
}

func (i *Interaction) applyAsked(x fact.RoutingAsked) {
	i.Priority, i.Need, i.Due = x.Priority, x.Need, x.Due
	if !x.Line {
		i.Walk.Asked = x
	}
}

// askedAnew lets go of what was asked for one line alone.
func (i *Interaction) askedAnew() {
	i.Priority, i.Need, i.Due = i.Walk.Asked.Priority, i.Walk.Asked.Need, i.Walk.Asked.Due
}

// headStart is what an item's priority and due time, and those of a queue, are worth in its line.
func headStart(i *Interaction, q fact.QueueDefined) time.Duration {
	target := q.Target
	if i.Due > 0 {
		target = i.Due
	}
	return routing.HeadStart(q.Priority+i.Priority, target)
}

var askedSaid = map[routing.Language]struct{ asks, priority, skills, due, stop, comma string }{
	routing.English: {"The flow asks for ", "priority %d", "the skills %s", "an answer within %s", ".", ", "},
	routing.Chinese: {"流程要求：", "优先级 %d", "技能 %s", "%s 内应答", "。", "，"},
}

// sayAsked tells for a reader what a flow asked for.
func sayAsked(l routing.Language, x fact.RoutingAsked) string {
	words := askedSaid[l]
	var all []string
	if x.Priority != 0 {
		all = append(all, fmt.Sprintf(words.priority, x.Priority))
	}
	if x.Need != "" {
		all = append(all, fmt.Sprintf(words.skills, strings.ReplaceAll(x.Need, ">=", " ≥ ")))
	}
	if x.Due != 0 {
		all = append(all, fmt.Sprintf(words.due, x.Due))
	}
	return words.asks + strings.Join(all, words.comma) + words.stop
}

// SayAsked tells in English what a flow asked of whoever takes the call.
func SayAsked(x fact.RoutingAsked) string { return sayAsked(routing.English, x) }
