package storagetest

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
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
	{"notes that a message leaves, once and for its claimer only", outboxLeaves},
	{"counts what was made in the hour before", outboxMade},
	{"keeps back what has opted out", outboxOptOut},
	{"settles by receipts, whichever comes first", outboxReceipts},
	{"settles by the receipt of a message whose answer was lost", outboxDoubt},
	{"settles once when receipts and answers come at the same time", outboxRace},
	{"sends again what a person says", outboxAgain},
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

// settle writes what came of a claimed message.
func settle(ctx context.Context, s Store, m, with notify.SMS, due time.Time) error {
	m.State, m.Why, m.Route, m.Parts, m.Refs = with.State, with.Why, with.Route, with.Parts, with.Refs
	return s.SettleSMS(ctx, m, due)
}

func outboxSettles(ctx context.Context, t *testing.T, s Store) {
	texts(ctx, t, s, 3)
	due := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 5, time.Hour))
	if len(due) != 3 {
		t.Fatalf("%d messages are due", len(due))
	}
	must(t, settle(ctx, s, due[0], notify.SMS{State: notify.Sent, Route: "a", Parts: 1}, time.Time{}))
	must(t, settle(ctx, s, due[1], notify.SMS{State: notify.Failed, Why: "no such number"}, time.Time{}))
	must(t, settle(ctx, s, due[2], notify.SMS{State: notify.Queued, Why: "busy", Route: "b", Parts: 3, Refs: []string{"x", "a"}}, time.Now().Add(-time.Second)))
	must(t, settle(ctx, s, due[0], notify.SMS{State: notify.Queued, Why: "too late"}, time.Now())) // Sent is sent.
	again := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 5, time.Hour))
	if len(again) != 1 || again[0].ID != due[2].ID || again[0].Why != "busy" || again[0].Route != "b" || again[0].Parts != 3 ||
		!slices.Equal(again[0].Refs, []string{"x", "a"}) {
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

// outboxLeaves: a claimer that was overtaken hands nothing over, and what was about to leave comes back marked.
func outboxLeaves(ctx context.Context, t *testing.T, s Store) {
	texts(ctx, t, s, 1)
	old := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 5, -time.Second))[0]
	m := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 5, time.Hour))[0]
	old.Route, m.Route, m.Parts = "old", "a", 2
	if get[bool](t)(s.LeaveSMS(ctx, old, time.Hour)) {
		t.Error("an overtaken claimer may hand over")
	}
	if !get[bool](t)(s.LeaveSMS(ctx, m, time.Hour)) || !get[bool](t)(s.LeaveSMS(ctx, m, -time.Second)) { // A second route; then we die.
		t.Fatal("the claimer may not hand over")
	}
	must(t, settle(ctx, s, old, notify.SMS{State: notify.Queued}, time.Now()))
	back := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 5, time.Hour))
	if len(back) != 1 || back[0].State != notify.Sending || back[0].Route != "a" || back[0].Parts != 2 {
		t.Fatalf("what was about to leave is %+v", back)
	}
	must(t, settle(ctx, s, back[0], notify.SMS{State: notify.Unsure, Route: "a", Parts: 1}, time.Time{}))
	if get[bool](t)(s.LeaveSMS(ctx, back[0], time.Hour)) {
		t.Error("a settled message may leave")
	}
	must(t, settle(ctx, s, m, notify.SMS{State: notify.Sent, Route: "a", Parts: 1}, time.Time{})) // The overtaken one knows better.
	if list := get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{})); list[0].State != notify.Sent || list[0].SentAt.IsZero() {
		t.Errorf("the message is %+v", list[0])
	}
}

func outboxOptOut(ctx context.Context, t *testing.T, s Store) {
	texts(ctx, t, s, 2)
	due := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 5, time.Hour))
	must(t, s.SetOptOut(ctx, due[0].To, true)) // It comes late: the message is claimed already.
	for i, want := range []bool{false, true} {
		due[i].Route = "a"
		if get[bool](t)(s.LeaveSMS(ctx, due[i], time.Hour)) != want {
			t.Errorf("message %d to %s leaves: %v", i, due[i].To, !want)
		}
	}
	held := get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{State: notify.Withheld}))
	if len(held) != 1 || held[0].ID != due[0].ID || held[0].Why == "" {
		t.Errorf("withheld are %+v", held)
	}
}

// sent claims the next message and settles it as taken by route a under some names.
func sent(ctx context.Context, t *testing.T, s Store, refs ...string) int64 {
	t.Helper()
	m := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 1, time.Hour))[0]
	must(t, settle(ctx, s, m, notify.SMS{State: notify.Sent, Route: "a", Parts: len(refs), Refs: refs}, time.Time{}))
	return m.ID
}

// message reads one message.
func message(ctx context.Context, t *testing.T, s Store, id int64) notify.SMS {
	t.Helper()
	return get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{Before: id + 1, Limit: 1}))[0]
}

func outboxReceipts(ctx context.Context, t *testing.T, s Store) {
	texts(ctx, t, s, 5)
	tell := func(ref string, state notify.State, why string) {
		t.Helper()
		must(t, s.KeepReceipt(ctx, notify.Receipt{Route: "a", Ref: ref, Message: -1, State: state, Why: why}))
	}
	check := func(what string, id int64, want notify.State, why string) {
		t.Helper()
		if m := message(ctx, t, s, id); m.State != want || m.Why != why || m.ReceiptAt.IsZero() != (want == notify.Sent) {
			t.Errorf("%s: %s, why %q, receipt at %v; want %s, %q", what, m.State, m.Why, m.ReceiptAt, want, why)
		}
	}
	one := sent(ctx, t, s, "1")
	check("no receipt", one, notify.Sent, "")
	must(t, s.KeepReceipt(ctx, notify.Receipt{Route: "b", Ref: "1", Message: -1, State: notify.Undelivered}))
	check("a receipt of another route", one, notify.Sent, "")
	tell("1", notify.Delivered, "")
	check("a receipt after the answer", one, notify.Delivered, "")
	tell("1", notify.Undelivered, "EXPIRED")
	check("a second receipt that says something else", one, notify.Delivered, "")
	tell("2", notify.Delivered, "")
	check("a receipt before the answer", sent(ctx, t, s, "2"), notify.Delivered, "")
	parts := sent(ctx, t, s, "3", "4")
	tell("3", notify.Delivered, "")
	check("one of two parts", parts, notify.Sent, "")
	tell("4", notify.Undelivered, "UNDELIV 011")
	check("the other part fails", parts, notify.Undelivered, "UNDELIV 011")
	tell("6", notify.Delivered, "")
	early := sent(ctx, t, s, "5", "6")
	check("the second part before the answer", early, notify.Sent, "")
	tell("5", notify.Delivered, "")
	check("both parts", early, notify.Delivered, "")
	check("a name that the network uses again", sent(ctx, t, s, "1"), notify.Sent, "")
	tell("1", notify.Undelivered, "REJECTD 001")
	check("the name that was used again", one+4, notify.Undelivered, "REJECTD 001")
	check("the older one of that name", one, notify.Delivered, "")
}

func outboxDoubt(ctx context.Context, t *testing.T, s Store) {
	texts(ctx, t, s, 4)
	due := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 4, time.Hour))
	for i := range due {
		due[i].Route, due[i].Parts = "a", 1
		must(t, second(s.LeaveSMS(ctx, due[i], time.Hour)))
		if i == 3 { // Its receipt comes while the answer is still awaited, in vain.
			must(t, s.KeepReceipt(ctx, notify.Receipt{Route: "a", Ref: "6", Message: due[3].ID & 65535, State: notify.Delivered}))
		}
		must(t, settle(ctx, s, due[i], notify.SMS{State: notify.Unsure, Route: "a", Parts: 1, Why: "no answer"}, time.Time{}))
	}
	must(t, s.KeepReceipt(ctx, notify.Receipt{Route: "b", Ref: "7", Message: due[0].ID & 65535, State: notify.Delivered}))
	must(t, s.KeepReceipt(ctx, notify.Receipt{Route: "a", Ref: "7", Message: -1, State: notify.Delivered}))
	if m := message(ctx, t, s, due[0].ID); m.State != notify.Unsure {
		t.Errorf("a receipt for another route or for nothing settles: %+v", m)
	}
	must(t, s.KeepReceipt(ctx, notify.Receipt{Route: "a", Ref: "8", Message: due[0].ID & 65535, State: notify.Delivered}))
	if m := message(ctx, t, s, due[0].ID); m.State != notify.Delivered || m.Why != "" || m.SentAt.IsZero() || !slices.Equal(m.Refs, []string{"8"}) {
		t.Errorf("the message is %+v", m)
	}
	if m := message(ctx, t, s, due[1].ID); m.State != notify.Unsure || m.Why != "no answer" {
		t.Errorf("the other message is %+v", m)
	}
	if m := message(ctx, t, s, due[3].ID); m.State != notify.Delivered {
		t.Errorf("a message whose receipt came before we gave up is %+v", m)
	}
	late := notify.Receipt{Route: "a", Ref: "9", Message: due[2].ID & 65535, State: notify.Sent}
	must(t, s.KeepReceipt(ctx, late))
	if m := message(ctx, t, s, due[2].ID); m.State != notify.Sent || m.Why != "" || m.SentAt.IsZero() || !m.ReceiptAt.IsZero() {
		t.Errorf("a message whose answer came late is %+v", m)
	}
	late.State, late.Message = notify.Delivered, -1
	must(t, s.KeepReceipt(ctx, late))
	if m := message(ctx, t, s, due[2].ID); m.State != notify.Delivered || m.ReceiptAt.IsZero() {
		t.Errorf("after its receipt it is %+v", m)
	}
}

// outboxRace: receipts for both parts of each message come while the answers are being written.
func outboxRace(ctx context.Context, t *testing.T, s Store) {
	const n = 12
	texts(ctx, t, s, n)
	due := get[[]notify.SMS](t)(s.ClaimSMS(ctx, n, time.Hour))
	var wg sync.WaitGroup
	for _, m := range due {
		refs := []string{fmt.Sprintf("%d-1", m.ID), fmt.Sprintf("%d-2", m.ID)}
		wg.Go(func() {
			if err := settle(ctx, s, m, notify.SMS{State: notify.Sent, Route: "a", Parts: 2, Refs: refs}, time.Time{}); err != nil {
				t.Error(err)
			}
		})
		for _, ref := range refs {
			wg.Go(func() {
				if err := s.KeepReceipt(ctx, notify.Receipt{Route: "a", Ref: ref, Message: -1, State: notify.Delivered}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	if done := get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{State: notify.Delivered})); len(done) != n {
		t.Errorf("%d of %d are delivered: %+v", len(done), n, get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{})))
	}
}

// way is a route that answers from a list, then takes everything, and counts what left.
type way struct {
	mu      sync.Mutex
	answers []notify.Fate
	left    int
}

func (*way) Name() string  { return "a" }
func (*way) Up() bool      { return true }
func (*way) Repeats() bool { return false }

func (w *way) Send(_ context.Context, _ notify.SMS, leave notify.Leave) notify.Result {
	if !leave(1) {
		return notify.Result{Fate: notify.Kept}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left++
	if len(w.answers) == 0 {
		return notify.Result{Fate: notify.Taken, Refs: []string{fmt.Sprint(w.left)}}
	}
	fate := w.answers[0]
	w.answers = w.answers[1:]
	return notify.Result{Fate: fate, Why: "because"}
}

func outboxSender(ctx context.Context, t *testing.T, s Store) {
	texts(ctx, t, s, 4)
	w := &way{answers: []notify.Fate{notify.Later, notify.Later, notify.Refused, notify.Doubt}}
	// A clock that is an hour behind makes every retry due at once.
	sender := notify.Sender{Outbox: s, Routes: []notify.Route{w}, Log: slog.New(slog.DiscardHandler), Every: time.Millisecond, Patience: math.MaxInt64,
		Now: func() time.Time { return time.Now().Add(-time.Hour) }, Jitter: func() float64 { return 0.5 }}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := sender.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	eventually(ctx, t, "the outbox is empty", func() bool {
		return len(get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{State: notify.Queued}))) == 0 &&
			len(get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{State: notify.Sending}))) == 0
	})
	count := map[notify.State]int{}
	for _, m := range get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{})) {
		count[m.State]++
		if (m.State == notify.Sent) != (m.Why == "") || m.Route != "a" {
			t.Errorf("settled is %+v", m)
		}
	}
	cancel()
	wg.Wait()
	if count[notify.Sent] != 2 || count[notify.Failed] != 1 || count[notify.Unsure] != 1 || w.left != 6 {
		t.Errorf("%v after %d tries", count, w.left)
	}
}
