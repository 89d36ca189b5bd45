package whole_test

import (
	"slices"

	"tandem/cmd/whole"
	"tandem/orchestrator"
)

// desk holds tickets, messages and recordings against the journal: one of each for each call that was answered.
func (w *crowd) desk(records map[orchestrator.InteractionID]*record) {
	var want int
	for _, i := range records {
		want += min(1, len(i.connected))
	}
	w.c.Until("all tickets are written and all messages sent", func() bool {
		sent := 0
		for _, m := range pages[whole.Message](w.c, "/api/v1/messages") {
			if m.State == "sent" {
				sent++
			}
		}
		return len(pages[whole.Ticket](w.c, "/api/v1/tickets")) >= want && sent >= want
	})
	tickets, sms, coded := map[string]int{}, map[string]int{}, 0
	for _, x := range pages[whole.Ticket](w.c, "/api/v1/tickets") {
		tickets[x.Interaction]++
		if x.Disposition == "solved" {
			coded++
		}
	}
	for _, m := range pages[whole.Message](w.c, "/api/v1/messages") {
		sms[m.Interaction]++
		if i := records[orchestrator.InteractionID(m.Interaction)]; i == nil || m.To != i.from {
			w.fault("an SMS about %s went to %s", m.Interaction, m.To)
		}
	}
	for id, i := range records {
		if n := min(1, len(i.connected)); tickets[string(id)] != n || sms[string(id)] != n {
			w.fault("%s was answered %d times and has %d tickets and %d messages", id, len(i.connected), tickets[string(id)], sms[string(id)])
		}
	}
	w.recordings(records)
	if low, high := int(w.coded.Load()), int(w.coded.Load()+w.maybe.Load()); coded < low || coded > high {
		w.fault("%d tickets have a disposition, the agents gave %d to %d", coded, low, high)
	}
}

// recordings waits until every conversation is stored, or marked with the reason why it is not. Whoever talked for a while has one,
// unless it was while Tandem was away.
func (w *crowd) recordings(records map[orchestrator.InteractionID]*record) {
	var all []whole.Recording
	w.c.Until("no recording is on its way", func() bool {
		all = pages[whole.Recording](w.c, "/api/v1/recordings")
		return !slices.ContainsFunc(all, func(r whole.Recording) bool { return r.State != "stored" && !unrecorded(r) })
	})
	stored := map[string]int{}
	for _, r := range all {
		if r.State == "stored" {
			stored[r.Interaction]++
		} else if i := records[orchestrator.InteractionID(r.Interaction)]; i == nil || i.talk > settled && !w.untaped(i) {
			w.fault("%s talked and its recording is %s: %s", r.Interaction, r.State, r.Why)
		}
	}
	for id, i := range records {
		if i.talk > settled && stored[string(id)] != len(i.connected) && !w.untaped(i) {
			w.fault("%s talked %s in %d conversations and has %d recordings", id, i.talk, len(i.connected), stored[string(id)])
		}
	}
}

// pages reads a whole list.
func pages[T any](c *whole.Centre, path string) []T {
	c.T.Helper()
	type page struct {
		Items []T
		Next  string `json:"next_cursor"`
	}
	var all []T
	for cursor := ""; ; {
		p := whole.Get[page](c, path+"?limit=100"+cursor)
		all = append(all, p.Items...)
		if p.Next == "" {
			return all
		}
		cursor = "&cursor=" + p.Next
	}
}
