package freeswitch_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"tandem/adapters/freeswitch"
	"tandem/adapters/freeswitch/fakeesl"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// TestFakeFreeSWITCH runs the conformance suite against the fake: what the adapter's fault tests stand on behaves like the real
// one.
func TestFakeFreeSWITCH(t *testing.T) {
	mediatest.Run(t, func(t *testing.T) mediatest.Bench {
		t.Parallel() // each case has a fake of its own, and waits most of the time
		return newFakeBench(t)
	})
}

type fakeBench struct {
	*mediatest.Cable
	esl    *fakeesl.Server
	phones int
}

func newFakeBench(t *testing.T) *fakeBench {
	t.Helper()
	esl := fakeesl.New(t)
	return &fakeBench{esl: esl, Cable: mediatest.NewCable(t, esl.Address)}
}

// Open is patient: the cases are about what is done, not how soon, and the machine may be busy.
func (b *fakeBench) Open(t *testing.T) media.Switch {
	return b.open(t, func(c *freeswitch.Config) { c.Timeout, c.Ping = 15*time.Second, 15*time.Second })
}

func (b *fakeBench) open(t *testing.T, change func(*freeswitch.Config)) *freeswitch.Switch {
	t.Helper()
	c := freeswitch.Config{
		Name: "one", Address: b.Addr, Password: fakeesl.Password, Prompts: fakeesl.Prompts, Recordings: b.esl.Recordings, Trunks: []string{"robots"},
		Backoff: 20 * time.Millisecond, Grace: 20 * time.Millisecond,
	}
	if change != nil {
		change(&c)
	}
	sw, err := freeswitch.New(c, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	return sw
}

func (b *fakeBench) Call(_ *testing.T, number, name string) mediatest.Party {
	return b.esl.Call(number, name, nil, false)
}

func (b *fakeBench) Foreign(*testing.T) mediatest.Party {
	return echo{b.esl.Call("5559999", "", nil, true)}
}

// echo is a party that hears itself.
type echo struct{ *fakeesl.Channel }

func (e echo) Hears(ctx context.Context, _ float64) error { return e.WaitAnswered(ctx) }

func (b *fakeBench) Busy(_ *testing.T, p mediatest.Phone) mediatest.Party {
	return b.esl.Call("5559998", "", p.(fakePhone).Phone, true)
}

func (b *fakeBench) Dials(_ *testing.T, p mediatest.Phone) mediatest.Party {
	return b.esl.Call("5559997", "", p.(fakePhone).Phone, false)
}

func (b *fakeBench) Phone(*testing.T) mediatest.Phone {
	b.phones++
	return fakePhone{b.esl.NewPhone(fmt.Sprintf("phone%d", b.phones))}
}

// Robots are telephones behind a trunk, played here: the case says nothing to them.
func (b *fakeBench) Robots(t *testing.T) string {
	t.Helper()
	mediatest.PlayRobots(t, "robots", func(name string) mediatest.Phone { return fakePhone{b.esl.NewPhone(name)} })
	return "robots"
}

func (b *fakeBench) Prompt(_ *testing.T, hz float64, length time.Duration) string {
	return fmt.Sprintf("prompt:tone-%.0f-%d", hz, length.Milliseconds())
}

func (b *fakeBench) Recording(t *testing.T, sw media.Switch, id media.TapeID) (party, heard mediatest.Sound) {
	t.Helper()
	p, h, err := sw.(*freeswitch.Switch).Tape(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	defer h.Close()
	file := filepath.Join(b.esl.Recordings, string(id)+".wav")
	return fakeSound{b.esl, file, 0}, fakeSound{b.esl, file, 1}
}

type fakeSound struct {
	esl  *fakeesl.Server
	file string
	side int
}

func (f fakeSound) Tone(hz float64) time.Duration {
	length, _ := f.esl.Tape(f.file, f.side, hz)
	if length == 0 {
		return 0
	}
	return max(length, 300*time.Millisecond) // the fake's parties wait for states, not for a time
}

func (b *fakeBench) Count(*testing.T) (channels, rooms int) { return b.esl.Count() }

type fakePhone struct{ *fakeesl.Phone }

func (p fakePhone) Next(ctx context.Context) (mediatest.Party, error) { return p.Phone.Next(ctx) }
func (p fakePhone) Register(*testing.T)                               { p.SetRegistered(true) }
func (p fakePhone) Unregister(*testing.T)                             { p.SetRegistered(false) }
