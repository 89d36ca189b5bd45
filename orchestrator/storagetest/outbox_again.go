package storagetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
)

func outboxAgain(ctx context.Context, t *testing.T, s Store) {
	texts(ctx, t, s, 4)
	due := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 5, time.Hour))
	must(t, settle(ctx, s, due[0], notify.SMS{State: notify.Unsure, Route: "a", Parts: 2, Why: "lost", Refs: []string{"r1"}}, time.Time{}))
	must(t, settle(ctx, s, due[1], notify.SMS{State: notify.Sent, Route: "a", Parts: 1, Refs: []string{"r2"}}, time.Time{}))
	must(t, settle(ctx, s, due[2], notify.SMS{State: notify.Sent, Route: "a", Parts: 1, Refs: []string{"r3"}}, time.Time{}))
	must(t, s.KeepReceipt(ctx, notify.Receipt{Route: "a", Ref: "r3", Message: -1, State: notify.Undelivered, Why: "UNDELIV"}))
	kind(t, "a sent one", second(s.ResendSMS(ctx, due[1].ID)), orchestrator.Conflict)
	kind(t, "one that is being sent", second(s.ResendSMS(ctx, due[3].ID)), orchestrator.Conflict)
	kind(t, "none", second(s.ResendSMS(ctx, 1<<40)), orchestrator.NotFound)
	for _, m := range []notify.SMS{due[0], due[2]} {
		have := get[notify.SMS](t)(s.ResendSMS(ctx, m.ID))
		if have.State != notify.Queued || have.Why != "" || have.Parts != 0 || !have.SentAt.IsZero() || !have.ReceiptAt.IsZero() || have.To != m.To {
			t.Errorf("sent again is %+v", have)
		}
	}
	kind(t, "twice", second(s.ResendSMS(ctx, due[0].ID)), orchestrator.Conflict)
	again := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 5, time.Hour))
	if len(again) != 2 || again[0].ID != due[0].ID || !slices.Equal(again[0].Refs, []string{"r1"}) || again[1].ID != due[2].ID || len(again[1].Refs) != 0 || again[1].Attempts != 2 {
		t.Errorf("claimed again is %+v", again)
	}
	must(t, settle(ctx, s, again[0], notify.SMS{State: notify.Failed, Why: "refused"}, time.Time{}))
	must(t, second(s.Erase(ctx, again[0].To)))
	kind(t, "an erased one", second(s.ResendSMS(ctx, again[0].ID)), orchestrator.Conflict)
}
