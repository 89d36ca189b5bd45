package replay_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/replay"
)

// Letters and chats are no calls: they are left out and named, and as many callers are answered beside them as were.
func TestItemsWithoutALineAreLeftOut(t *testing.T) {
	journal := workday(t, 1, func(c *centre) { c.writers(40) })
	rec := record(t, journal, time.Time{}, time.Time{})
	if _, compared := rec.Differences(rec.Scenario, again(t, rec.Scenario, 1)[0], replay.Moved{}); compared != 850 {
		t.Errorf("%d callers were compared, not the 850 who called", compared)
	}
	answered := 0
	for i, q := range again(t, rec.Scenario, 1)[0].Queues {
		answered += int(q.Answered - rec.Was.Queues[i].Answered)
	}
	if answered < -8 || answered > 8 {
		t.Errorf("%d callers more are answered than were", answered)
	}
	if !slices.ContainsFunc(rec.Notes, func(n replay.Note) bool { return n.Count == 80 && strings.Contains(n.Says, "chats") }) {
		t.Errorf("notes %v", rec.Notes)
	}
}

// writers send so many letters and as many chats, which are accepted and completed.
func (c *centre) writers(n int) {
	c.after(7*time.Hour, func() {
		for k := range 2 * n {
			channel := []orchestrator.Channel{orchestrator.ChannelEmail, orchestrator.ChannelChat}[k%2]
			c.after(time.Duration(c.r.Int64N(int64(8*time.Hour))), func() {
				var id orchestrator.InteractionID
				c.step(floor.Command{Do: floor.OpenItem{Channel: channel, Queue: "service", Into: &id}})
			})
		}
	})
}

// written takes an offered item, and is done with it after a while.
func (c *centre) written(id orchestrator.OfferID) {
	c.after(time.Second, func() {
		if o := c.floor.Offers[id]; o == nil || o.State != orchestrator.OfferDelivering {
			return
		}
		c.step(floor.Command{Do: floor.AcceptOffer{Offer: id}})
		c.after(c.about(4*time.Minute), func() {
			c.step(floor.Command{Do: floor.CompleteOffer{Offer: id, Disposition: "solved"}})
		})
	})
}
