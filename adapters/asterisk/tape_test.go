package asterisk_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"tandem/adapters/asterisk/fakeari"
	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

// A program that dies while it makes a tape leaves a side of the call unrecorded. The next one makes it; or, if the caller goes
// before that, keeps the side that there is, and tells that the tape failed when there is none.
func TestTapeIsCompletedAfterACrash(t *testing.T) {
	for name, at := range map[string]fakeari.Break{
		"first half":       {Path: "/snoop/tape-1-in"},
		"before recording": {Path: "/channels/tape-1-in/record", Before: true},
		"one half":         {Path: "/channels/tape-1-in/record"},
		"second half":      {Path: "/snoop/tape-1-out"},
		"nearly all":       {Path: "/channels/tape-1-out/record", Before: true},
		"all":              {Path: "/channels/tape-1-out/record"},
	} {
		for _, goes := range []bool{false, true} {
			what := name
			if goes {
				what += ", the caller goes"
			}
			t.Run(what, func(t *testing.T) {
				x, stop := setUntil(t, nil)
				id, caller := x.arrives()
				at.Method, at.Times = http.MethodPost, 1
				x.ari.Break(at)
				want := media.Want{Base: media.Join{Room: "r1"}, Tape: "tape-1"}
				done := make(chan error, 1)
				go func() { done <- x.Do(id, want) }()
				x.Until("the command", func() bool { return x.ari.OrdersWith("POST", at.Path) == 1 })
				stop()
				<-done
				x.begin(nil)
				if !goes {
					x.Must(x.Do(id, want))
					x.Must(x.Do(id, want))
				}
				x.Must(caller.Hangup(x.Within()))
				x.Told.Leg(t, media.Gone, id)
				taped := x.Told.Leg(t, media.Taped, id)
				failed := goes && (name == "first half" || name == "before recording")
				if (taped.Why == media.CauseFailed) != failed || x.Told.Of(media.Taped, id) != 1 {
					t.Errorf("told was %+v", taped)
				}
				party, heard, err := x.sw.Tape(x.Within(), "tape-1")
				half := goes && !failed && name != "all" // F30: the side that was recorded is not thrown away
				if (err != nil) != failed || !failed && (party == nil || (heard == nil) != half) {
					t.Errorf("the tape: %v, %v, %v", party, heard, err)
				}
			})
		}
	}
}

// A tape that ends in a gap together with its leg is told after it, with the leg it was of, also if asking for it fails at first.
func TestTapeEndsInTheGap(t *testing.T) {
	x := set(t, soon)
	id, caller := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Join{Room: "r1"}, Tape: "tape-1"}))
	x.Cut()
	x.After(0, media.Down)
	x.Must(caller.Hangup(x.Within()))
	x.ari.Break(fakeari.Break{Method: http.MethodGet, Path: "/recordings/stored/tape-1-out", Times: 1, Status: 503, Before: true})
	mark := x.Told.Mark()
	x.Mend()
	if up := x.After(mark, media.Up); len(up.Legs) != 0 {
		t.Errorf("Up lists %+v", up.Legs)
	}
	if taped := x.Told.Leg(t, media.Taped, id); taped.Tape != "tape-1" || taped.Why != media.CauseNone {
		t.Errorf("told was %+v", taped)
	}
	if n := x.ari.Orders("GET /recordings/stored/tape-1-out"); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

// A disk that is full while the caller hangs up: the failure is told although the leg is gone.
func TestTapeFailsAfterItsLeg(t *testing.T) {
	x := set(t, nil)
	id, caller := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Join{Room: "r1"}, Tape: "tape-1"}))
	x.ari.Shape(func(e map[string]any) []map[string]any {
		if kind, _ := e["type"].(string); strings.HasPrefix(kind, "Recording") {
			return nil
		}
		return []map[string]any{e}
	})
	x.Must(caller.Hangup(x.Within()))
	x.Told.Leg(t, media.Gone, id)
	x.ari.Shape(nil)
	for _, half := range []string{"tape-1-in", "tape-1-out"} {
		x.ari.Emit(map[string]any{"type": "RecordingFailed", "recording": map[string]any{"name": half, "cause": "No space left on device"}})
	}
	if taped := x.Told.Leg(t, media.Taped, id); taped.Tape != "tape-1" || taped.Why != media.CauseFailed {
		t.Errorf("told was %+v", taped)
	}
}

// A program that has just started does not know whether a tape still runs, and Asterisk gives the file of one that does, empty: nobody
// gets it before Up.
func TestTapeBeforeUp(t *testing.T) {
	x := set(t, nil)
	id, _ := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Join{Room: "r1"}, Tape: "tape-1"}))
	var why *orchestrator.Error
	if _, _, err := x.open(t, nil).Tape(x.Within(), "tape-1"); !errors.As(err, &why) || why.Kind != orchestrator.Unavailable {
		t.Errorf("the tape of a program that is not up: %v", err)
	}
}

// A talk that ends before its tape began is told as not recorded at once, once: nobody would wait for a file that never comes.
func TestTapeThatNeverBegan(t *testing.T) {
	want := media.Want{Base: media.Join{Room: "r1"}, Tape: "tape-1"}
	for name, ends := range map[string]func(x *table, id media.LegID, caller *fakeari.Channel){
		"the call had ended": func(x *table, id media.LegID, caller *fakeari.Channel) {
			x.Must(caller.Hangup(x.Within()))
			x.Told.Leg(x.T, media.Gone, id)
			x.Must(x.Do(id, want))
		},
		"the call ends in the command": func(x *table, id media.LegID, caller *fakeari.Channel) {
			gone := func() {
				x.Must(caller.Hangup(x.Within()))
				x.Told.Leg(x.T, media.Gone, id)
			}
			x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "/addChannel", Times: 1, Ahead: gone})
			x.Must(x.Do(id, want))
		},
		"in the gap": func(x *table, id media.LegID, caller *fakeari.Channel) {
			x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "/addChannel", Times: 1, Ahead: x.Cut})
			_ = x.Do(id, want) // the line is away
			x.After(0, media.Down)
			x.Must(caller.Hangup(x.Within()))
			x.Mend()
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := set(t, soon)
			id, caller := x.arrives()
			ends(x, id, caller)
			if taped := x.Told.Leg(t, media.Taped, id); taped.Tape != "tape-1" || taped.Why != media.CauseFailed {
				t.Errorf("told was %+v", taped)
			}
			x.Must(x.Do(id, want))
			x.arrives() // what would be told of the tape comes before this
			if n := x.Told.Of(media.Taped, id); n != 1 {
				t.Errorf("told %d times", n)
			}
		})
	}
}

// A tape that was made is not told again when its want comes after the end of the call.
func TestTapeWantedAfterItsEnd(t *testing.T) {
	x := set(t, nil)
	id, caller := x.arrives()
	want := media.Want{Base: media.Join{Room: "r1"}, Tape: "tape-1"}
	x.Must(x.Do(id, want))
	x.Must(caller.Hangup(x.Within()))
	x.Told.Leg(t, media.Gone, id)
	if taped := x.Told.Leg(t, media.Taped, id); taped.Why != media.CauseNone {
		t.Errorf("told was %+v", taped)
	}
	x.Must(x.Do(id, want))
	x.arrives()
	if n := x.Told.Of(media.Taped, id); n != 1 {
		t.Errorf("told %d times", n)
	}
}
