package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/webhook"
)

// TestChangesAtOnce shows that as many changes as there are connections do not wait for each other for one more.
func TestChangesAtOnce(t *testing.T) {
	db := open(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	const most = 17
	var numbers []string
	for range most {
		k, err := db.Open(ctx, "", ticket.Ticket{Subject: "Lost", State: ticket.Open}, nil)
		if err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, k.Number)
	}
	h := webhook.Hook{ID: "crm", URL: "https://crm.example/in", Events: []string{webhook.TicketChanged}, State: webhook.Active, Secret: webhook.NewSecret()}
	if _, _, err := db.PutHook(ctx, h); err != nil { // What is remembered of hooks is forgotten with it.
		t.Fatal(err)
	}
	var inside, all sync.WaitGroup
	inside.Add(most)
	for _, number := range numbers {
		all.Go(func() {
			_, err := db.Amend(ctx, number, 1, "ann", func(k ticket.Ticket) (ticket.Ticket, error) {
				inside.Done()
				inside.Wait()
				k.Subject = "Found"
				return k, nil
			})
			if err != nil {
				t.Errorf("not amended: %v", err)
			}
		})
	}
	all.Wait()
	if s, err := db.Standing(ctx, "crm"); err != nil || s.Waiting != most {
		t.Errorf("%d deliveries wait (%v), not %d", s.Waiting, err, most)
	}
}
