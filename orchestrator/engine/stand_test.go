package engine_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"tandem/adapters/memory"
	"tandem/orchestrator"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/media"
)

// lease is one of a channel: whoever has the token has the lease.
type lease struct {
	token chan struct{}
	mine  bool
}

func (l *lease) Take(ctx context.Context) error {
	if l.mine {
		return nil
	}
	select {
	case <-l.token:
		l.mine = true
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *lease) Release() {
	if l.mine {
		l.mine = false
		l.token <- struct{}{}
	}
}

// program is an engine of its own on a store that others have too.
func program(t *testing.T, store *memory.Store, l engine.Lease, prove func(context.Context) error) (*engine.Engine, func() error) {
	ctx, cancel := context.WithCancel(t.Context())
	e := engine.New(engine.Config{Journal: store.Journal(), Lease: l, Prove: prove, Switches: map[string]media.Switch{"s": &sw{}}, Log: slog.New(slog.DiscardHandler)})
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	return e, func() error { cancel(); return <-done }
}

// F10: a second program leaves the first one alone, and takes over when that one ends; then the first one stands by.
func TestASecondProgramStandsBy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, token := memory.New(time.Now), make(chan struct{}, 1)
		token <- struct{}{}
		mine := &lease{token: token}
		first, stop := program(t, store, mine, nil)
		synctest.Wait()
		centre(t, first)
		second, stopSecond := program(t, store, &lease{token: token}, nil)
		time.Sleep(time.Hour)
		if st := first.Status(); !st.Running || st.Cell.Epoch != 1 {
			t.Fatalf("the first was disturbed: %+v", st)
		}
		if st := second.Status(); st.Running || st.Why == "" || st.Why == "not started yet" {
			t.Fatalf("the second does not say that it stands by: %+v", st)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		mine.Release() // As the end of a program does.
		time.Sleep(time.Second)
		if st := second.Status(); !st.Running || st.Cell.Epoch != 2 {
			t.Fatalf("the second has not taken over: %+v", st)
		}
		if err := stopSecond(); err != nil {
			t.Fatal(err)
		}
	})
}

// What was asked of a program that stood by, and was refused, is not carried out when it takes over, long after.
func TestWhatWasRefusedIsNotCarriedOutLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, token := memory.New(time.Now), make(chan struct{}, 1)
		second, stop := program(t, store, &lease{token: token}, nil)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
		defer cancel()
		queue := floor.DefineQueue{Queue: "old", Name: "Old", Number: "7009", Music: "default", RingFor: 20 * time.Second}
		if _, err := second.Do(ctx, floor.Command{Do: queue}); orchestrator.KindOf(err) != orchestrator.Unavailable {
			t.Fatalf("one that stands by answers %v", err)
		}
		time.Sleep(time.Hour)
		token <- struct{}{}
		time.Sleep(time.Second)
		centre(t, second)
		var shown fact.QueueDefined
		_, err := second.Do(t.Context(), floor.Command{Do: floor.ShowQueue{Queue: "old", Into: &shown}})
		if orchestrator.KindOf(err) != orchestrator.NotFound {
			t.Errorf("it was carried out an hour later: %+v, %v", shown, err)
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

// One that cannot work with the switch gives way to one that can, but takes the cell when nobody else wants it.
func TestAWrongPasswordGivesWay(t *testing.T) {
	wrong := func(context.Context) error { return errors.New("wrong password") }
	synctest.Test(t, func(t *testing.T) {
		store, token := memory.New(time.Now), make(chan struct{}, 1)
		lame, stopLame := program(t, store, &lease{token: token}, wrong)
		good, stopGood := program(t, store, &lease{token: token}, func(context.Context) error { return nil })
		token <- struct{}{}
		time.Sleep(time.Minute)
		if a, b := lame.Status(), good.Status(); a.Running || !b.Running || b.Cell.Epoch != 1 {
			t.Errorf("the lame one is %+v, the good one %+v", a, b)
		}
		if err := errors.Join(stopLame(), stopGood()); err != nil {
			t.Error(err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		token := make(chan struct{}, 1)
		token <- struct{}{}
		alone, stop := program(t, memory.New(time.Now), &lease{token: token}, wrong)
		time.Sleep(time.Second)
		if st := alone.Status(); st.Running {
			t.Errorf("it takes the cell without a proof at once: %+v", st)
		}
		time.Sleep(time.Minute)
		if st := alone.Status(); !st.Running {
			t.Errorf("nobody decides: %+v", st)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}
