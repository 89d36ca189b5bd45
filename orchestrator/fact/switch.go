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
func (StrayFound) Kind() string { return "stray_found" }

// Kind implements Fact.
func (StrayGone) Kind() string { return "stray_gone" }

// Kind implements Fact.
func (OrderRefused) Kind() string { return "order_refused" }
