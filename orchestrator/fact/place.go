package fact

import (
	"time"

	"tandem/orchestrator"
)

// PlaceKept says that an interaction gives up its place in a line, and what it asked for there. Another one has that place when it
// begins by then: its InteractionOpened names the old one as Previous, its ItemQueued as Kept. It is taken once.
type PlaceKept struct {
	Queue    orchestrator.QueueID `json:"queue"`
	Since    time.Time            `json:"since"`              // enqueue time
	Ahead    time.Duration        `json:"ahead,omitempty"`    // head start over others in line
	Step     int                  `json:"step,omitempty"`     // of the queue's plan, from 0
	Priority int                  `json:"priority,omitempty"` // points, beside those of the queue
	Need     string               `json:"need,omitempty"`     // skills beside those of the plan
	Until    time.Time            `json:"until"`
}

// ChatOffered says that the customer is texted a link to a chat, in which they have their place until then. Who.Text is what is texted,
// with {link} where the link goes.
type ChatOffered struct {
	Until time.Time `json:"until"`
	Who   Person    `json:"-"`
}

// Kind implements Fact.
func (ChatOffered) Kind() string { return "chat_offered" }

func (f ChatOffered) person() Person { return f.Who }

// Kind implements Fact.
func (PlaceKept) Kind() string { return "place_kept" }
