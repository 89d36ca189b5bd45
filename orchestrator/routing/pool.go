// Package routing decides who answers whom. It is pure and knows nothing of calls, phones or time passing.
//
// The rule, total and repeatable:
//
//  1. Of the items whose queue has a free agent, the one with the oldest enqueue time is next; ties go by id.
//  2. It goes to the agent who has been idle longest among those who serve its queue; ties go by id.
//
// A Pool holds only what can be matched now: items that wait and agents that are free. Whoever owns it says when that changes.
package routing

import (
	"cmp"
	"slices"
	"time"

	"tandem/orchestrator"
)

// Item is a work item that waits in one queue.
type Item struct {
	ID    orchestrator.InteractionID
	Queue orchestrator.QueueID
	Since time.Time // enqueue time: it orders the line and survives every failed offer
}

// Agent is a person who could take an item now.
type Agent struct {
	ID     orchestrator.AgentID
	Queues []orchestrator.QueueID
	Idle   time.Time // since when without work
}

// Pool matches waiting items with free agents. The zero Pool is empty and ready.
type Pool struct {
	lines map[orchestrator.QueueID][]Item // each in order
	where map[orchestrator.InteractionID]Item
	free  []Agent // in order
}

// Wait puts an item in line, or moves it when its queue or enqueue time has changed.
func (p *Pool) Wait(it Item) {
	if p.where[it.ID] == it {
		return
	}
	p.Leave(it.ID)
	if p.lines == nil {
		p.lines = map[orchestrator.QueueID][]Item{}
		p.where = map[orchestrator.InteractionID]Item{}
	}
	line := p.lines[it.Queue]
	at, _ := slices.BinarySearchFunc(line, it, byEnqueueTime)
	p.lines[it.Queue] = slices.Insert(line, at, it)
	p.where[it.ID] = it
}

// Leave takes an item out of its line; one that is in none is no error.
func (p *Pool) Leave(id orchestrator.InteractionID) {
	it, ok := p.where[id]
	if !ok {
		return
	}
	delete(p.where, id)
	line := p.lines[it.Queue]
	at, _ := slices.BinarySearchFunc(line, it, byEnqueueTime)
	if line = slices.Delete(line, at, at+1); len(line) == 0 {
		delete(p.lines, it.Queue)
		return
	}
	p.lines[it.Queue] = line
}

// Free says that an agent can take an item now.
func (p *Pool) Free(a Agent) {
	p.Busy(a.ID)
	at, _ := slices.BinarySearchFunc(p.free, a, byIdleTime)
	p.free = slices.Insert(p.free, at, a)
}

// Busy says that an agent cannot take an item now; one who could not anyway is no error.
func (p *Pool) Busy(id orchestrator.AgentID) {
	p.free = slices.DeleteFunc(p.free, func(a Agent) bool { return a.ID == id })
}

// Next returns the next assignment, without carrying it out: whoever owns the pool then says Leave and Busy.
func (p *Pool) Next() (Item, Agent, bool) {
	var item Item
	var agent Agent
	for _, line := range p.lines {
		head := line[0]
		if item.ID != "" && byEnqueueTime(item, head) < 0 {
			continue
		}
		if a, ok := p.longestIdle(head.Queue); ok {
			item, agent = head, a
		}
	}
	return item, agent, item.ID != ""
}

// Position is the place of an item in its line, from 1; 0 when it is in none.
func (p *Pool) Position(id orchestrator.InteractionID) int {
	it, ok := p.where[id]
	if !ok {
		return 0
	}
	at, _ := slices.BinarySearchFunc(p.lines[it.Queue], it, byEnqueueTime)
	return at + 1
}

func (p *Pool) longestIdle(q orchestrator.QueueID) (Agent, bool) {
	for _, a := range p.free {
		if slices.Contains(a.Queues, q) {
			return a, true
		}
	}
	return Agent{}, false
}

func byEnqueueTime(a, b Item) int {
	return cmp.Or(a.Since.Compare(b.Since), orchestrator.CompareIDs(a.ID, b.ID))
}

func byIdleTime(a, b Agent) int {
	return cmp.Or(a.Idle.Compare(b.Idle), cmp.Compare(a.ID, b.ID))
}
