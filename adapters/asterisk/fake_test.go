package asterisk_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"tandem/adapters/asterisk"
	"tandem/adapters/asterisk/fakeari"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// TestFakeAsterisk runs the conformance suite against the fake: what the adapter's fault tests stand on behaves like the real one.
func TestFakeAsterisk(t *testing.T) {
	mediatest.Run(t, func(t *testing.T) mediatest.Bench {
		t.Parallel() // each has a fake of its own, and mostly waits
		return newFakeBench(t)
	})
}

type fakeBench struct {
	*mediatest.Cable
	ari    *fakeari.Server
	phones int
}

func newFakeBench(t *testing.T) *fakeBench {
	t.Helper()
	ari := fakeari.New(t)
	return &fakeBench{ari: ari, Cable: mediatest.NewCable(t, ari.Host)}
}

// Open is patient: the cases are about what is done, not how soon, and the machine may be busy.
func (b *fakeBench) Open(t *testing.T) media.Switch {
	return b.open(t, func(c *asterisk.Config) { c.Timeout, c.Ping = 15*time.Second, 15*time.Second })
}

func (b *fakeBench) open(t *testing.T, change func(*asterisk.Config)) *asterisk.Switch {
	t.Helper()
	c := asterisk.Config{
		Name: "one", URL: "http://" + b.Addr + "/ari", App: fakeari.App, User: fakeari.User, Password: fakeari.Password, Trunks: []string{"robots"},
		Backoff: 20 * time.Millisecond, Grace: 20 * time.Millisecond,
	}
	if change != nil {
		change(&c)
	}
	sw, err := asterisk.New(c, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	return sw
}

func (b *fakeBench) Call(_ *testing.T, number, name string) mediatest.Party {
	return b.ari.Call(number, name, nil, false)
}

func (b *fakeBench) Foreign(*testing.T) mediatest.Party {
	c := b.ari.Call("5559999", "", nil, true)
	return echo{c}
}

// echo is a party that hears itself.
type echo struct{ *fakeari.Channel }

func (e echo) Hears(ctx context.Context, hz float64) error { return e.WaitAnswered(ctx) }

func (b *fakeBench) Busy(_ *testing.T, p mediatest.Phone) mediatest.Party {
	return b.ari.Call("5559998", "", p.(fakePhone).Phone, true)
}

func (b *fakeBench) Dials(_ *testing.T, p mediatest.Phone) mediatest.Party {
	return b.ari.Call("5559997", "", p.(fakePhone).Phone, false)
}

func (b *fakeBench) Phone(*testing.T) mediatest.Phone {
	b.phones++
	return fakePhone{b.ari.NewPhone(fmt.Sprintf("phone%d", b.phones))}
}

// Robots are telephones behind a trunk, played here: the case says nothing to them.
func (b *fakeBench) Robots(t *testing.T) string {
	t.Helper()
	mediatest.PlayRobots(t, "robots", func(name string) mediatest.Phone { return fakePhone{b.ari.NewPhone(name)} })
	return "robots"
}

func (b *fakeBench) Prompt(_ *testing.T, hz float64, length time.Duration) string {
	return fmt.Sprintf("tone:%.0f:%d", hz, length.Milliseconds())
}

func (b *fakeBench) Recording(t *testing.T, _ media.Switch, id media.TapeID) (party, heard mediatest.Sound) {
	t.Helper()
	for _, half := range []string{"-in", "-out"} {
		if _, ok := b.ari.Tape(string(id)+half, 0); !ok {
			t.Errorf("the fake has no recording %s%s", id, half)
		}
	}
	return fakeSound{b.ari, string(id) + "-in"}, fakeSound{b.ari, string(id) + "-out"}
}

type fakeSound struct {
	ari  *fakeari.Server
	name string
}

func (f fakeSound) Tone(hz float64) time.Duration {
	length, _ := f.ari.Tape(f.name, hz)
	if length == 0 {
		return 0
	}
	return max(length, 300*time.Millisecond) // the fake's parties wait for states, not for a time
}

func (b *fakeBench) Count(*testing.T) (channels, rooms int) { return b.ari.Count() }

type fakePhone struct{ *fakeari.Phone }

func (p fakePhone) Next(ctx context.Context) (mediatest.Party, error) { return p.Phone.Next(ctx) }
func (p fakePhone) Register(*testing.T)                               { p.SetRegistered(true) }
func (p fakePhone) Unregister(*testing.T)                             { p.SetRegistered(false) }
