package floor

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var allMutants = flag.Bool("mutants", false, "plant every bug, not only those that stand for their kind (make mutants)")

// quick are the mutants that every test run plants, one for each kind: the gap, the checkpoint, the order, the flow, the questions.
var quick = []string{
	"forget callers lost in a gap", "lose the wrap-up timer in a checkpoint", "shortest wait first", "leave a caller standing after a look-up",
	"ask for a second rating",
}

// mutants are bugs that somebody could write. Each must be caught by a simulated day; an invariant earns its place by catching one.
var mutants = []struct{ name, file, old, new string }{
	{"forget callers lost in a gap", "compare.go", "case !lives:\n\t\tf.callerGone", "case !lives && false:\n\t\tf.callerGone"},
	{"forget phones lost in a gap", "compare.go", "case !lives:\n\t\tf.offerLegGone", "case !lives && false:\n\t\tf.offerLegGone"},
	{"overlook an answer in the gap", "compare.go", "rings && !l.Answered.IsZero()", "rings && !l.Answered.IsZero() && false"},
	{"judge a phone while the line is away", "timer.go", "return rings && f.reached(f.Interactions[o.Interaction])", "return rings"},
	{"forget ring timers after a gap", "apply.go", "f.timers.add(o.RingUntil, timerRing, string(o.ID))", "_ = o"},
	{"ring for ever", "timer.go", "return rings &&", "return rings && false &&"},
	{"lose the wrap-up timer in a checkpoint", "checkpoint.go", "f.timers.add(o.WrapUntil, timerWrap, string(id))", "_ = id"},
	{"offer to an agent whose phone is still on a leg", "state.go", "func (o *Offer) over() bool { return o.LegGone && o.State.Ended() }", "func (o *Offer) over() bool { return o.State.Ended() }"},
	{"offer to a busy agent", "slot.go", "load[s.Interactions[s.Offers[id].Interaction].Media()]++", "_ = id"},
	{"accept an arrival twice", "arrive.go", "known := f.legs[legKey{sw, leg.ID}]; known {", "known := f.legs[legKey{sw, leg.ID}]; known && ref.offer != \"\" {"},
	{"never free the agent", "apply.go", "a.Offers = slices.DeleteFunc(a.Offers, func(id orchestrator.OfferID) bool { return id == o.ID })", ""},
	{"change state beside the journal", "offer.go", "\tf.emit(i.ID, fact.LegGone{", "\ti.Reason = \"x\"\n\tf.emit(i.ID, fact.LegGone{"},
	{"lose the place in line", "arrive.go", "f.emit(i.ID, fact.InteractionReturned{})", "f.emit(i.ID, fact.InteractionReturned{})\n\tf.enqueue(i)"},
	{"shortest wait first", "../routing/item.go", "return p.rank < o.rank", "return p.rank > o.rank"},
	{"end a work item twice", "leave.go", "case orchestrator.ItemNew, orchestrator.ItemQueued:", "case orchestrator.ItemNew, orchestrator.ItemQueued, orchestrator.ItemWrapping, orchestrator.ItemDone:"},
	{"offer while the switch is away", "open.go", "sw != nil && sw.Up", "sw != nil"},
	{"leave the fallback's callers in line", "state.go", "&& !i.Away && !i.Gone", "&& !i.Gone"},
	{"trust what was known of phones before the gap", "switch.go", "if on := f.PhonesOn[endpoint]; on == \"\" || on == sw {", "if on := f.PhonesOn[endpoint]; on != \"\" && on == sw {"},
	{"hang up on a caller whose talk was lost", "requeue.go", "if i.Gone || i.Away ||", "if true || i.Gone || i.Away ||"},
	{"go on counting the callers of a missed switch", "missed.go", "f.waiting[i.Queue].remove(i.ID)", "_ = i"},
	{"never count a missed switch's callers again", "missed.go", "	f.intoLine(i)\n", ""},
	{"end the work item with the lost talk's after-call work", "requeue.go", "o.Requeued = true", "o.Requeued = false"},
	{"leave a caller standing after a look-up", "walk.go", "if i.State == orchestrator.ItemNew && !i.Gone {\n\t\tf.walk(i, func(fl *flow.Flow) flow.Move { return fl.Found", "if i.State == orchestrator.ItemNew && i.Gone {\n\t\tf.walk(i, func(fl *flow.Flow) flow.Move { return fl.Found"},
	{"lose what was keyed in at a checkpoint", "checkpoint.go", "p.Walks[id] = k", "_ = k"},
	{"write what was keyed in where it cannot be erased", "walk.go", "if s.Personal {", "if s.Personal && false {"},
	{"keep a masked number", "../flow/walk.go", "if d.Mask {", "if d.Mask && false {"},
	{"wait in line for ever", "apply_walk.go", "f.timers.add(i.Walk.Latest, timerLatest, string(i.ID))", "_ = i"},
	{"never ask the next step", "timer.go", "return i != nil && i.inLine() && i.Widen.Equal(t.at)", "return false && i != nil"},
	{"lose the step's time in a checkpoint", "apply_walk.go", "f.timers.add(i.Widen, timerWiden, string(i.ID))", ""},
	{"forget who knows what", "offer.go", "Skills: a.Skills, ", ""},
	{"leave the customer standing after the question", "wants.go", "if i.Survey != nil && i.Prompt != \"\" {", "if i.Survey != nil {"},
	{"ask for a second rating", "survey.go", "i.Gone || i.Away || i.rated() ||", "i.Gone || i.Away ||"},
	{"keep lent who has left", "lend.go", "func (a *Agent) gone() bool { return ", "func (a *Agent) gone() bool { return false && "},
	{"lend who rests", "offer.go", "Rest: a.Rest, ", ""},
	{"lose the place after an attempt", "due.go", "	x.Since = c.Place.Since\n", ""},
	{"let a customer's phone ring for ever", "reach.go", "return i.dialling() && i.Callback.GivenUp == \"\" &&", "return false && i.dialling() &&"},
	{"call a customer who is still on the line", "calledin.go", "return k == nil || !slices.ContainsFunc(", "return true || !slices.ContainsFunc("},
	{"dial who has called in a moment ago", "reach.go", "if !f.reachable(i) {", "if false {"},
	{"lose the callback of a caller who hangs up", "leave.go", "\tf.resumeAfter(i)\n", ""},
	{"end the callback of whoever calls in", "calledin.go", "f.emit(promised.ID, fact.CustomerCalledIn{By: i.ID})", "f.emit(promised.ID, fact.CustomerCalledIn{By: i.ID})\n\t\tf.endCallback(promised, orchestrator.ItemCanceled, orchestrator.Superseded)"},
	{"call back who was served", "offer.go", "\tf.served(i, o.Queue)\n", ""},
	{"count the attempt that a caller has cut short", "reach.go", "i.Callback.Attempts--", "_ = i"},
	{"forget a callback that waits", "apply_walk.go", "f.timers.add(c.Due, timerDue, string(i.ID))", "_ = c"},
	{"forget a customer's phone in a gap", "reach.go", "	case !lives:\n\t\tf.missed(i, media.CauseLost, 0)", "	case !lives:"},
	{"never drop the loser's phone", "wants.go", "return media.Want{Base: media.Drop{Why: media.CauseNoAnswer}}", "return media.Want{Base: media.Ring{}}"},
}

// TestSimulatedDaysCatchMutants plants one bug at a time and expects the simulated days to fail.
func TestSimulatedDaysCatchMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the package once for each planted bug; left out by -short")
	}
	planted := 0
	for _, m := range mutants {
		if !*allMutants && !slices.Contains(quick, m.name) {
			continue
		}
		planted++
		t.Run(strings.ReplaceAll(m.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			out, err := underMutant(t, m.file, m.old, m.new)
			if verdict := judge(out, err); verdict != "" {
				t.Errorf("%s: %s", m.name, verdict)
			}
			t.Log(reason(out))
		})
	}
	if planted < len(quick) {
		t.Errorf("%d bugs are planted, %d stand for their kind: one of them is named otherwise now", planted, len(quick))
	}
}

// Every bug still finds the text that it changes, those too that only make mutants plants.
func TestMutantsFindTheirPlace(t *testing.T) {
	for _, m := range mutants {
		source, err := os.ReadFile(m.file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(source), m.old); n != 1 {
			t.Errorf("%s: %s has %d places like %q; mend the mutant", m.name, m.file, n, m.old)
		}
	}
}

// underMutant lives the simulated days through with a bug in one file.
func underMutant(t *testing.T, file, old, planted string) (out string, err error) {
	t.Helper()
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(source), old); n != 1 {
		t.Fatalf("%s has %d places like %q; mend the mutant", file, n, old)
	}
	dir := t.TempDir()
	copied := filepath.Join(dir, "planted.go")
	if err := os.WriteFile(copied, []byte(strings.Replace(string(source), old, planted, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	real, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	overlay, _ := json.Marshal(map[string]map[string]string{"Replace": {real: copied}})
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-overlay", list, "-failfast", "-run", "TestSimulatedDays(OfTwoSwitches)?$", "-seeds=100", "-timeout=180s", ".")
	said, err := cmd.CombinedOutput()
	return string(said), err
}

// judge says why a bug was not caught, "" when it was. Only an invariant or a panic of the floor catches: days that do not end in time
// prove nothing, the machine may be busy.
func judge(out string, err error) string {
	switch {
	case err == nil:
		return "survived: no simulated day notices it"
	case strings.Contains(out, "[build failed]") || strings.Contains(out, "[setup failed]"):
		return "the planted bug does not compile:\n" + out
	case strings.Contains(out, "panic: test timed out"):
		return "the days did not end in time, which is no catch: let an invariant notice it"
	case reason(out) == "":
		return "failed without an invariant's word:\n" + out
	}
	return ""
}

// reason finds the line that says how it was caught.
func reason(out string) string {
	for line := range strings.Lines(out) {
		if strings.Contains(line, "seed ") || strings.HasPrefix(line, "panic:") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// What counts as a catch: an invariant's word or a panic, neither the end of the time nor a program that cannot be built.
func TestOnlyAnInvariantCatches(t *testing.T) {
	failed := errors.New("exit status 1")
	for out, caught := range map[string]bool{
		"day_check_test.go:12: seed 4 at 08:00:00.000: a ghost\nFAIL": true,
		"panic: runtime error: nil map\n\ngoroutine 7":                true,
		"panic: test timed out after 3m0s\n\ngoroutine 7":             false,
		"FAIL\ttandem/orchestrator/floor [build failed]":              false,
		"signal: killed": false,
	} {
		if verdict := judge(out, failed); (verdict == "") != caught {
			t.Errorf("%q is judged %q", out, verdict)
		}
	}
	if judge("ok", nil) == "" {
		t.Error("days that pass catch a bug")
	}
}
