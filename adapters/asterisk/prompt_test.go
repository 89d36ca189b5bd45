package asterisk_test

import (
	"testing"
	"time"

	"tandem/orchestrator/media"
)

// A prompt that ends while the line is away is told as over when it is back: else the caller would sit in silence and wait.
func TestAPromptEndsInTheGap(t *testing.T) {
	x := set(t, nil)
	id, caller := x.arrives()
	mark := x.log.Mark()
	x.must(x.do(id, media.Want{Base: media.Join{Room: "r1"}, Task: media.Task{ID: "t1", Do: media.Say, Prompts: "tone:440:300"}}))
	x.Cut()
	x.after(mark, media.Down)
	x.must(caller.HearsSilence(x.ctx()))
	mark = x.log.Mark()
	x.Mend()
	if done := x.after(mark, media.Done); done.Task != "t1" || done.Why != media.CauseUnknown {
		t.Errorf("told was %+v", done)
	}
}

// One that goes on is followed to its end, which is told as it is.
func TestAPromptOutlastsTheGap(t *testing.T) {
	x := set(t, nil)
	id, _ := x.arrives()
	mark := x.log.Mark()
	x.must(x.do(id, media.Want{Base: media.Join{Room: "r1"}, Task: media.Task{ID: "t1", Do: media.Say, Prompts: "tone:440:800"}}))
	began := time.Now()
	x.ari.DropLine()
	x.after(mark, media.Down)
	x.after(mark, media.Up)
	if done := x.after(mark, media.Done); done.Task != "t1" || done.Why != media.CauseNone || time.Since(began) < 500*time.Millisecond {
		t.Errorf("told was %+v after %s", done, time.Since(began))
	}
}
