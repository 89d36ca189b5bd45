package floor

import (
	"tandem/orchestrator/fact"
	"tandem/orchestrator/routing"
)

// PlanOf is the plan by which the floor matches the items of a queue, for whoever asks what would have been (orchestrator/replay).
func PlanOf(q fact.QueueDefined) routing.Plan { return planOf(q) }
