package softphone

import (
	"context"
	"runtime"
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

// eventually waits for what no channel tells; on failure it shows all goroutines.
func eventually(t *testing.T, ctx context.Context, what string, condition func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			stacks := make([]byte, 1<<20)
			t.Fatalf("never came: %s\n%s", what, stacks[:runtime.Stack(stacks, true)])
		}
	}
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
	if err := in.HearsNot(ctx, 440, 10*time.Second); err == nil {
		t.Error("a tone that is there is not noticed")
	}
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

func TestKeysBothWays(t *testing.T) {
	ctx := deadline(t)
	out, in := connect(t, ctx, open(t, Config{User: "ann", Tone: 440}), open(t, Config{User: "bob"}))
	must(t, out.SendDTMF(ctx, "12#9"))
	must(t, in.HearsDigits(ctx, "12#9"))
	must(t, out.SendDTMF(ctx, "9"))
	must(t, in.HearsDigits(ctx, "99"))
	must(t, in.SendDTMF(ctx, "*0d"))
	must(t, out.HearsDigits(ctx, "*0D"))
	if in.Digits() != "12#99" {
		t.Errorf("heard %q", in.Digits())
	}
	must(t, in.Hears(ctx, 440)) // The audio goes on after the keys.
	if err := out.SendDTMF(ctx, "1x"); err == nil {
		t.Error("x was pressed")
	}
}

func TestRefusals(t *testing.T) {
	ctx := deadline(t)
	ann, bob := open(t, Config{User: "ann"}), open(t, Config{User: "bob"})
	for _, status := range []int{486, 603, 480, 404, 503} {
		out, in := ring(t, ctx, ann, bob)
		must(t, in.Reject(status))
		end, err := out.WaitEnded(ctx)
		must(t, err)
		if end.Status != status || end.Local || in.End().Status != status || !in.End().Local {
			t.Errorf("%d ended as %v and %v", status, end, in.End())
		}
		if err := out.WaitAnswered(ctx); err == nil {
			t.Error("a refused call counts as answered")
		}
		if err := in.Answer(); err == nil {
			t.Error("a refused call was answered")
		}
	}
	if bob.Invites() != 5 {
		t.Errorf("%d invites counted", bob.Invites())
	}
}

func TestCancelWhileRinging(t *testing.T) {
	ctx := deadline(t)
	out, in := ring(t, ctx, open(t, Config{User: "ann"}), open(t, Config{User: "bob"}))
	must(t, out.Hangup(ctx))
	end, err := in.WaitEnded(ctx)
	must(t, err)
	if end.Status != 487 || end.Local || out.End().Status != 487 || !out.End().Local {
		t.Errorf("ends: %v and %v", end, out.End())
	}
	if err := in.Answer(); err == nil {
		t.Error("a cancelled call was answered")
	}
}

// The phone that was never answered gives 100 only once asked, so this CANCEL has to wait for it.
func TestCancelBeforeAnyResponse(t *testing.T) {
	ctx := deadline(t)
	ann, bob := open(t, Config{User: "ann"}), open(t, Config{User: "bob"})
	out, err := ann.Dial(ctx, bob.URI())
	must(t, err)
	in, err := bob.WaitCall(ctx)
	must(t, err)
	must(t, out.Hangup(ctx))
	end, err := in.WaitEnded(ctx)
	must(t, err)
	if end.Status != 487 {
		t.Errorf("ended as %v", end)
	}
}

func TestCalledSideHangsUp(t *testing.T) {
	ctx := deadline(t)
	out, in := connect(t, ctx, open(t, Config{User: "ann"}), open(t, Config{User: "bob"}))
	must(t, in.Hangup(ctx))
	end, err := out.WaitEnded(ctx)
	must(t, err)
	if end.Status != 200 || end.Local {
		t.Errorf("ended as %v", end)
	}
	if err := out.Hears(ctx, 440); err == nil {
		t.Error("an ended call hears")
	}
}

func TestBothHangUpAtOnce(t *testing.T) {
	ctx := deadline(t)
	out, in := connect(t, ctx, open(t, Config{User: "ann"}), open(t, Config{User: "bob"}))
	first := make(chan error, 1)
	go func() { first <- in.Hangup(ctx) }()
	must(t, out.Hangup(ctx))
	must(t, <-first)
}

func TestHoldAndResume(t *testing.T) {
	ctx := deadline(t)
	out, in := connect(t, ctx, open(t, Config{User: "ann", Tone: 440}), open(t, Config{User: "bob", Tone: 660}))
	must(t, in.Hears(ctx, 440))
	for _, side := range []struct {
		holder, held *Call
		hz           float64
	}{{out, in, 440}, {in, out, 660}} {
		must(t, side.holder.Hold(ctx))
		if !side.held.Held() || side.holder.Held() {
			t.Errorf("held: %v and %v", side.held.Held(), side.holder.Held())
		}
		must(t, side.held.HearsSilence(ctx))
		must(t, side.holder.Resume(ctx))
		if side.held.Held() {
			t.Error("still held")
		}
		must(t, side.held.Hears(ctx, side.hz))
	}
}

func TestBothHoldAtOnce(t *testing.T) {
	ctx := deadline(t)
	out, in := connect(t, ctx, open(t, Config{User: "ann"}), open(t, Config{User: "bob"}))
	first := make(chan error, 1)
	go func() { first <- in.Hold(ctx) }()
	must(t, out.Hold(ctx))
	must(t, <-first)
	if !out.Held() || !in.Held() {
		t.Errorf("held: %v and %v", out.Held(), in.Held())
	}
}

func TestWhatAnIncomingCallTells(t *testing.T) {
	ctx := deadline(t)
	bob := open(t, Config{User: "bob"})
	trunk := open(t, Config{})
	name := `Åsa "the \boss" ${EXTEN}`
	before := time.Now()
	out, err := trunk.DialFrom(ctx, Caller{User: "+4670123", DisplayName: name}, bob.URI(), Header{"Call-Info", "<https://desk/1>"}, Header{"X-Queue", "sales"})
	must(t, err)
	in, err := bob.WaitCall(ctx)
	must(t, err)
	if in.From() != "+4670123" || in.DisplayName() != name || in.Number() != "bob" || in.ID() != out.ID() {
		t.Errorf("from %q, name %q, to %q", in.From(), in.DisplayName(), in.Number())
	}
	if in.Header("call-info") != "<https://desk/1>" || in.Header("X-Queue") != "sales" || in.Header("Alert-Info") != "" {
		t.Errorf("headers %v", in.Headers())
	}
	if in.InvitedAt().Before(before) || in.InvitedAt().Before(out.InvitedAt()) || !in.AnsweredAt().IsZero() {
		t.Errorf("invited at %v, answered at %v", in.InvitedAt(), in.AnsweredAt())
	}
}

func TestReferIsAnsweredByThePeer(t *testing.T) {
	ctx := deadline(t)
	out, _ := connect(t, ctx, open(t, Config{User: "ann"}), open(t, Config{User: "bob"}))
	status, err := out.Refer(ctx, "sip:eve@127.0.0.1")
	must(t, err)
	if status != 405 {
		t.Errorf("REFER got %d; phones take none", status)
	}
}

func TestOnCallAndNoRTP(t *testing.T) {
	ctx := deadline(t)
	answered := make(chan error, 1)
	bob := open(t, Config{User: "bob", NoRTP: true, OnCall: func(c *Call) { answered <- c.Answer() }})
	out, err := open(t, Config{User: "ann", NoRTP: true}).Dial(ctx, bob.URI())
	must(t, err)
	must(t, out.WaitAnswered(ctx))
	must(t, <-answered)
	if err := out.HearsAudio(ctx); err == nil {
		t.Error("a phone without RTP hears")
	}
	must(t, out.Hangup(ctx))
}

func TestRecordingOfACall(t *testing.T) {
	ctx := deadline(t)
	out, in := connect(t, ctx, open(t, Config{User: "ann", Tone: 440}), open(t, Config{User: "bob"}))
	must(t, in.Record())
	must(t, in.Hears(ctx, 440))
	must(t, out.Hangup(ctx))
	_, err := in.WaitEnded(ctx)
	must(t, err)
	if ToneTime(in.Recording(), 440) < 200*time.Millisecond || ToneTime(in.Recording(), 500) != 0 {
		t.Errorf("the recording of %d samples holds %v of the tone", len(in.Recording()), ToneTime(in.Recording(), 440))
	}
}
