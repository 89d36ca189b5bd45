package smpp_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"tandem/adapters/lab/labtest"
	"tandem/adapters/postgres"
	"tandem/adapters/smpp"
	"tandem/adapters/smpp/fakesmsc"
	"tandem/orchestrator/desk/notify"
)

// childVar makes this test program the one that is killed: it holds a database and a message centre.
const childVar = "TANDEM_TEST_SMS_CHILD"

// TestChild is the program that is killed: a sender and a route, as tandem serve runs them.
func TestChild(t *testing.T) {
	var dsn, address string
	if n, _ := fmt.Sscan(os.Getenv(childVar), &dsn, &address); n != 2 {
		t.Skip("only as a child of TestKilledWhileItSends")
	}
	db, err := postgres.Open(t.Context(), dsn, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	r := start(t, smpp.Config{Name: "a", Address: address, SystemID: "tandem", Password: "secret", Source: "Tandem", Window: 2},
		&notify.Reception{Inbox: db, Now: time.Now})
	sender := notify.Sender{Outbox: db, Routes: []notify.Route{r}, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Jitter: func() float64 { return 1 }, Every: 50 * time.Millisecond, Lease: 2 * time.Second}
	if err := sender.Run(t.Context()); err != nil {
		t.Error(err)
	}
}

// child starts the program.
func child(t *testing.T, dsn, address string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(context.Background(), os.Args[0], "-test.run=^TestChild$", "-test.count=1") //nolint:gosec // Ourselves.
	c.Env = append(os.Environ(), childVar+"="+dsn+" "+address)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	return c
}

// TestKilledWhileItSends: a program is killed by kill -9 while the message centre has two of its messages unanswered and the others
// are claimed. Its successor sends the others and not those two; their receipts settle them.
func TestKilledWhileItSends(t *testing.T) {
	const n = 12
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	dsn := labtest.PostgresFrom(t, "migrated", func(dsn string) error { return postgres.Migrate(context.Background(), dsn) })
	db, err := postgres.Open(ctx, dsn, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i := range n {
		err := db.KeepText(ctx, notify.Text{Received: time.Now()}, func(string) notify.Meaning {
			return notify.Meaning{Reply: notify.SMS{Key: fmt.Sprint("k", i), To: fmt.Sprintf("+4915112%03d", i), Text: "hello", Created: time.Now()}}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	s := centre(t)
	s.Always(fakesmsc.Answer{Silent: true})
	first := child(t, dsn, s.Address())
	if !s.Until(patience, func() bool { return len(s.Taken()) == 2 }) {
		t.Fatal("nothing is sent")
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	s.Always(fakesmsc.Answer{})
	child(t, dsn, s.Address())
	eventually(t, "the outbox is empty", func() bool {
		waiting, err := db.WaitingSMS(ctx)
		return err == nil && waiting == 0
	})
	for _, m := range s.Taken()[:2] {
		if status, err := s.Deliver(fakesmsc.Receipt(m, "DELIVRD")); err != nil || status != 0 {
			t.Fatal(status, err)
		}
	}
	all, err := db.Messages(ctx, notify.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	count := map[notify.State]int{}
	for _, m := range all {
		count[m.State]++
		if shown := s.Phone(m.To[1:]); len(shown) != 1 {
			t.Errorf("%s was taken %d times; it is %s (%s)", m.Key, len(shown), m.State, m.Why)
		}
	}
	if count[notify.Delivered] != 2 || count[notify.Sent] != n-2 {
		t.Errorf("they are %v", count)
	}
}
