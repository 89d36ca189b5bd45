package softphone

import (
	"context"
	"testing"
	"time"
)

// deadline bounds every wait of a test; nothing here needs more than a fraction of it.
func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func open(t *testing.T, config Config) *Phone {
	t.Helper()
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ring lets the first phone call the second and returns both ends, ringing.
func ring(t *testing.T, ctx context.Context, from, to *Phone, headers ...Header) (out, in *Call) {
	t.Helper()
	out, err := from.Dial(ctx, to.URI(), headers...)
	must(t, err)
	in, err = to.WaitCall(ctx)
	must(t, err)
	must(t, in.Ring())
	must(t, out.WaitRinging(ctx))
	return out, in
}

func connect(t *testing.T, ctx context.Context, from, to *Phone) (out, in *Call) {
	t.Helper()
	out, in = ring(t, ctx, from, to)
	must(t, in.Answer())
	must(t, out.WaitAnswered(ctx))
	return out, in
}

func TestTonesBothWays(t *testing.T) {
	ctx := deadline(t)
	ann := open(t, Config{User: "ann", Tone: 440})
	bob := open(t, Config{User: "bob", Tone: 660})
	out, in := connect(t, ctx, ann, bob)
	must(t, out.Hears(ctx, 660))
	must(t, in.Hears(ctx, 440))
	must(t, in.HearsNot(ctx, 660, 100*time.Millisecond))
	out.SendTone(500)
	must(t, in.Hears(ctx, 500))
	must(t, in.HearsNot(ctx, 440, 100*time.Millisecond))
	out.SendSilence()
	must(t, in.HearsSilence(ctx))

	must(t, out.Hangup(ctx))
	end, err := in.WaitEnded(ctx)
	must(t, err)
	if end.Status != 200 || end.Local || !out.End().Local {
		t.Errorf("ends: %v and %v", end, out.End())
	}
	stats := in.Stats()
	if stats.Lost != 0 || stats.Strange != 0 || stats.Received < 20 {
		t.Errorf("stats %+v", stats)
	}
}
