package fact

import "tandem/orchestrator/media"

type (
	// SwitchUp says that a switch is connected and was compared with the floor. A new Boot means that it restarted.
	SwitchUp struct {
		Switch string `json:"switch"`
		Boot   string `json:"boot"`
	}
	// SwitchDown says that the line to a switch is away; its calls go on. Nothing is known of its phones any more.
	SwitchDown struct {
		Switch string `json:"switch"`
		NotYet bool   `json:"not_yet,omitempty"` // a life of the engine begins by it: the line was not there yet, and need not have been lost
	}
	// SwitchMissed says that a switch has been away for so long that its callers do not count as waiting any more: its own fallback has
	// them by then, or they are lost with it. They count again where they are when it is back.
	SwitchMissed struct {
		Switch string `json:"switch"`
	}
	// StrayFound is a leg with our stamp whose offer has ended or is not known; it is dropped.
	StrayFound struct {
		Switch string      `json:"switch"`
		Leg    media.LegID `json:"leg"`
	}
	// StrayGone ends a stray.
	StrayGone struct {
		Leg media.LegID `json:"leg"`
	}
	// OrderRefused is a want that the switch could not carry out.
	OrderRefused struct {
		Leg  media.LegID `json:"leg"`
		What string      `json:"what"`
	}
)

// Kind implements Fact.
func (SwitchUp) Kind() string { return "switch_up" }

// Kind implements Fact.
func (SwitchDown) Kind() string { return "switch_down" }

// Kind implements Fact.
func (SwitchMissed) Kind() string { return "switch_missed" }

// Kind implements Fact.
func (StrayFound) Kind() string { return "stray_found" }

// Kind implements Fact.
func (StrayGone) Kind() string { return "stray_gone" }

// Kind implements Fact.
func (OrderRefused) Kind() string { return "order_refused" }
