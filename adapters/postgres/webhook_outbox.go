package postgres

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"tandem/orchestrator/desk/webhook"
)

var _ webhook.Outbox = (*DB)(nil)

type deliveryRow struct {
	ID                       int64
	Hook, Type, Lane, Ticket string
	Seq, Version             int64
	State                    webhook.DeliveryState
	Attempts                 int
	Why                      string
	At, Queued               stamp
}

func (r deliveryRow) plain() webhook.Delivery {
	return webhook.Delivery{
		ID: r.ID, Hook: r.Hook, State: r.State, Attempts: r.Attempts, Why: r.Why, Queued: r.Queued.Time,
		Event: webhook.Event{Type: r.Type, Lane: r.Lane, Seq: r.Seq, Ticket: r.Ticket, Version: r.Version, At: r.At.Time},
	}
}

// wanted remembers the active hooks for a moment, so that a line of the journal costs no question.
type wanted struct {
	mu     sync.Mutex // guards the others; nobody holds it while the database is asked
	hooks  []webhook.Hook
	until  time.Time
	forgot int // counts what was forgotten: an answer from before is not kept
}

const rememberHooks = time.Second

func (w *wanted) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.until = time.Time{}
	w.forgot++
}

func (w *wanted) recall() (hooks []webhook.Hook, known bool, forgot int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.hooks, time.Now().Before(w.until), w.forgot
}

func (w *wanted) keep(hooks []webhook.Hook, forgot int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.forgot == forgot {
		w.hooks, w.until = hooks, time.Now().Add(rememberHooks)
	}
}

// WantedHooks implements webhook.Tx. A transaction that has a connection asks on it: if it waited for another one, as many of them as
// there are connections would wait for each other.
func (t *Tx) WantedHooks(ctx context.Context) ([]webhook.Hook, error) {
	hooks, known, forgot := t.d.wanted.recall()
	if known {
		return hooks, nil
	}
	var err error
	if t.tx == nil {
		hooks, err = t.d.ActiveHooks(ctx)
	} else {
		var rows []hookRow
		err = wrap("webhooks", t.list(ctx, &rows, t.d.q.HookActive))
		hooks = rowsOf(rows)
	}
	if err == nil {
		t.d.wanted.keep(hooks, forgot)
	}
	return hooks, err
}

// QueueDelivery implements webhook.Tx. A hook that is gone meanwhile is told nothing.
func (t *Tx) QueueDelivery(ctx context.Context, hook string, e webhook.Event) error {
	t.hooked = true
	_, err := t.run(ctx, t.d.q.DeliveryQueue, hook, e.Type, e.Lane, e.Seq, e.Ticket, e.Version, e.At.UTC())
	return wrap("webhook.queue", err)
}

// tellTicket notes that a ticket was opened or changed, for the hooks that want it.
func (t *Tx) tellTicket(ctx context.Context, event, number string, at time.Time) error {
	hooks, err := t.WantedHooks(ctx)
	if err != nil || len(hooks) == 0 {
		return err
	}
	var row ticketRow
	if err := t.get(ctx, &row, t.d.q.TicketOne, number); err != nil {
		return err
	}
	return webhook.Tell(ctx, t, webhook.Event{Type: event, Lane: number, Ticket: number, Version: row.Version, At: at})
}

// Hooked returns a channel that is closed when the next delivery was queued in this program.
func (d *DB) Hooked() <-chan struct{} { return d.hooked.wait() }

// ActiveHooks implements webhook.Outbox.
func (d *DB) ActiveHooks(ctx context.Context) ([]webhook.Hook, error) {
	var rows []hookRow
	err := d.q.HookActive.SelectContext(ctx, &rows)
	return rowsOf(rows), wrap("webhooks", err)
}

// ClaimDeliveries implements webhook.Outbox.
func (d *DB) ClaimDeliveries(ctx context.Context, hook string, n int, lease time.Duration) ([]webhook.Delivery, error) {
	var rows []deliveryRow
	if err := d.q.DeliveryClaim.SelectContext(ctx, &rows, hook, page(n), lease.Microseconds(), d.opened()); err != nil {
		return nil, wrap("webhook.claim", err)
	}
	out := rowsOf(rows) // An update returns in no order.
	slices.SortFunc(out, func(a, b webhook.Delivery) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// ArrivedDelivery implements webhook.Outbox.
func (d *DB) ArrivedDelivery(ctx context.Context, x webhook.Delivery) error {
	_, err := d.q.DeliveryArrived.ExecContext(ctx, x.ID)
	return wrap("webhook.arrived", err)
}

// LaterDelivery implements webhook.Outbox.
func (d *DB) LaterDelivery(ctx context.Context, x webhook.Delivery, due time.Time) error {
	_, err := d.q.DeliveryLater.ExecContext(ctx, x.ID, x.State, clean(x.Why), due.UTC(), x.Attempts)
	return wrap("webhook.later", err)
}

// HookWent implements webhook.Outbox.
func (d *DB) HookWent(ctx context.Context, hook string, failures int, why string, retryAt time.Time) error {
	_, err := d.q.HookWent.ExecContext(ctx, hook, failures, clean(why), orNull(retryAt))
	return wrap("webhook.went", err)
}

// SweepDeliveries implements webhook.Outbox.
func (d *DB) SweepDeliveries(ctx context.Context, queued, dead time.Time) (int, error) {
	died, err := d.q.DeliveryDied.ExecContext(ctx, queued.UTC())
	if err != nil {
		return 0, wrap("webhook.sweep", err)
	}
	if _, err := d.q.DeliveryForget.ExecContext(ctx, dead.UTC()); err != nil {
		return 0, wrap("webhook.sweep", err)
	}
	n, err := died.RowsAffected()
	return int(n), wrap("webhook.sweep", err)
}
