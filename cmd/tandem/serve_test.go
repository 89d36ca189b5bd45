package main

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tandem/orchestrator/engine"
)

type owner struct{ decides atomic.Bool }

func (o *owner) Status() engine.Status { return engine.Status{Running: o.decides.Load()} }

// TestOnceDeciding: a program that stands by has no second bind to a message centre, and one that takes over binds soon.
func TestOnceDeciding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var who owner
		var begun atomic.Bool
		run := onceDeciding(&who, func(context.Context) error { begun.Store(true); return nil })
		go func() { _ = run(t.Context()) }()
		time.Sleep(time.Hour)
		if begun.Load() {
			t.Fatal("it runs while another program decides")
		}
		who.decides.Store(true)
		time.Sleep(time.Second)
		if !begun.Load() {
			t.Error("it does not run a second after the take-over")
		}
	})
}
