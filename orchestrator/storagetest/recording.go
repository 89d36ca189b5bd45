package storagetest

import (
	"context"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/fact"
)

var recordingCases = []testCase{
	{"begin with the talk and stop with it", recordingLives},
	{"are claimed, tried again, stored and forgotten", recordingJob},
	{"fail loudly", recordingFails},
	{"page, newest first", recordingPages},
}

func recordingLives(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketNever)
	sc.queued("i1", "")
	sc.answered("i1")
	begun := sc.now()
	sc.settle(s)
	all := get[[]recording.Meta](t)(s.Recordings(ctx, recording.Filter{}))
	if len(all) != 1 || len(all[0].ID) < 20 {
		t.Fatalf("the recordings are %+v", all)
	}
	want := recording.Meta{ID: all[0].ID, Tape: "v-i1", Switch: "ast1", Interaction: "i1", Queue: "sales", Agent: "ann",
		State: recording.Recording, Started: begun}
	if all[0] != want {
		t.Errorf("while it runs\n%+v\nwant\n%+v", all[0], want)
	}
	if due := get[[]recording.Meta](t)(s.ClaimRecordings(ctx, 5, time.Hour)); len(due) != 0 {
		t.Errorf("a running one is claimed: %+v", due)
	}
	sc.hungUp("i1")
	sc.settle(s)
	want.State, want.Ended = recording.Stopped, at(time.Duration(sc.seq-1)*time.Second)
	if have := get[recording.Meta](t)(s.Recording(ctx, want.ID)); have != want {
		t.Errorf("when it has ended\n%+v\nwant\n%+v", have, want)
	}
	sc.tell("i2", fact.OfferConnected{Offer: "o2", Agent: "ann", Queue: "sales"}, fact.TalkEnded{Offer: "o2", Agent: "ann"})
	sc.settle(s)
	if all := get[[]recording.Meta](t)(s.Recordings(ctx, recording.Filter{})); len(all) != 1 {
		t.Errorf("a talk without a tape has a recording: %+v", all)
	}
}

func recordingJob(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketNever)
	sc.call("i1", "")
	sc.settle(s)
	claim := func() (m recording.Meta, ok bool) {
		t.Helper()
		due := get[[]recording.Meta](t)(s.ClaimRecordings(ctx, 5, time.Hour))
		if len(due) == 0 {
			return m, false
		}
		return due[0], true
	}
	past := time.Now().Add(-time.Hour)
	m, ok := claim()
	if !ok || m.Attempts != 1 || m.State != recording.Stopped {
		t.Fatalf("claimed is %+v", m)
	}
	if again, ok := claim(); ok {
		t.Errorf("claimed twice: %+v", again)
	}
	m.Why = "the disk is full"
	must(t, second(s.SettleRecording(ctx, m, past)))
	m, ok = claim()
	if !ok || m.Attempts != 2 || m.Why != "the disk is full" {
		t.Fatalf("tried again is %+v", m)
	}
	m.State, m.Length, m.Bytes, m.SHA256 = recording.Stored, 3*time.Second, 96044, "abc"
	m.Why = "a second is missing"
	must(t, second(s.SettleRecording(ctx, m, time.Time{})))
	have := get[recording.Meta](t)(s.Recording(ctx, m.ID))
	if have.State != recording.Stored || have.Length != 3*time.Second || have.Bytes != 96044 || have.SHA256 != "abc" || have.Why != "a second is missing" {
		t.Errorf("stored is %+v", have)
	}
	// Killed here, the copy on the switch is still to be forgotten: it comes back when the lease ends.
	m.Why = "the switch is away"
	must(t, second(s.SettleRecording(ctx, m, past)))
	m, ok = claim()
	if !ok || m.State != recording.Stored || m.Bytes != 96044 {
		t.Fatalf("to be forgotten is %+v (%v)", m, ok)
	}
	must(t, s.ForgotRecording(ctx, m.ID))
	m.Why = "once more"
	must(t, second(s.SettleRecording(ctx, m, past)))
	if m, ok := claim(); ok {
		t.Errorf("a forgotten one is claimed: %+v", m)
	}
}

func recordingFails(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketNever)
	sc.queued("i1", "")
	sc.answered("i1")
	sc.tell("i1", fact.RecordingFailed{Tape: "v-i1", Why: "no folder on the switch"})
	sc.hungUp("i1")
	sc.queued("i2", "")
	sc.answered("i2")
	sc.hungUp("i2")
	sc.settle(s)
	due := get[[]recording.Meta](t)(s.ClaimRecordings(ctx, 5, time.Hour))
	if len(due) != 1 || due[0].Tape != "v-i2" {
		t.Fatalf("claimed are %+v", due)
	}
	due[0].Why = "given up"
	must(t, second(s.SettleRecording(ctx, due[0], time.Time{})))
	failed := get[[]recording.Meta](t)(s.Recordings(ctx, recording.Filter{State: recording.Failed}))
	if len(failed) != 2 || failed[0].Why != "given up" || failed[1].Why != "no folder on the switch" {
		t.Errorf("failed are %+v", failed)
	}
}

func recordingPages(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketNever)
	ids := []orchestrator.InteractionID{"a", "b", "c", "d", "e"}
	for _, id := range ids {
		sc.call(id, "")
	}
	sc.settle(s)
	page := get[[]recording.Meta](t)(s.Recordings(ctx, recording.Filter{Limit: 3}))
	rest := get[[]recording.Meta](t)(s.Recordings(ctx, recording.Filter{Limit: 3, Before: page[2].ID}))
	if len(page) != 3 || page[0].Interaction != "e" || len(rest) != 2 || rest[1].Interaction != "a" {
		t.Errorf("the pages are %+v and %+v", page, rest)
	}
	if one := get[[]recording.Meta](t)(s.Recordings(ctx, recording.Filter{Interaction: "c"})); len(one) != 1 {
		t.Errorf("of one interaction: %+v", one)
	}
	_, err := s.Recording(ctx, "none")
	kind(t, "recording", err, orchestrator.NotFound)
	_, err = s.Recordings(ctx, recording.Filter{Before: "none"})
	kind(t, "page after nothing", err, orchestrator.Invalid)
}
