package api

import (
	"context"
	"fmt"
	"net/http"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/customer"
	"tandem/orchestrator/floor"
)

// ListCustomers lists a page of customers, newest first.
func (s *Server) ListCustomers(ctx context.Context, r ListCustomersRequestObject) (ListCustomersResponseObject, error) {
	before, err := readCursor("customer", r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	_, value := customer.AddressOn(orchestrator.ChannelChat, r.Params.Address, s.cfg.Country)
	rows, err := s.cfg.Customers.Customers(ctx, customer.Filter{Value: value, Before: before, Limit: r.Params.Limit + 1})
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, r.Params.Limit, "customer", func(c customer.Customer) string { return c.ID })
	return ListCustomers200JSONResponse{Items: wireAll(rows, s.customerWire), NextCursor: next}, nil
}

// GetCustomer answers one customer.
func (s *Server) GetCustomer(ctx context.Context, r GetCustomerRequestObject) (GetCustomerResponseObject, error) {
	c, err := s.cfg.Customers.Customer(ctx, r.Customer)
	return GetCustomer200JSONResponse(s.customerWire(c)), err
}

// ListCustomerHistory answers what was changed.
func (s *Server) ListCustomerHistory(ctx context.Context, r ListCustomerHistoryRequestObject) (ListCustomerHistoryResponseObject, error) {
	all, err := s.cfg.Customers.CustomerHistory(ctx, r.Customer)
	return ListCustomerHistory200JSONResponse{Items: wireAll(all, func(c customer.Change) CustomerChange {
		return CustomerChange{Field: c.Field, From: c.From, To: c.To, By: c.By, At: c.At}
	})}, err
}

// PutCustomer makes a customer or writes the record anew.
func (s *Server) PutCustomer(ctx context.Context, r PutCustomerRequestObject) (PutCustomerResponseObject, error) {
	b := r.Body
	c, err := s.setCustomer(ctx, r.Customer, true, func(was customer.Customer) customer.Customer {
		return customer.Customer{
			ID: was.ID, Habit: was.Habit, Version: was.Version, Created: was.Created, Changed: was.Changed,
			Name: b.Name, Tier: b.Tier, Language: b.Language, Region: b.Region, Segment: b.Segment, AgeBand: b.AgeBand,
			Dedicated: orchestrator.AgentID(b.DedicatedAgent), Stated: orchestrator.Channel(b.PreferredChannel), Tags: b.Tags, Identities: identitiesIn(b.Identities),
		}
	})
	if err != nil {
		return nil, err
	}
	return PutCustomer200JSONResponse(s.customerWire(c)), nil
}

// AmendCustomer changes some fields of a customer.
func (s *Server) AmendCustomer(ctx context.Context, r AmendCustomerRequestObject) (AmendCustomerResponseObject, error) {
	b := r.Body
	c, err := s.setCustomer(ctx, r.Customer, false, func(c customer.Customer) customer.Customer {
		for _, text := range []struct{ to, from *string }{
			{&c.Name, b.Name}, {&c.Tier, b.Tier}, {&c.Language, b.Language}, {&c.Region, b.Region}, {&c.Segment, b.Segment}, {&c.AgeBand, b.AgeBand},
			{(*string)(&c.Dedicated), b.DedicatedAgent}, {(*string)(&c.Stated), (*string)(b.PreferredChannel)},
		} {
			if text.from != nil {
				*text.to = *text.from
			}
		}
		if b.Tags != nil {
			c.Tags = *b.Tags
		}
		if b.Identities != nil {
			c.Identities = identitiesIn(*b.Identities)
		}
		return c
	})
	if err != nil {
		return nil, err
	}
	return AmendCustomer200JSONResponse(s.customerWire(c)), nil
}

// setCustomer changes a record, and has the floor look callers up from the first one on. The floor is asked first: to look up in vain
// harms nobody, to forget a customer would.
func (s *Server) setCustomer(ctx context.Context, id string, may bool, change func(customer.Customer) customer.Customer) (customer.Customer, error) {
	if _, err := s.do(ctx, "", floor.SeekCustomers{}); err != nil {
		return customer.Customer{}, err
	}
	agents, err := s.cfg.Views.Agents(ctx) // Before: what changes the record runs within a transaction.
	if err != nil {
		return customer.Customer{}, err
	}
	known := map[orchestrator.AgentID]bool{"": true}
	for _, a := range agents {
		known[a.ID] = true
	}
	return s.cfg.Customers.SetCustomer(ctx, id, may, from(ctx).key.Name, func(was customer.Customer) (customer.Customer, error) {
		known[was.Dedicated] = true // who has left since is no reason to refuse another change
		is := change(was)
		for n, i := range is.Identities {
			i.Value = customer.Normal(i.Kind, i.Value, s.cfg.Country)
			i.Spelled = customer.Spellings(i, s.cfg.Country)
			is.Identities[n] = i
		}
		if !known[is.Dedicated] {
			return is, wrongField(http.StatusUnprocessableEntity, "invalid", "dedicated_agent", fmt.Sprintf("there is no agent %q", is.Dedicated))
		}
		return is, customer.Check(is)
	})
}

func identitiesIn(in []CustomerIdentity) []customer.Identity {
	return wireAll(in, func(i CustomerIdentity) customer.Identity {
		return customer.Identity{Kind: customer.Kind(i.Kind), Value: i.Value, Source: i.Source, Verified: i.Verified}
	})
}

func (s *Server) customerWire(c customer.Customer) Customer {
	p := c.Prefers(s.cfg.Guesses)
	return Customer{
		ID: c.ID, Name: c.Name, Tier: c.Tier, Language: c.Language, Region: c.Region, Segment: c.Segment, AgeBand: c.AgeBand,
		DedicatedAgent: string(c.Dedicated), PreferredChannel: CustomerPreferredChannel(c.Stated), Tags: c.Tags,
		Preferred: PreferredChannel{Channel: Channel(p.Channel), Grounds: PreferredChannelGrounds(p.Grounds), Count: p.Count, Of: p.Of},
		Identities: wireAll(c.Identities, func(i customer.Identity) CustomerIdentity {
			return CustomerIdentity{Kind: CustomerIdentityKind(i.Kind), Value: i.Value, Source: i.Source, Verified: i.Verified}
		}),
		Version: c.Version, Created: c.Created, Changed: c.Changed,
	}
}
