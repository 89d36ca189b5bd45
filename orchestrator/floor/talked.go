package floor

import (
	"slices"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// Talked says with whom a customer spoke last. It is kept with the erasable part of a checkpoint.
type Talked struct {
	Number string                     `json:"number"`
	Agent  orchestrator.AgentID       `json:"agent"`
	At     time.Time                  `json:"at"`
	In     orchestrator.InteractionID `json:"in,omitempty"`
}

const (
	keepTalked = 90 * 24 * time.Hour
	maxTalked  = 200_000
)

// lastAgent is who spoke last with somebody of a number; "" is nobody within the time that it is kept.
func (f *Floor) lastAgent(number string) orchestrator.AgentID {
	n, known := f.talked[number]
	if number == "" || !known {
		return ""
	}
	if t := f.Talked[n-f.forgot]; f.now.Sub(t.At) <= keepTalked {
		return t.Agent
	}
	return ""
}

// applyTalked remembers with whom a customer spoke, and forgets what is too old.
func (f *Floor) applyTalked(in orchestrator.InteractionID, number string, agent orchestrator.AgentID, at time.Time) {
	if number == "" {
		return
	}
	f.talked[number] = f.forgot + len(f.Talked)
	f.Talked = append(f.Talked, Talked{number, agent, at, in})
	for len(f.Talked) > maxTalked || at.Sub(f.Talked[0].At) > keepTalked {
		if f.talked[f.Talked[0].Number] == f.forgot {
			delete(f.talked, f.Talked[0].Number)
		}
		f.Talked = f.Talked[1:]
		f.forgot++
	}
}

// applyErased forgets what is kept of a person when their interactions are over: with whom they spoke. Interactions that go on are not
// erased.
func (f *Floor) applyErased(x fact.PersonErased) {
	of := make(map[orchestrator.InteractionID]bool, len(x.Interactions))
	for _, id := range x.Interactions {
		of[id] = true
	}
	f.Talked = slices.DeleteFunc(f.Talked, func(t Talked) bool { return of[t.In] })
	for n, c := range f.Dialled {
		if of[c.In] {
			f.Dialled[n].Number, f.Dialled[n].spelt = "", "" // that somebody was called still counts for the hour
		}
	}
	f.recallTalked()
}

// recallTalked finds the newest talk of each number again.
func (f *Floor) recallTalked() {
	f.talked, f.forgot = make(map[string]int, len(f.Talked)), 0
	for n, t := range f.Talked {
		f.talked[t.Number] = n
	}
}
