package whole

import (
	"context"
	"errors"
	"testing"

	"tandem/adapters/lab"
	"tandem/adapters/lab/labtest"
)

// Switch is the real one that a centre plays on.
type Switch interface {
	Make() string                       // Asterisk or FreeSWITCH
	Phones() string                     // where phones register, host:port
	Trunk() string                      // where callers without an account come in, host:port
	Password() string                   // of the interface for programs
	AccountPassword(name string) string // of a phone
	Recordings() string                 // folder that it records into
	PID() int                           // of its process

	// Environment is what leads Tandem there; through may lead the address of the interface another way.
	Environment(through func(address string) string) []string

	Legs(ctx context.Context) ([]Channel, error) // all, ours and others
	Rooms(ctx context.Context) ([]string, error) // bridges and conferences in which somebody is
	InFallback(ctx context.Context) (int, error) // callers' legs that its own dialplan serves
	BreakFallback(ctx context.Context) error     // takes the fallback out of its dialplan
	MendFallback(ctx context.Context) error      // puts it back
	CallItself(ctx context.Context) error        // a call of somebody else's program: two legs, 9007 with 9001
	Ping(ctx context.Context) error              // the smallest command there is
	Command(context.Context, string) (string, error)
	LogTail(lines int) string

	// Restart ends it as a crash would and starts it again; ErrNotOurs when it is not ours to end.
	Restart(ctx context.Context) error
}

// ErrNotOurs says that the stories may not restart this switch.
var ErrNotOurs = errors.New("no command restarts this switch: name one by TANDEM_TEST_FREESWITCH_RESTART")

// Channel is one leg as the switch's own command line shows it.
type Channel struct{ Name, Context, State, Application, ID string }

// OnFreeSWITCH is labtest's.
func OnFreeSWITCH() bool { return labtest.OnFreeSWITCH() }

// openSwitch starts an Asterisk of the test's own, or takes the named FreeSWITCH.
func openSwitch(t testing.TB, cfg Config) Switch {
	t.Helper()
	if OnFreeSWITCH() {
		return takeFreeSWITCH(t, cfg)
	}
	return asterisk{labtest.Asterisk(t, lab.AsteriskConfig{
		Accounts: cfg.Agents, Numbers: []string{Number}, GuardSeconds: cfg.GuardSeconds, RingSeconds: cfg.RingSeconds, Bench: cfg.Bench, Robots: true,
	})}
}
