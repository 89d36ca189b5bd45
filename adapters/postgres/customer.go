package postgres

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/lib/pq"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/customer"
)

var _ customer.Desk = (*DB)(nil)

// customerRow is a customer as the query customer_rows answers it.
type customerRow struct {
	ID, Name, Tier, Language, Region, Segment string
	AgeBand                                   string `db:"age_band"`
	Dedicated                                 orchestrator.AgentID
	Stated                                    orchestrator.Channel
	Tags                                      pq.StringArray
	Identities                                []byte
	HabitChannel                              orchestrator.Channel `db:"habit_channel"`
	HabitCount                                int                  `db:"habit_count"`
	HabitOf                                   int                  `db:"habit_of"`
	Version                                   int64
	Created, Changed                          stamp
}

func (r customerRow) plain() customer.Customer {
	c := customer.Customer{
		ID: r.ID, Name: r.Name, Tier: r.Tier, Language: r.Language, Region: r.Region, Segment: r.Segment, AgeBand: r.AgeBand, Dedicated: r.Dedicated,
		Stated: r.Stated, Tags: r.Tags, Version: r.Version, Created: r.Created.Time, Changed: r.Changed.Time,
		Habit: customer.Habit{Channel: r.HabitChannel, Count: r.HabitCount, Of: r.HabitOf},
	}
	_ = json.Unmarshal(r.Identities, &c.Identities) // The query wrote it.
	return c
}

// customersOf reads those of these ids, and who has the address; kind "" is nobody's.
func (t *Tx) customersOf(ctx context.Context, ids []string, kind customer.Kind, value string) ([]customer.Customer, error) {
	var rows []customerRow
	err := t.list(ctx, &rows, t.d.q.CustomerRows, pq.StringArray(ids), customer.LearnFrom, kind, clean(value))
	return rowsOf(rows), err
}

// Customer implements customer.Desk.
func (d *DB) Customer(ctx context.Context, id string) (customer.Customer, error) {
	return d.oneCustomer(ctx, []string{clean(id)}, "", "", "customer "+id)
}

// CustomerAt implements customer.Desk.
func (d *DB) CustomerAt(ctx context.Context, kind customer.Kind, value string) (customer.Customer, error) {
	return d.oneCustomer(ctx, []string{}, kind, value, "customer with this address")
}

func (d *DB) oneCustomer(ctx context.Context, ids []string, kind customer.Kind, value, what string) (customer.Customer, error) {
	var row customerRow
	err := d.q.CustomerRows.GetContext(ctx, &row, pq.StringArray(ids), customer.LearnFrom, kind, clean(value))
	return row.plain(), missing("customer", what, err)
}

// Customers implements customer.Desk.
func (d *DB) Customers(ctx context.Context, f customer.Filter) ([]customer.Customer, error) {
	if err := pageAfter(ctx, "customers", f.Before, d.Customer); err != nil {
		return nil, err
	}
	ids := []string{}
	if err := d.q.CustomerList.SelectContext(ctx, &ids, f.Kind, clean(f.Value), f.Before, page(f.Limit)); err != nil {
		return nil, wrap("customers", err)
	}
	var rows []customerRow
	err := d.q.CustomerRows.SelectContext(ctx, &rows, pq.StringArray(ids), customer.LearnFrom, "", "")
	return rowsOf(rows), wrap("customers", err)
}

type customerChangeRow struct {
	customer.Change
	At stamp
}

func (r customerChangeRow) plain() customer.Change {
	r.Change.At = r.At.Time
	return r.Change
}

// CustomerHistory implements customer.Desk.
func (d *DB) CustomerHistory(ctx context.Context, id string) ([]customer.Change, error) {
	if _, err := d.Customer(ctx, id); err != nil {
		return nil, err
	}
	var rows []customerChangeRow
	err := d.q.CustomerChangeList.SelectContext(ctx, &rows, clean(id))
	return rowsOf(rows), wrap("customer.history", err)
}

// SetCustomer implements customer.Desk.
func (d *DB) SetCustomer(ctx context.Context, id string, may bool, by string, change func(customer.Customer) (customer.Customer, error)) (customer.Customer, error) {
	const op = "customer.set"
	id = clean(id)
	err := d.transact(ctx, op, func(t *Tx) error {
		var locked []string
		if err := t.list(ctx, &locked, d.q.CustomerLock, id); err != nil {
			return err
		}
		there, err := t.customersOf(ctx, locked, "", "")
		if err != nil {
			return err
		}
		was := customer.Customer{ID: id}
		switch {
		case len(there) == 1:
			was = there[0]
		case !may:
			return &orchestrator.Error{Kind: orchestrator.NotFound, Op: op, Say: "there is no customer " + id}
		}
		is, err := change(was)
		if err != nil {
			return err
		}
		changes := customer.Changes(was, is, by, now())
		if len(changes) == 0 && len(there) == 1 && sameOrder(was.Identities, is.Identities) {
			return nil
		}
		return t.putCustomer(ctx, is, changes)
	})
	if err != nil {
		return customer.Customer{}, err
	}
	return d.Customer(ctx, id)
}

// putCustomer writes a record, its addresses and what was changed.
func (t *Tx) putCustomer(ctx context.Context, c customer.Customer, changes []customer.Change) error {
	tags := pq.StringArray(c.Tags)
	if tags == nil {
		tags = pq.StringArray{}
	}
	if _, err := t.run(ctx, t.d.q.CustomerPut, c.ID, clean(c.Name), clean(c.Tier), c.Language, clean(c.Region), clean(c.Segment), clean(c.AgeBand), c.Dedicated, c.Stated, tags, now()); err != nil {
		return err
	}
	if _, err := t.run(ctx, t.d.q.CustomerIdentityDrop, c.ID); err != nil {
		return err
	}
	for n, i := range c.Identities {
		added, err := t.run(ctx, t.d.q.CustomerIdentityPut, i.Kind, clean(i.Value), c.ID, n, clean(i.Source), i.Verified, pq.StringArray(i.Spelled))
		if err != nil {
			return err
		}
		if added == 0 {
			var owner string
			if err := t.get(ctx, &owner, t.d.q.CustomerIdentityOwner, i.Kind, clean(i.Value)); err != nil {
				return err
			}
			return customer.Taken(n, owner)
		}
	}
	for _, x := range changes {
		if _, err := t.run(ctx, t.d.q.CustomerChangeAdd, c.ID, x.Field, clean(x.From), clean(x.To), clean(x.By), x.At); err != nil {
			return err
		}
	}
	return nil
}

// sameOrder says whether two lists name the same addresses in the same order.
func sameOrder(a, b []customer.Identity) bool {
	return slices.EqualFunc(a, b, func(a, b customer.Identity) bool { return a.Kind == b.Kind && a.Value == b.Value })
}
