package storagetest

import (
	"context"
	"testing"
	"time"

	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// erasureOfAudio: whatever had become of a tape, its audio is a job from the erasure on, until it is gone. Who brings one home
// meanwhile is told so.
func erasureOfAudio(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketNever)
	sc.call("i1", "+4915155555") // stored, and forgotten by the switch
	sc.call("i2", "+4915155555") // given up
	sc.call("i3", "+4915155555") // not brought home yet
	sc.call("i4", "+4915166666") // of somebody else
	sc.settle(s)
	claim := func() map[media.TapeID]recording.Meta {
		t.Helper()
		out := map[media.TapeID]recording.Meta{}
		for _, m := range get[[]recording.Meta](t)(s.ClaimRecordings(ctx, 9, time.Hour)) {
			out[m.Tape] = m
		}
		return out
	}
	settle := func(m recording.Meta, state recording.State, retry time.Time) bool {
		t.Helper()
		m.State = state
		return get[bool](t)(s.SettleRecording(ctx, m, retry))
	}
	due := claim()
	if settle(due["v-i1"], recording.Stored, time.Time{}) || settle(due["v-i2"], recording.Failed, time.Time{}) {
		t.Error("somebody is erased before the erasure")
	}
	must(t, s.ForgotRecording(ctx, due["v-i1"].ID))
	past := time.Now().Add(-time.Hour)
	settle(due["v-i4"], recording.Stopped, past)
	flying := claim()["v-i4"]
	settle(due["v-i3"], recording.Stopped, past)

	must(t, second(s.Erase(ctx, "+4915155555")))
	jobs := claim()
	for _, tape := range []media.TapeID{"v-i1", "v-i2", "v-i3"} {
		if m, ok := jobs[tape]; !ok || !m.Erased || m.State == recording.Stopped {
			t.Errorf("the audio of %s is no job: %+v", tape, m)
			continue
		}
		settle(jobs[tape], jobs[tape].State, past) // the disk refuses to delete
	}
	if again := claim(); len(again) != 3 {
		t.Errorf("tried again are %+v", again)
	}
	for _, m := range jobs {
		must(t, s.ForgotRecording(ctx, m.ID))
		settle(m, m.State, past)
	}
	if left := claim(); len(left) != 0 {
		t.Errorf("done, and still a job: %+v", left)
	}
	must(t, second(s.Erase(ctx, "+4915166666"))) // while it is being brought home
	if !settle(flying, recording.Stored, time.Time{}) {
		t.Error("who brought the audio of an erased person home is not told")
	}
	if m := get[recording.Meta](t)(s.Recording(ctx, flying.ID)); !m.Erased || m.Bytes != 0 || m.Why == "" {
		t.Errorf("erased on its way is %+v", m)
	}
}

// erasureBeforeTheReactor: a reactor that was behind at the erasure begins no recording of the erased.
func erasureBeforeTheReactor(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketNever)
	sc.call("i1", "+4915155555")
	if tapes := get[[]media.TapeID](t)(s.Erase(ctx, "+4915155555")); len(tapes) != 0 {
		t.Errorf("no reactor has seen the tapes %v", tapes)
	}
	sc.call("i2", "+4915166666")
	sc.settle(s)
	for _, m := range get[[]recording.Meta](t)(s.ClaimRecordings(ctx, 9, time.Hour)) {
		if (m.Interaction == "i1") != m.Erased || m.Erased != (m.State == recording.Stored) {
			t.Errorf("a late reactor makes %+v", m)
		}
	}
}
