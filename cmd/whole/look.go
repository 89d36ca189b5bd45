package whole

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// What the stories read over the API, each with the fields that they ask for.
type (
	// Interaction is one call.
	Interaction struct {
		ID, From, State, Reason, Agent    string
		Live                              bool
		Arrived, Queued, Connected, Ended time.Time
		Estimated                         bool   `json:"ended_estimated"`
		AwaySince                         string `json:"switch_away_since"`
	}
	// Event is one line of a timeline.
	Event struct {
		At   time.Time
		Kind string
		Data struct{ Offer, Agent, State, By string }
	}
	// Agent is a person, with the call in hand; nil is none.
	Agent struct {
		ID, Status    string
		NotResponding bool `json:"not_responding"`
		Phone         struct{ Health string }
		Work          *struct{ Offer, State, Interaction string }
	}
	// Ticket is what was opened for a call.
	Ticket struct{ Number, Interaction, Disposition string }
	// Message is an SMS.
	Message struct{ To, Text, State, Interaction, Ticket string }
	// Recording is one recorded segment.
	Recording struct {
		ID, Interaction, State, Why, Audio string
		Length                             float64 `json:"length_seconds"`
		Bytes                              int64
	}
)

// all reads every page of a list, newest first.
func all[T any](c *Centre, path string) []T {
	c.T.Helper()
	var out []T
	for cursor := ""; ; {
		page := Get[Page[T]](c, path+"?limit=100"+cursor)
		out = append(out, page.Items...)
		if page.Next == "" {
			return out
		}
		cursor = "&cursor=" + page.Next
	}
}

// Interactions lists all calls, oldest first.
func (c *Centre) Interactions() []Interaction {
	c.T.Helper()
	calls := all[Interaction](c, "/api/v1/interactions")
	slices.Reverse(calls)
	return calls
}

// Call is the newest interaction with a caller's number; the zero one as long as there is none.
func (c *Centre) Call(from string) Interaction {
	c.T.Helper()
	var found Interaction
	for _, i := range c.Interactions() {
		if i.From == from {
			found = i
		}
	}
	return found
}

// Waiting waits until a caller is in line, and returns the interaction.
func (c *Centre) Waiting(from string) Interaction {
	c.T.Helper()
	c.Until(from+" waits in line", func() bool { return c.Call(from).State == "queued" })
	return c.Call(from)
}

// Since waits until a caller is in line, perhaps with an offer, and returns the enqueue time.
func (c *Centre) Since(from string) time.Time {
	c.T.Helper()
	c.Until(from+" is in line", func() bool { return !c.Call(from).Queued.IsZero() })
	return c.Call(from).Queued
}

// Timeline is what happened to a call, oldest first.
func (c *Centre) Timeline(id string) []Event {
	c.T.Helper()
	return List[Event](c, "/api/v1/interactions/"+id+"/timeline")
}

// Offers tells each offer of a call in a word, such as "ann no_answer"; one without an ending is "ann open".
func (c *Centre) Offers(id string) []string {
	c.T.Helper()
	var order []string
	ended := map[string]string{}
	for _, e := range c.Timeline(id) {
		switch e.Kind {
		case "offer_made":
			order = append(order, e.Data.Offer)
			ended[e.Data.Offer] = e.Data.Agent + " open"
		case "offer_ended":
			ended[e.Data.Offer] = e.Data.Agent + " " + e.Data.State
		case "wrap_up_ended":
			ended[e.Data.Offer] = e.Data.Agent + " completed"
		}
	}
	for n, offer := range order {
		order[n] = ended[offer]
	}
	return order
}

// Count is how often a kind of fact stands in a timeline.
func (c *Centre) Count(id, kind string) int {
	c.T.Helper()
	n := 0
	for _, e := range c.Timeline(id) {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// Agent is one agent as the API tells.
func (c *Centre) Agent(id string) Agent {
	c.T.Helper()
	return Get[Agent](c, "/api/v1/agents/"+id)
}

// Tickets are those of one call.
func (c *Centre) Tickets(id string) []Ticket {
	c.T.Helper()
	return slices.DeleteFunc(all[Ticket](c, "/api/v1/tickets"), func(t Ticket) bool { return t.Interaction != id })
}

// Messages are those of one call.
func (c *Centre) Messages(id string) []Message {
	c.T.Helper()
	return slices.DeleteFunc(all[Message](c, "/api/v1/messages"), func(m Message) bool { return m.Interaction != id })
}

// Recordings are those of one call.
func (c *Centre) Recordings(id string) []Recording {
	c.T.Helper()
	return List[Recording](c, "/api/v1/recordings?interaction="+id)
}

// Channels lists every leg on the switch, ours and others.
func (c *Centre) Channels() []Channel {
	c.T.Helper()
	return look(c, c.Switch.Legs)
}

// Bridges lists every bridge and conference on the switch in which somebody is.
func (c *Centre) Bridges() []string {
	c.T.Helper()
	return look(c, c.Switch.Rooms)
}

// look asks the switch, and fails the story when it does not answer.
func look[T any](c *Centre, at func(context.Context) (T, error)) T {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	found, err := at(ctx)
	if err != nil {
		c.T.Fatal(err)
	}
	return found
}

// InFallback counts the callers that the switch's own dialplan serves.
func (c *Centre) InFallback() int {
	c.T.Helper()
	return look(c, c.Switch.InFallback)
}

// AtRest waits until no leg, bridge or snoop is left on the switch and no agent has a call in hand.
func (c *Centre) AtRest() {
	c.T.Helper()
	left := ""
	defer func() {
		if c.T.Failed() && left != "" {
			c.T.Log("left: " + left)
		}
	}()
	c.Until("nothing is left on the switch, and everybody is free", func() bool {
		left = fmt.Sprint(c.Channels(), c.Bridges())
		if left != "[] []" {
			return false
		}
		for _, a := range List[Agent](c, "/api/v1/agents") {
			if a.Work != nil {
				left = fmt.Sprintf("%s has %+v", a.ID, *a.Work)
				return false
			}
		}
		left = ""
		return true
	})
}
