package postgres_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/insight"
)

// TestFiguresAgree makes random days, also in orders that no floor writes, and computes each figure by the fold and by SQL.
func TestFiguresAgree(t *testing.T) {
	db := open(t)
	j := db.Journal()
	if _, err := j.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	terms := []insight.Terms{insight.Defaults(), {Target: 30 * time.Second, Short: time.Second},
		{Interval: 15 * time.Minute, Target: 10 * time.Second, Short: 10 * time.Second}, {Interval: 7 * time.Minute}}
	var entries []fact.Entry
	known := map[orchestrator.InteractionID]bool{}
	for day := range 12 {
		r := rand.New(rand.NewPCG(uint64(day), 7))
		var turn []fact.Entry
		for range 250 {
			seq := int64(len(entries)+len(turn)) + 1
			about := orchestrator.InteractionID(fmt.Sprintf("i%d", r.IntN(60)+day*40))
			if n := len(turn); !known[about] && r.IntN(4) == 0 { // a promised call
				since := noon.Add(time.Duration(seq) * time.Minute)
				turn = append(turn, fact.Entry{Seq: seq, About: about, Fact: fact.InteractionOpened{Channel: orchestrator.ChannelCallback, Queue: "help"}},
					fact.Entry{Seq: seq + 1, About: about, Fact: fact.CallbackRequested{Since: since}})
				turn[n].At, turn[n+1].At = noon.Add(time.Duration(seq)*time.Second), noon.Add(time.Duration(seq+1)*time.Second)
				seq += 2
			}
			known[about] = true
			turn = append(turn, fact.Entry{Seq: seq, At: noon.Add(time.Duration(seq) * time.Second), About: about, Fact: anyFact(r, noon, seq)})
		}
		if err := j.Append(t.Context(), turn); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, turn...)
		for _, term := range terms {
			fold := insight.NewFold(term)
			for _, e := range entries {
				fold.Add(e)
			}
			bySQL, err := db.Figures(t.Context(), term)
			if err != nil {
				t.Fatal(err)
			}
			byFold := fold.Figures()
			if !maps.Equal(byFold, bySQL) {
				t.Fatalf("day %d, %+v: the fold says\n%+v\nand SQL\n%+v", day, term, byFold, bySQL)
			}
			ratings, err := db.Ratings(t.Context(), term)
			if err != nil || !maps.Equal(fold.Ratings(), ratings) || len(ratings) == 0 {
				t.Fatalf("day %d, %+v: the fold says\n%+v\nand SQL\n%+v, %v", day, term, fold.Ratings(), ratings, err)
			}
			if total := insight.Total(byFold, false)[insight.Key{}]; total.Offered() == 0 || total.Handled == 0 || total.NoAnswers == 0 || day == 11 && (total.Converted == 0 || total.CallbacksConnected == 0) {
				t.Fatalf("the day proves nothing: %+v", total)
			}
		}
	}
}

func anyFact(r *rand.Rand, noon time.Time, seq int64) fact.Fact {
	wait := time.Duration(r.IntN(60_000)) * time.Millisecond
	if r.IntN(4) == 0 {
		wait = []time.Duration{0, time.Second, 5 * time.Second, 20 * time.Second}[r.IntN(4)] // the edges
	}
	queue := orchestrator.QueueID([]string{"sales", "help"}[r.IntN(2)])
	agent := orchestrator.AgentID([]string{"", "ann", "bob"}[r.IntN(3)])
	switch r.IntN(9) {
	case 0, 1:
		from := []orchestrator.QueueID{"", "", "help"}[r.IntN(3)]
		return fact.ItemQueued{Queue: queue, Since: noon.Add(time.Duration(seq)*time.Second - wait), From: from}
	case 2:
		return fact.OfferMade{Queue: queue}
	case 3:
		return fact.OfferEnded{State: []orchestrator.OfferState{orchestrator.OfferNoAnswer, orchestrator.OfferRejected}[r.IntN(2)]}
	case 4:
		return fact.OfferConnected{Wait: wait}
	case 5:
		return []fact.Fact{fact.TalkEnded{Talk: wait}, fact.WrapUpEnded{Wrap: wait}}[r.IntN(2)]
	case 8:
		return fact.QueueLeft{Queue: queue, Wait: wait}
	case 6:
		return []fact.Fact{
			fact.SurveyAsked{Queue: queue, Agent: agent}, fact.SurveyInvited{Queue: queue, Agent: agent}, fact.SurveyAsked{},
			fact.SurveyAnswered{Queue: queue, Agent: agent, Score: 1 + r.IntN(5), Via: fact.ViaKey},
		}[r.IntN(4)]
	default:
		states := []orchestrator.ItemState{orchestrator.ItemDone, orchestrator.ItemAbandoned, orchestrator.ItemFlowedOut, orchestrator.ItemConverted, orchestrator.ItemCanceled, orchestrator.ItemExpired}
		return fact.ItemEnded{State: states[r.IntN(len(states))], Wait: wait}
	}
}
