package replay

import (
	"time"

	"tandem/orchestrator/plot"
	"tandem/orchestrator/simulate"
)

// SVG draws what was and what would have been, over the day.
func (h Held) SVG() string {
	every, n := simulate.Intervals(h.Other.Length)
	var labels []string
	for i := range n {
		labels = append(labels, h.From.Add(time.Duration(i)*every).Format("15:04"))
	}
	was := h.Scenario
	was.Target = h.Other.Target
	return plot.Picture{
		Title: h.From.Format("2006-01-02 15:04") + " UTC as it was, and as it would have been: " + h.Other.Name,
		Charts: simulate.Charts(labels, simulate.Drawn{Name: "was", Scenario: was, Days: [][]simulate.Fate{h.Recording.Was.Fates}},
			simulate.Drawn{Name: "would have been", Scenario: h.Other, Days: simulate.FatesOf(h.Days)}),
	}.SVG()
}
