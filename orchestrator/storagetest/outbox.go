package storagetest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/fact"
)

var outboxCases = []testCase{
	{"hands each message to one claimer", outboxClaims},
	{"hands a message out again when its lease ends", outboxLease},
	{"settles as sent, later or failed", outboxSettles},
	{"is emptied by a sender that retries and gives up", outboxSender},
}

// texts queues n messages.
func texts(ctx context.Context, t *testing.T, s Store, n int) {
	t.Helper()
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAll)
	for i := range n {
		id := orchestrator.InteractionID(fmt.Sprintf("i%02d", i))
		sc.queued(id, fmt.Sprintf("+49151%05d", i))
		sc.abandon(id)
	}
	sc.settle(s)
}

func outboxClaims(ctx context.Context, t *testing.T, s Store) {
	texts(ctx, t, s, 12)
	var mu sync.Mutex
	claimed := map[int64]int{}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 4 {
				due, err := s.ClaimSMS(ctx, 2, time.Hour)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				for _, m := range due {
					claimed[m.ID]++
					if m.Attempts != 1 || m.State != notify.Queued || m.Key == "" || m.To == "" || m.Text == "" {
						t.Errorf("claimed is %+v", m)
					}
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for id, n := range claimed {
		if n != 1 {
			t.Errorf("message %d was claimed %d times", id, n)
		}
	}
	// One claimer may pass by a row that another is about to take; nobody takes it later than the next look.
	left := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 200, time.Hour))
	if len(claimed)+len(left) != 12 {
		t.Errorf("%d of 12 messages were claimed, then %d", len(claimed), len(left))
	}
}

func outboxLease(ctx context.Context, t *testing.T, s Store) {
	texts(ctx, t, s, 1)
	if n := len(get[[]notify.SMS](t)(s.ClaimSMS(ctx, 5, 30*time.Millisecond))); n != 1 {
		t.Fatalf("%d messages are due", n)
	}
	eventually(ctx, t, "the message is handed out again", func() bool {
		again := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 5, time.Hour))
		return len(again) == 1 && again[0].Attempts == 2
	})
}

func outboxSettles(ctx context.Context, t *testing.T, s Store) {
	texts(ctx, t, s, 3)
	due := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 5, time.Hour))
	if len(due) != 3 {
		t.Fatalf("%d messages are due", len(due))
	}
	must(t, s.SettleSMS(ctx, due[0].ID, "", time.Time{}))
	must(t, s.SettleSMS(ctx, due[1].ID, "no such number", time.Time{}))
	must(t, s.SettleSMS(ctx, due[2].ID, "busy", time.Now().Add(-time.Second)))
	must(t, s.SettleSMS(ctx, due[0].ID, "too late", time.Now())) // Sent is sent.
	again := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 5, time.Hour))
	if len(again) != 1 || again[0].ID != due[2].ID || again[0].Why != "busy" {
		t.Errorf("tried again is %+v", again)
	}
	for i, want := range []notify.State{notify.Sent, notify.Failed, notify.Queued} {
		list := get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{State: want}))
		if len(list) != 1 || list[0].ID != due[i].ID || list[0].SentAt.IsZero() == (want == notify.Sent) {
			t.Errorf("%s are %+v", want, list)
		}
	}
	page := get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{Limit: 2}))
	rest := get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{Limit: 2, Before: page[1].ID}))
	if len(page) != 2 || page[0].ID < page[1].ID || len(rest) != 1 || rest[0].ID > page[1].ID {
		t.Errorf("the pages are %+v and %+v", page, rest)
	}
	if one := get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{Ticket: due[1].Ticket})); len(one) != 1 || one[0].ID != due[1].ID {
		t.Errorf("of one ticket: %+v", one)
	}
}

func outboxSender(ctx context.Context, t *testing.T, s Store) {
	texts(ctx, t, s, 3)
	g := &gateway{errs: []error{errRetry, errRetry, errors.New("no such number")}}
	// A clock that is an hour behind makes every retry due at once.
	sender := notify.Sender{Outbox: s, Gateway: g, Log: slog.New(slog.DiscardHandler), Every: time.Millisecond,
		Now: func() time.Time { return time.Now().Add(-time.Hour) }, Jitter: func() float64 { return 0.5 }}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := sender.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	eventually(ctx, t, "the outbox is empty", func() bool {
		return len(get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{State: notify.Queued}))) == 0
	})
	sent := len(get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{State: notify.Sent})))
	failed := get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{State: notify.Failed}))
	cancel()
	wg.Wait()
	if sent != 2 || len(failed) != 1 || failed[0].Why != "no such number" || len(g.sent) != 5 {
		t.Errorf("%d sent, failed %+v, %d tries", sent, failed, len(g.sent))
	}
}
