package freeswitch_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tandem/adapters/freeswitch"
	"tandem/adapters/freeswitch/fakeesl"
	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

// F29: the folder of recordings can't be written: the call goes on, and is told not to be recorded.
func TestF29NoRoomForTapes(t *testing.T) {
	x := set(t, nil)
	id, _ := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}, Tape: "t-1"}))
	if err := os.RemoveAll(x.esl.Recordings); err != nil {
		t.Fatal(err)
	}
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}}))
	taped := x.Told.Leg(t, media.Taped, id)
	if taped.Tape != "t-1" || taped.Why != media.CauseFailed || taped.Text == "" {
		t.Errorf("told was %+v", taped)
	}
	if x.Told.Of(media.Gone, id) != 0 {
		t.Error("the call ended with its tape")
	}
}

// FreeSWITCH deletes the file of a tape that ends before any sound has come, and says so; nobody looks for a full disk then.
func TestTapeOfATalkThatIsOver(t *testing.T) {
	x := set(t, nil)
	id, _ := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}, Tape: "t-1"}))
	x.esl.Shape(func(e fakeesl.Event) []fakeesl.Event {
		if e["Event-Name"] == "RECORD_STOP" {
			_ = os.Remove(e["Record-File-Path"])
			e["Record-Completion-Cause"] = "empty-file"
		}
		return []fakeesl.Event{e}
	})
	x.Must(x.Do(id, media.Want{Base: media.Drop{Why: media.CauseHangup}}))
	taped := x.Told.Leg(t, media.Taped, id)
	if taped.Why != media.CauseFailed || taped.Text != "the talk ended before any sound of it was recorded" {
		t.Errorf("told was %+v", taped)
	}
}

// A tape that has failed is told once, however often it is wanted.
func TestFailedTapeIsToldOnce(t *testing.T) {
	x := set(t, nil)
	id, caller := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}}))
	x.esl.Break(refuses("uuid_record"))
	want := media.Want{Base: media.Music{Class: "default"}, Tape: "t-1"}
	x.Must(x.Do(id, want))
	x.Told.Leg(t, media.Taped, id)
	want.Keys = true
	x.Must(x.Do(id, want))
	x.Must(caller.Press(x.Within(), "1"))
	x.Told.Leg(t, media.Key, id)
	if n, begun := x.Told.Of(media.Taped, id), x.esl.Orders("uuid_record"); n != 1 || begun != 1 {
		t.Errorf("begun %d times, told %d times; told were:\n%s", begun, n, x.Told)
	}
}

// A tape's name is used once, ever: FreeSWITCH would empty the file.
func TestTapeOnceEver(t *testing.T) {
	x := set(t, nil)
	id, _ := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{}, Tape: "t-1"}))
	x.Must(x.Do(id, media.Want{Base: media.Music{}}))
	x.Told.Leg(t, media.Taped, id)
	before, err := os.ReadFile(filepath.Join(x.esl.Recordings, "t-1.wav"))
	x.Must(err)
	mark := x.Told.Mark()
	orders := x.esl.Orders("uuid_record")
	x.Must(x.Do(id, media.Want{Base: media.Music{}, Tape: "t-1"}))
	if taped := x.After(mark, media.Taped); taped.Why != media.CauseFailed {
		t.Errorf("told was %+v", taped)
	}
	after, err := os.ReadFile(filepath.Join(x.esl.Recordings, "t-1.wav"))
	x.Must(err)
	if x.esl.Orders("uuid_record") != orders || string(after) != string(before) {
		t.Error("the tape was begun a second time")
	}
	x.Must(x.sw.Forget(x.Within(), "t-1"))
	if _, err := os.Stat(filepath.Join(x.esl.Recordings, "t-1.wav")); !os.IsNotExist(err) {
		t.Errorf("a forgotten tape is there: %v", err)
	}
}

// The line is lost, or Tandem killed, before or after the tape's name is written on the leg and before FreeSWITCH begins: it is
// begun then.
func TestTapeThatWasNotBegun(t *testing.T) {
	for _, command := range []string{"uuid_setvar", "uuid_record"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			tapeThatWasNotBegun(t, command)
		})
	}
}

func tapeThatWasNotBegun(t *testing.T, command string) {
	x := set(t, func(c *freeswitch.Config) { c.Timeout = time.Second })
	id, _ := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{}}))
	x.esl.Break(fakeesl.Break{Command: command, Times: 1, Before: true})
	mark := x.Told.Mark()
	if err := x.Do(id, media.Want{Base: media.Music{}, Tape: "t-1"}); err == nil {
		t.Error("Do succeeds without an answer")
	}
	x.After(mark, media.Up)
	x.Must(x.Do(id, media.Want{Base: media.Music{}, Tape: "t-1"}))
	if _, err := os.Stat(filepath.Join(x.esl.Recordings, "t-1.wav")); err != nil {
		t.Errorf("the tape was never begun: %v", err)
	}
	x.Must(x.Do(id, media.Want{Base: media.Music{}}))
	if taped := x.After(mark, media.Taped); taped.Why != "" || x.Told.Of(media.Taped, id) != 1 {
		t.Errorf("told was %+v; all:\n%s", taped, x.Told)
	}
}

// A tape is not fetched while the line is away: FreeSWITCH may still write it, and what is there is stored for good.
func TestTapeIsNotFetchedWithoutALine(t *testing.T) {
	x := set(t, nil)
	id, _ := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{}, Tape: "t-1"}))
	fetch := func(sw *freeswitch.Switch) error {
		party, heard, err := sw.Tape(x.Within(), "t-1")
		if err == nil {
			x.Must(errors.Join(party.Close(), heard.Close()))
		}
		return err
	}
	if err := fetch(x.open(t, nil)); orchestrator.KindOf(err) != orchestrator.Unavailable {
		t.Errorf("before Up: %v", err)
	}
	x.Must(x.Do(id, media.Want{Base: media.Music{}}))
	x.Told.Leg(t, media.Taped, id)
	x.away(func() {
		if err := fetch(x.sw); orchestrator.KindOf(err) != orchestrator.Unavailable {
			t.Errorf("while the line is away: %v", err)
		}
	})
	x.Must(fetch(x.sw))
}
