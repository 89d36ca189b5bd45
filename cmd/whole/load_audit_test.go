package whole_test

import (
	"log/slog"
	"slices"
	"time"

	"tandem/adapters/postgres"
	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/insight"
)

// tolerance is how far the clocks of a phone and of the journal may be apart about the same moment, on a machine under load.
const tolerance = 1500 * time.Millisecond

// settled is how long a conversation must last to be beyond doubt: an answer that comes too late is dropped sooner.
const settled = 700 * time.Millisecond

// tally is what the callers and the agents say together.
type tally struct {
	placed, unseen      int // calls; those that were given up before they reached Tandem
	answered, abandoned int // for certain
	either              int // nobody but Tandem can say which of two came first
	fallback            int // served by the switch's own queue while Tandem was away
	apart               time.Duration
}

// audit holds Tandem's books against what the people lived through, and prints both.
func (w *crowd) audit() {
	t := w.c.T
	t.Helper()
	w.c.AtRest()
	w.c.Verify()
	ctx, cancel := w.c.Ctx()
	defer cancel()
	db, err := postgres.Open(ctx, w.c.DSN, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var entries []fact.Entry
	for {
		more, err := db.Entries(ctx, int64(len(entries)), 1000)
		if err != nil {
			t.Fatal(err)
		}
		if len(more) == 0 {
			break
		}
		entries = append(entries, more...)
	}
	records := w.history(entries)
	sums := w.compare(records)
	w.rung(records)
	w.desk(records)

	terms := insight.Defaults()
	fold := insight.NewFold(terms)
	for _, e := range entries {
		fold.Add(e)
	}
	counted, err := db.Figures(ctx, terms)
	if err != nil {
		t.Fatal(err)
	}
	w.figures(sums, insight.Total(fold.Figures(), false)[insight.Key{}], insight.Total(counted, false)[insight.Key{}])
	for n, f := range w.faults {
		if n == 25 {
			t.Errorf("and %d more faults", len(w.faults)-n)
			break
		}
		t.Error(f)
	}
}

// compare holds each call as its caller knows it against the journal.
func (w *crowd) compare(records map[orchestrator.InteractionID]*record) tally {
	byCaller := map[string][]*record{}
	for _, i := range records {
		byCaller[i.from] = append(byCaller[i.from], i)
	}
	var sums tally
	for from, v := range w.visits.list {
		sums.placed++
		w.dropped(v)
		switch found := byCaller[from]; {
		case len(found) > 1:
			w.fault("the one call of %s is %d interactions", from, len(found))
		case len(found) == 1:
			w.lived(v, found[0], &sums)
		case w.unseen(v):
			sums.unseen++
		case w.inGap(v.call.InvitedAt(), v.call.InvitedAt()): // it never left the switch's own dialplan
			sums.fallback++
		default:
			w.fault("%s called and was answered, and is not in the journal: %s", from, v.call.End())
		}
		delete(byCaller, from)
	}
	for from := range byCaller {
		w.fault("%q is in the journal and never called", from)
	}
	return sums
}

// unseen says whether a call may be unknown to Tandem because it was given up before it was answered.
func (w *crowd) unseen(v *visit) bool { return v.call.AnsweredAt().IsZero() && v.call.End().Local }

// inGap says whether Tandem was away, or just coming back, at any moment from one to another.
func (w *crowd) inGap(from, to time.Time) bool {
	return slices.ContainsFunc(w.gaps, func(g gap) bool {
		return from.Before(g.to.Add(tolerance)) && to.After(g.from.Add(-tolerance))
	})
}

// untaped says whether a talk began when Tandem was about to be away and was over when it was just back: nobody could begin its tape.
func (w *crowd) untaped(i *record) bool {
	return slices.ContainsFunc(w.gaps, func(g gap) bool {
		return i.over.Add(-i.talk).After(g.from.Add(-tolerance)) && i.over.Before(g.to.Add(tolerance))
	})
}

// dropped faults a caller who was cut off although no agent hung up.
func (w *crowd) dropped(v *visit) {
	if v.call.End().Local {
		return
	}
	if !slices.ContainsFunc(w.of(v.from), func(g *ring) bool { return g.outcome == outcomeAnswered && g.byAgent() }) {
		w.fault("%s was dropped after %s: %s", v.from, v.call.EndedAt().Sub(v.call.InvitedAt()), v.call.End())
	}
}

// lived compares one call.
func (w *crowd) lived(v *visit, i *record, sums *tally) {
	var talk *ring
	doubt := w.inGap(v.call.EndedAt(), v.call.EndedAt())
	for _, g := range w.of(v.from) {
		switch {
		case g.fallback && g.outcome == outcomeAnswered:
			sums.fallback++
			sums.either++
			return
		case w.inGap(g.call.InvitedAt(), g.call.EndedAt()):
			doubt = true
		case g.outcome == outcomeAnswered && g.call.EndedAt().Sub(g.call.AnsweredAt()) > settled:
			talk = g
		case g.outcome == outcomeAnswered || g.outcome == outcomeCrossed:
			doubt = true
		}
	}
	if late := i.since.Sub(v.call.InvitedAt()); !w.inGap(v.call.InvitedAt(), v.call.InvitedAt()) && (late < 0 || late > tolerance) {
		w.fault("%s called at %s and waits since %s", v.from, v.call.InvitedAt(), i.since)
	}
	ended := v.call.EndedAt()
	if away := w.inGap(ended, ended); !away && i.over.Sub(ended).Abs() > tolerance {
		w.fault("%s ended at %s by the journal and at %s by the caller", v.from, i.over, ended)
	}
	switch {
	case doubt:
		sums.either++
	case talk == nil:
		sums.abandoned++
		if i.state != orchestrator.ItemAbandoned || len(i.connected) > 0 {
			w.fault("nobody spoke to %s; %s is %s with %d talks", v.from, i.id, i.state, len(i.connected))
		}
		if waited := ended.Sub(i.since); (waited - i.wait).Abs() > tolerance {
			w.fault("%s waited %s by the journal and %s by the caller", v.from, i.wait, waited)
		}
	default:
		sums.answered++
		if i.state != orchestrator.ItemDone || len(i.connected) != 1 || i.connected[0].agent != talk.agent {
			w.fault("%s spoke to %s; %s is %s with %+v", v.from, talk.agent, i.id, i.state, i.connected)
			return
		}
		apart := i.since.Add(i.connected[0].wait).Sub(talk.call.AnsweredAt()).Abs()
		sums.apart = max(sums.apart, apart)
		if apart > tolerance {
			w.fault("%s waited %s by the journal, %s off what the phone says", v.from, i.connected[0].wait, apart)
		}
	}
}

// rung holds the rings at the phones against the offers: never more rings than offers, and each soon after its offer.
func (w *crowd) rung(records map[orchestrator.InteractionID]*record) {
	offers := map[string][]time.Time{} // by agent and caller
	for _, i := range records {
		for _, o := range i.offers {
			offers[o.agent+" "+i.from] = append(offers[o.agent+" "+i.from], o.at)
		}
	}
	for _, g := range w.rings {
		if g.fallback {
			continue
		}
		at, key := g.call.InvitedAt(), g.agent+" "+g.from
		n := slices.IndexFunc(offers[key], func(made time.Time) bool {
			return !at.Before(made.Add(-tolerance)) && at.Before(made.Add(tolerance+w.slow))
		})
		if n < 0 {
			w.fault("%s was rung for %s at %s without an offer", g.agent, g.from, stamp(g))
			continue
		}
		offers[key] = slices.Delete(offers[key], n, n+1)
	}
}
