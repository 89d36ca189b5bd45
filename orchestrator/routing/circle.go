package routing

import (
	"slices"
	"strings"

	"tandem/orchestrator"
)

// Circle tells the circle in which the exits of plans lead from a queue back to it, such as "sales → support → sales"; "" is none.
// Items would go round in it for ever. Exit is the queue to which the plan of another leads, "" for none.
func Circle(from orchestrator.QueueID, exit func(orchestrator.QueueID) orchestrator.QueueID) string {
	way := []orchestrator.QueueID{from}
	for at := exit(from); at != "" && (at == from || !slices.Contains(way, at)); at = exit(at) {
		way = append(way, at)
		if at == from {
			words := make([]string, len(way))
			for i, q := range way {
				words[i] = string(q)
			}
			return strings.Join(words, " → ")
		}
	}
	return ""
}
