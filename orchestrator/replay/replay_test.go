package replay_test

import (
	"math"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/insight"
	"tandem/orchestrator/replay"
	"tandem/orchestrator/simulate"
)

func record(t *testing.T, journal []fact.Entry, from, to time.Time) replay.Recording {
	t.Helper()
	r := replay.NewRecorder(from, to)
	for _, e := range journal {
		r.Add(e)
	}
	rec, err := r.Recording(20*time.Second, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if err := rec.Scenario.Check(); err != nil {
		t.Fatal(err)
	}
	return rec
}

func again(t *testing.T, s simulate.Scenario, days int) []simulate.Day {
	t.Helper()
	s.Days, s.Keep = days, true
	out, err := simulate.Run(s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// With nothing changed everything falls out as it was, to the microsecond: who answered, when, and how each person spent the day.
func TestNothingChangedIsWhatWas(t *testing.T) {
	for seed := range uint64(5) {
		journal := workday(t, seed, func(c *centre) { c.noAnswer, c.rejected = 40, 30 })
		rec := record(t, journal, time.Time{}, time.Time{})
		day := again(t, rec.Scenario, 1)[0]
		different, compared := rec.Differences(rec.Scenario, day, replay.Moved{})
		for _, d := range different[:min(len(different), 5)] {
			t.Errorf("seed %d: %s at %s was %+v, would be %+v", seed, d.ID, d.At.Format("15:04:05.000000"), d.Was, d.Would)
		}
		t.Logf("seed %d: %d of %d callers differ; notes %v", seed, len(different), compared, rec.Notes)
		if compared != 850 {
			t.Errorf("seed %d: %d callers were compared, not 850", seed, compared)
		}
		for i, w := range day.People {
			if was := rec.Was.People[i]; w != was {
				t.Errorf("seed %d: %s spent the day as %+v, was %+v", seed, w.Agent, w, was)
			}
		}
	}
}

// What was, told by the replay, is what the figures of the journal say.
func TestWhatWasIsWhatTheFiguresSay(t *testing.T) {
	journal := workday(t, 1, func(c *centre) { c.noAnswer = 40 })
	fold := insight.NewFold(insight.Terms{Target: 20 * time.Second, Short: 5 * time.Second})
	for _, e := range journal {
		fold.Add(e)
	}
	rec := record(t, journal, time.Time{}, time.Time{})
	for i, q := range rec.Scenario.Queues {
		want, have := fold.Figures()[insight.Key{Queue: q.ID}], rec.Was.Queues[i].Figures
		want.Offers, want.NoAnswers = 0, 0 // not told by a day
		if want.Wrap > have.Wrap {
			t.Errorf("%s: after-call work of %s is more than the %s until people were free", q.ID, want.Wrap, have.Wrap)
		}
		want.Wrap, have.Wrap = 0, 0 // a replay wants to know when the person was free again: the leg ends later
		if have != want {
			t.Errorf("%s: the replay says\n%+v\nthe figures\n%+v", q.ID, have, want)
		}
	}
}

// The same for a plan with everything: the last agent first, a wider ring, and over to the other queue in the end.
func TestNothingChangedOfALongPlan(t *testing.T) {
	led := 0
	for seed := range uint64(3) {
		journal := workday(t, seed, func(c *centre) {
			c.noAnswer, c.rejected = 40, 30
			c.steps = []fact.Step{{Only: "last_agent", For: 10 * time.Second}, {For: 10 * time.Second, Ahead: 5 * time.Second}, {For: 15 * time.Second, Exit: "service", Ahead: 20 * time.Second}}
		})
		for _, e := range journal {
			if x, ok := e.Fact.(fact.ItemQueued); ok && x.From != "" {
				led++
			}
		}
		rec := record(t, journal, time.Time{}, time.Time{})
		different, compared := rec.Differences(rec.Scenario, again(t, rec.Scenario, 1)[0], replay.Moved{})
		for _, d := range different[:min(len(different), 3)] {
			t.Errorf("seed %d: %s at %s was %+v, would be %+v", seed, d.ID, d.At.Format("15:04:05.000000"), d.Was, d.Would)
		}
		if compared != 850 || len(rec.Notes) > 0 {
			t.Errorf("%d compared, notes %v", compared, rec.Notes)
		}
	}
	if led < 10 {
		t.Errorf("only %d calls went over to the other queue", led)
	}
}

// A part of a day falls out as it was, too: people who are in a call when it begins are not free before that is over, and whoever has
// been idle longest then is asked first. Only where somebody stood in line already may it differ, and the notes say so.
func TestPartOfADay(t *testing.T) {
	journal := workday(t, 2, func(c *centre) { c.noAnswer = 40 })
	exact := 0
	for minute := 8 * 60; minute < 15*60; minute += 30 {
		from := midnight.Add(time.Duration(minute) * time.Minute)
		rec := record(t, journal, from, from.Add(time.Hour))
		different, compared := rec.Differences(rec.Scenario, again(t, rec.Scenario, 1)[0], replay.Moved{})
		switch {
		case len(rec.Notes) == 0 && len(different) > 0:
			t.Errorf("from %s: %d of %d callers differ, such as %+v", from.Format("15:04"), len(different), compared, different[0])
		case len(rec.Notes) == 0:
			exact++
		}
	}
	if exact < 5 {
		t.Errorf("only %d parts began with an empty line", exact)
	}
}

// More people answer sooner; callers who then are answered have talk times that are drawn, so that the days differ a little.
func TestMorePeople(t *testing.T) {
	rec := record(t, workday(t, 3, func(*centre) {}), time.Time{}, time.Time{})
	s := rec.Scenario
	s.Agents = append(s.Agents[:len(s.Agents):len(s.Agents)], simulate.Group{ID: "extra", Count: 3, Queues: []orchestrator.QueueID{"sales", "service"}, Begin: 8 * time.Hour, End: 18 * time.Hour})
	s.Length = max(s.Length, 18*time.Hour)
	s = s.WithDefaults()
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	was := simulate.NewReport(rec.Scenario, []simulate.Day{rec.Was}, 0.95)
	would := simulate.NewReport(s, again(t, s, 5), 0.95)
	a, b := was.Find(simulate.Total, "", "SL-3"), would.Find(simulate.Total, "", "SL-3")
	t.Logf("SL-3 was %.3f, would have been %.3f ± %.4f; abandoned %.3f → %.3f", a.Mean, b.Mean, b.Half,
		was.Find(simulate.Total, "", "abandoned_share").Mean, would.Find(simulate.Total, "", "abandoned_share").Mean)
	if b.Mean-b.Half < a.Mean+0.02 {
		t.Errorf("three people more change SL-3 from %.3f to %.3f ± %.4f only", a.Mean, b.Mean, b.Half)
	}
}

// There and back: a day is recorded, days like it are made of what was recorded, and the day lies among them.
func TestDaysLikeIt(t *testing.T) {
	rec := record(t, workday(t, 4, func(*centre) {}), midnight, midnight.Add(24*time.Hour))
	s := rec.Random(30 * time.Minute)
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	was := simulate.NewReport(rec.Scenario, []simulate.Day{rec.Was}, 0.99)
	days := again(t, s, 20)
	for _, x := range []struct {
		scope         simulate.Scope
		name, measure string
	}{
		{simulate.Total, "", "offered"}, {simulate.OfQueue, "sales", "SL-3"}, {simulate.OfQueue, "service", "SL-3"},
		{simulate.Total, "", "asa_s"}, {simulate.Total, "", "abandoned_share"}, {simulate.Total, "", "aht_s"},
		{simulate.OfGroup, "sales", "occupancy"}, {simulate.OfGroup, "service-sales", "occupancy"},
	} {
		e := simulate.NewReport(s, days, 0.99).Find(x.scope, x.name, x.measure)
		// The interval is of the mean of the days; a single day strays √days times as far.
		stray := e.Half * math.Sqrt(float64(e.Days+1))
		have := was.Find(x.scope, x.name, x.measure).Mean
		t.Logf("%s %s: was %.4f, days like it %.4f ± %.4f", x.name, x.measure, have, e.Mean, stray)
		if !(math.Abs(have-e.Mean) <= stray) {
			t.Errorf("%s %s was %.4f: no day like it, %.4f ± %.4f", x.name, x.measure, have, e.Mean, stray)
		}
	}
}

// Most callers are answered before their patience ends. What is fitted is the patience of all, not that of those who gave up.
func TestPatienceIsNotOnlyThatOfThoseWhoGaveUp(t *testing.T) {
	rec := record(t, workday(t, 4, func(c *centre) { c.patience = 3 * time.Minute }), time.Time{}, time.Time{})
	q := rec.Scenario.Queues[0]
	var gaveUp time.Duration
	n := 0
	for _, c := range q.Arrivals.Callers {
		if c.GaveUp > 0 {
			gaveUp += c.GaveUp
			n++
		}
	}
	mean := q.Patience.Expected()
	t.Logf("%d of %d gave up after %s on average; fitted patience %s", n, len(q.Arrivals.Callers), gaveUp/time.Duration(n), mean)
	if mean < 130*time.Second || mean > 230*time.Second {
		t.Errorf("patience of 3 min was fitted as %s", mean)
	}
}
