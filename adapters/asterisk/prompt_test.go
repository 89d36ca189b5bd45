package asterisk_test

import (
	"net/http"
	"testing"
	"time"

	"tandem/adapters/asterisk/fakeari"
	"tandem/orchestrator/media"
)

// endless is a prompt that is to be heard until the case ends it.
var endless = media.Task{ID: "t1", Do: media.Say, Prompts: "tone:440:60000"}

// A prompt that ends while the line is away is told as over when it is back: else the caller would sit in silence and wait.
func TestAPromptEndsInTheGap(t *testing.T) {
	x := set(t, nil)
	id, caller := x.arrives()
	mark := x.Told.Mark()
	x.Must(x.Do(id, media.Want{Base: media.Join{Room: "r1"}, Task: endless}))
	x.Cut()
	x.After(mark, media.Down)
	x.ari.EndPrompt("t1")
	x.Must(caller.HearsSilence(x.Within()))
	mark = x.Told.Mark()
	x.Mend()
	if done := x.After(mark, media.Done); done.Task != "t1" || done.Why != media.CauseUnknown {
		t.Errorf("told was %+v", done)
	}
}

// One that goes on is followed to its end, which is told as it is.
func TestAPromptOutlastsTheGap(t *testing.T) {
	x := set(t, nil)
	id, _ := x.arrives()
	mark := x.Told.Mark()
	x.Must(x.Do(id, media.Want{Base: media.Join{Room: "r1"}, Task: endless}))
	x.ari.DropLine()
	x.After(mark, media.Down)
	x.After(mark, media.Up)
	x.Until("it is asked for", func() bool { return x.ari.Orders("GET /playbacks/t1") > 0 })
	x.ari.EndPrompt("t1")
	if done := x.After(mark, media.Done); done.Task != "t1" || done.Why != media.CauseNone {
		t.Errorf("told was %+v", done)
	}
}

// What came of a prompt in the gap is asked again when the answer does not come: nobody else would ever tell its end.
func TestAPromptIsAskedForAgain(t *testing.T) {
	for name, status := range map[string]int{"no answer": 0, "500": 500} {
		t.Run(name, func(t *testing.T) {
			x := set(t, lossy)
			id, caller := x.arrives()
			mark := x.Told.Mark()
			x.Must(x.Do(id, media.Want{Base: media.Join{Room: "r1"}, Task: endless}))
			x.Cut()
			x.After(mark, media.Down)
			x.ari.EndPrompt("t1")
			x.Must(caller.HearsSilence(x.Within()))
			x.ari.Break(fakeari.Break{Method: http.MethodGet, Path: "/playbacks/t1", Times: 1, Status: status, Before: true})
			mark = x.Told.Mark()
			x.Mend()
			if done := x.After(mark, media.Done); done.Task != "t1" || done.Why != media.CauseUnknown {
				t.Errorf("told was %+v", done)
			}
			if n := x.ari.Orders("GET /playbacks/t1"); n != 2 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

// The keys of an ask are lost with the program that counted them: the next one tells it as unknown, so that the caller is asked
// again, and not as a prompt that was heard.
func TestAnAskOutlivesItsProgram(t *testing.T) {
	x, stop := setUntil(t, nil)
	id, caller := x.arrives()
	ask := media.Want{Base: media.Music{}, Task: media.Task{
		ID: "t1", Do: media.Ask, Prompts: endless.Prompts, End: "#", Max: 9, Quiet: 5 * time.Second, Longest: 20 * time.Second, Deaf: true,
	}}
	x.Must(x.Do(id, ask))
	x.Must(caller.Hears(x.Within(), 440))
	stop()
	x.begin(nil)
	if done := x.After(0, media.Done); done.Task != "t1" || done.Why != media.CauseUnknown {
		t.Errorf("told was %+v", done)
	}
}
