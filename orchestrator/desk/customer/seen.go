package customer

import (
	"context"

	"tandem/orchestrator"
)

// Book tells routing who comes from an address.
type Book struct {
	Desk interface {
		CustomerAt(ctx context.Context, kind Kind, value string) (Customer, error)
	}
	Country orchestrator.Country
	Guesses []Guess
}

// Seen is what routing may know of who comes over a channel from an address: attributes, and the name for the agent's eyes. known is
// false for a stranger.
func (b Book) Seen(ctx context.Context, channel orchestrator.Channel, address string) (name string, attributes map[string]string, known bool, err error) {
	kind, value := AddressOn(channel, address, b.Country)
	if kind == "" {
		return "", nil, false, nil
	}
	c, err := b.Desk.CustomerAt(ctx, kind, value)
	// The account at a chat server or a network may look like a number or a mail address, and be kept as what it is.
	if own := Kind(channel); orchestrator.KindOf(err) == orchestrator.NotFound && kind != own && (own == Chat || own == Social) {
		kind, value = own, Normal(own, address, b.Country)
		c, err = b.Desk.CustomerAt(ctx, kind, value)
	}
	switch {
	case orchestrator.KindOf(err) == orchestrator.NotFound:
		return "", nil, false, nil
	case err != nil:
		return "", nil, false, err
	}
	return c.Name, c.Attributes(c.By(kind, value), b.Guesses), true, nil
}
