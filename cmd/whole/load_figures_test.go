package whole_test

import (
	"fmt"
	"time"

	"tandem/cmd/whole"
	"tandem/orchestrator/insight"
)

// figureTable is what the API counts.
type figureTable struct {
	Total struct {
		Answered, Abandoned, Offers int64
		NoAnswers                   int64 `json:"no_answers"`
	}
}

// figures holds three ways to count against each other and against what the people say.
func (w *crowd) figures(sums tally, folded, counted insight.Figures) {
	api := whole.Get[figureTable](w.c, "/api/v1/figures?queue=support").Total
	if folded != counted {
		w.fault("the fold counts %+v\nand the query %+v", folded, counted)
	}
	if api.Answered != folded.Answered || api.Abandoned != folded.Abandoned || api.Offers != folded.Offers || api.NoAnswers != folded.NoAnswers {
		w.fault("the API gives %+v\nand the fold %+v", api, folded)
	}
	within := func(what string, n int64, low int) {
		if n < int64(low) || n > int64(low+sums.either) {
			w.fault("%d %s by the figures, %d to %d by what the people say", n, what, low, low+sums.either)
		}
	}
	within("answered", folded.Answered, sums.answered)
	within("abandoned", folded.Abandoned, sums.abandoned)
	w.print(sums, folded)
}

// print shows the day at a glance.
func (w *crowd) print(sums tally, f insight.Figures) {
	outcomes := map[string]int{}
	for _, g := range w.rings {
		name := g.outcome
		switch {
		case g.fallback:
			name = "by the fallback"
		case name == "" && g.call.EndedAt().Sub(g.call.InvitedAt()) > 4900*time.Millisecond:
			name = "not answered"
		case name == "":
			name = "caller gave up"
		}
		outcomes[name]++
	}
	asa, _ := f.ASA()
	fmt.Printf(`                      the people say    the journal says
  calls placed        %14d    %16d   (%d given up before they arrived)
  answered            %7d – %4d    %16d
  abandoned           %7d – %4d    %16d
  served by fallback  %14d    %16d   (flowed out)
  rings and offers    %14d    %16d   %v
  conversations in which the caller was heard: %d; wrap-ups over the API %d; status changes and registrations %d
  average speed of answer %s, longest wait %s, phone and journal at most %s apart; faults %d
`,
		sums.placed, f.Offered(), sums.unseen, sums.answered, sums.answered+sums.either, f.Answered,
		sums.abandoned, sums.abandoned+sums.either, f.Abandoned, sums.fallback, f.FlowedOut, len(w.rings), f.Offers, outcomes,
		w.heard.Load(), w.coded.Load(), w.moved.Load(),
		asa.Round(time.Millisecond), f.LongestWait.Round(time.Millisecond), sums.apart.Round(time.Millisecond), len(w.faults))
}
