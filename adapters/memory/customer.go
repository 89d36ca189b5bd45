package memory

import (
	"context"
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/customer"
)

// record is a customer with the ways in which networks write each address, and what was changed.
type record struct {
	customer.Customer
	spelled []string
	history []customer.Change
}

// shown is a customer as clients see them; mu is held.
func (s *Store) shown(r record) customer.Customer {
	c := r.Customer
	type use struct {
		channel orchestrator.Channel
		count   int
	}
	var uses []use // those used last come first
	of := 0
	for _, i := range s.newest() {
		if of == customer.LearnFrom {
			break
		}
		if i.From == "" || !slices.Contains(r.spelled, i.From) || i.Channel == orchestrator.ChannelCallback || i.Channel == orchestrator.ChannelTicket {
			continue
		}
		of++
		n := slices.IndexFunc(uses, func(u use) bool { return u.channel == i.Channel })
		if n < 0 {
			n, uses = len(uses), append(uses, use{channel: i.Channel})
		}
		uses[n].count++
	}
	for _, u := range uses {
		if u.count > c.Habit.Count {
			c.Habit = customer.Habit{Channel: u.channel, Count: u.count, Of: of}
		}
	}
	c.Identities, c.Tags = slices.Clone(c.Identities), slices.Clone(c.Tags)
	return c
}

// Customer implements customer.Desk.
func (s *Store) Customer(_ context.Context, id string) (customer.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.customers {
		if r.ID == id {
			return s.shown(r), nil
		}
	}
	return customer.Customer{}, none("customer", id)
}

// CustomerAt implements customer.Desk.
func (s *Store) CustomerAt(_ context.Context, kind customer.Kind, value string) (customer.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.customers {
		if r.By(kind, value).Value != "" {
			return s.shown(r), nil
		}
	}
	return customer.Customer{}, none("customer", "with this address")
}

// Customers implements customer.Desk.
func (s *Store) Customers(_ context.Context, f customer.Filter) ([]customer.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []customer.Customer{}
	for _, r := range slices.Backward(s.customers) {
		all = append(all, s.shown(r))
	}
	return after(all, f.Before, f.Limit, func(c customer.Customer) string { return c.ID }, func(c customer.Customer) bool {
		return f.Value == "" || slices.ContainsFunc(c.Identities, func(i customer.Identity) bool { return i.Value == f.Value && (f.Kind == "" || i.Kind == f.Kind) })
	})
}

// CustomerHistory implements customer.Desk.
func (s *Store) CustomerHistory(_ context.Context, id string) ([]customer.Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.customers {
		if r.ID == id {
			return slices.Clone(r.history), nil
		}
	}
	return nil, none("customer", id)
}

// SetCustomer implements customer.Desk.
func (s *Store) SetCustomer(_ context.Context, id string, may bool, by string, change func(customer.Customer) (customer.Customer, error)) (customer.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.customers, func(r record) bool { return r.ID == id })
	was := record{Customer: customer.Customer{ID: id, Created: s.stamp()}}
	switch {
	case at >= 0:
		was = s.customers[at]
	case !may:
		return customer.Customer{}, none("customer", id)
	}
	is, err := change(s.shown(was))
	if err != nil {
		return customer.Customer{}, err
	}
	r := record{Customer: is, history: slices.Clone(was.history)}
	r.Habit = customer.Habit{}
	for n, i := range is.Identities {
		for _, o := range s.customers {
			if o.ID != id && o.By(i.Kind, i.Value).Value != "" {
				return customer.Customer{}, customer.Taken(n, o.ID)
			}
		}
		r.spelled = append(r.spelled, i.Spelled...)
		r.Identities[n].Spelled = nil
	}
	changes := customer.Changes(was.Customer, is, by, s.stamp())
	r.history = append(r.history, changes...)
	r.Version, r.Changed = was.Version+1, s.stamp()
	switch {
	case at < 0:
		s.customers = append(s.customers, r)
	case len(changes) > 0:
		s.customers[at] = r
	default:
		r = was
	}
	return s.shown(r), nil
}

// eraseCustomers forgets the records that have a number, and that others once had it; mu is held.
func (s *Store) eraseCustomers(number string) {
	s.customers = slices.DeleteFunc(s.customers, func(r record) bool { return slices.Contains(r.spelled, number) })
	for _, r := range s.customers {
		for n, x := range r.history {
			if x.Names(number) {
				r.history[n].From, r.history[n].To = "", ""
			}
		}
	}
}
