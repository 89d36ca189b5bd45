// Package place sends the links by which a caller goes on over a chat, in the place that they had in line. The secret of a link is kept
// as its hash alone. Whether the place can still be taken, the floor decides: it is taken once.
package place

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/fact"
)

// Sum is what is kept of a link's token.
type Sum [sha256.Size]byte

// Token is the secret of a link, 26 letters and digits.
type Token string

// Sum is what a token is looked up by. Its prefix binds it to this purpose.
func (t Token) Sum() Sum { return sha256.Sum256([]byte("tandem place " + string(t))) }

// Tx is what the reaction may do, in one transaction with its cursor.
type Tx interface {
	notify.Tx
	// Story returns what is written about an interaction up to the line upTo, oldest first.
	Story(ctx context.Context, id orchestrator.InteractionID, upTo int64) ([]fact.Entry, error)
	// KeepPlace keeps whose place a link leads to, and forgets links whose time was over a day before.
	KeepPlace(ctx context.Context, token Sum, id orchestrator.InteractionID, until time.Time) error
}

// Desk is what a client may ask.
type Desk interface {
	// PlaceOf is the interaction whose place a link leads to; NotFound when there is no such link.
	PlaceOf(ctx context.Context, token Sum) (orchestrator.InteractionID, error)
}

// Linker reacts to the journal. Its zero value sends nothing.
type Linker struct {
	Address string        // of the chat, with {place} where the token goes; "" sends none
	Token   func() string // crypto/rand.Text
	Now     func() time.Time
}

// Mark is where the address of the chat goes in the text of a flow, and Hole where the token goes in that address.
const (
	Mark = "{link}"
	Hole = "{place}"
)

// React texts the link to who was offered a chat, once, as long as it is of use.
func (l Linker) React(ctx context.Context, tx Tx, e fact.Entry) error {
	x, is := e.Fact.(fact.ChatOffered)
	if !is || l.Address == "" || x.Who.Text == "" || !l.Now().Before(x.Until) {
		return nil
	}
	story, err := tx.Story(ctx, e.About, e.Seq)
	if err != nil {
		return err
	}
	to := ""
	for _, s := range story {
		if a, arrived := s.Fact.(fact.InteractionArrived); arrived {
			to = a.Who.Number
		}
	}
	if !orchestrator.Textable(to) {
		return nil // Erased meanwhile, or nobody who can be texted.
	}
	token := Token(l.Token())
	if err := tx.KeepPlace(ctx, token.Sum(), e.About, x.Until); err != nil {
		return err
	}
	link := strings.ReplaceAll(l.Address, Hole, string(token))
	return tx.QueueSMS(ctx, notify.SMS{
		Key: fmt.Sprintf("place.offered:%s:%d", e.About, e.Seq), To: to, Text: strings.ReplaceAll(x.Who.Text, Mark, link), Interaction: e.About, Created: e.At,
	})
}
