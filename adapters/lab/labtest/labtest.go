// Package labtest gives tests a real Asterisk and a real PostgreSQL.
//
// Contract: what a test gets is its own (own ports, own passwords, own database) and is taken away when the test ends;
// tests of several packages may run at the same time. The first test on a fresh machine prepares it, which takes about
// a minute and is printed. A machine that can't be prepared fails the test; it never skips.
package labtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"tandem/adapters/lab"
)

// prepareTime covers a fresh machine behind a slow mirror.
const prepareTime = 5 * time.Minute

var prepare = sync.OnceValues(func() (*lab.Lab, error) { return prepared(OnFreeSWITCH()) })

// withAsterisk is the machine for who wants an Asterisk, be it beside a FreeSWITCH.
var withAsterisk = sync.OnceValues(func() (*lab.Lab, error) {
	if OnFreeSWITCH() {
		return prepared(false)
	}
	return prepare()
})

func prepared(noAsterisk bool) (*lab.Lab, error) {
	ctx, cancel := context.WithTimeout(context.Background(), prepareTime)
	defer cancel()
	return lab.Prepare(ctx, lab.Options{NoAsterisk: noAsterisk, Progress: func(line string) { fmt.Fprintln(os.Stderr, line) }})
}

// OnFreeSWITCH says whether the stories are told on the FreeSWITCH that the environment names, instead of on an Asterisk of their
// own: TANDEM_TEST_SWITCH=freeswitch (make whole SWITCH=freeswitch).
func OnFreeSWITCH() bool { return os.Getenv("TANDEM_TEST_SWITCH") == "freeswitch" }

// Prompts is the folder of the announcements, for a switch that somebody else runs.
func Prompts(t testing.TB) string {
	t.Helper()
	return Lab(t).Prompts
}

// Lab is the prepared machine.
func Lab(t testing.TB) *lab.Lab {
	t.Helper()
	l, err := prepare()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Asterisk starts a switch of the test's own (about half a second). Dir is filled in; free ports are taken where the
// configuration says 0. If the test fails, the end of the switch's log is shown.
func Asterisk(t testing.TB, c lab.AsteriskConfig) *lab.Asterisk {
	t.Helper()
	l, err := withAsterisk()
	if err != nil {
		t.Fatal(err)
	}
	slot, err := l.TakeSlot("asterisk")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(slot.Release)
	// Registrations, recordings and passwords of an earlier test are not this one's.
	if err := os.RemoveAll(slot.Dir); err != nil {
		t.Fatal(err)
	}
	c.Dir = slot.Dir
	a, err := l.StartAsterisk(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log("end of Asterisk's log:\n" + a.LogTail(40))
		}
		// Killed, not stopped: nothing of it is kept, and an orderly end takes Asterisk most of a second.
		if err := errors.Join(a.Kill(), a.Close()); err != nil {
			t.Error(err)
		}
	})
	return a
}

// PostgresServer starts a database server of the test's own, for tests that stop or kill it. Others take Postgres.
func PostgresServer(t testing.TB) *lab.Postgres {
	t.Helper()
	l := Lab(t)
	slot, err := l.TakeSlot("postgres-own")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(slot.Release)
	if err := os.RemoveAll(slot.Dir); err != nil {
		t.Fatal(err)
	}
	p, err := l.StartPostgres(t.Context(), lab.PostgresConfig{Dir: slot.Dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}
