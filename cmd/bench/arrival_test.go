package bench_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tandem/adapters/softphone"
	"tandem/cmd/bench"
	"tandem/cmd/whole"
)

// TestArrival is P3: a call arrives while agents are idle; how long until a phone rings? Here nobody polls, and there is nothing
// to gain: app_queue is asked in the dialplan itself, we over a network and with a line in the journal. Two opponents:
// app_queue as it is written everywhere, behind Answer(), which waits for the caller's first audio; and bare.
func TestArrival(t *testing.T) {
	if whole.OnFreeSWITCH() {
		t.Skip("*** SKIPPED: P3 is measured on Asterisk only ***")
	}
	m := newMatch(t, *agents, 1, true)
	arrived := make(chan *softphone.Call)
	for _, p := range m.agents {
		go func() { // ends with the test
			for {
				call, err := p.WaitCall(t.Context())
				if err != nil {
					return
				}
				select {
				case arrived <- call:
				case <-t.Context().Done():
				}
			}
		}()
	}
	m.arrivals("P3", appQueue, "behind Answer()", arrived)
	m.arrivals("P3 bare", bareQueue, "without Answer()", arrived)
}

// arrivals plays the rounds against one opponent.
func (m *match) arrivals(name string, theirs system, how string, arrived <-chan *softphone.Call) {
	m.Helper()
	rounds, calls := 2, 5
	if *full {
		rounds, calls = 5, 25
	}
	var sums [2][]bench.Summary
	var n [2]int
	var pings []time.Duration
	since := readClock()
	for i, s := range turns(rounds, theirs) {
		m.enter(s)
		r := chance(i/2, 0)
		var samples []time.Duration
		ctx, cancel := context.WithCancel(m.Context())
		pinged := make(chan []time.Duration, 1)
		go func() { pinged <- m.pings(ctx) }()
		for range calls {
			samples = append(samples, m.arrival(s, arrived, time.Duration(150+r.IntN(200))*time.Millisecond))
		}
		cancel()
		pings = append(pings, <-pinged...)
		m.leave()
		who := 1
		if s.ours {
			who = 0
		}
		sum := bench.Summarise(samples)
		sums[who], n[who] = append(sums[who], sum), n[who]+len(samples)-len(samples)/10
		fmt.Printf("  round %d  %-10s p50 %8.2f  p99 %8.2f  mean %8.2f  n %4d  load %s\n", i/2+1, s.name, sum.P50, sum.P99, sum.Mean, len(samples), loadAverage())
	}
	result := bench.Result{
		Ours: bench.Over(sums[0]), Theirs: bench.Over(sums[1]), Unit: "ms", N: n, Rounds: rounds, Machine: machine(since, pings),
		Settings: fmt.Sprintf("%d idle agents, one caller after the other, seed %d, audio for both; Tandem: journal with fsync; %s, %s", *agents, *seed, theirSettings, how),
	}
	result.Ratio, result.Means = result.Theirs.P50/result.Ours.P50, result.Theirs.Mean/result.Ours.Mean
	report(m.T, name, "arrival → INVITE at an idle agent, app_queue "+how, theirs, result)
	aim("p99 in ms", result.Ours.P99, 30)
	aim("our p50 against app_queue's", result.Ours.P50/result.Theirs.P50, 1.3)
	if result.Ours.P50 > 1000 {
		m.Errorf("a call needs %.0f ms to reach an idle agent", result.Ours.P50)
	}
}

// arrival is one call; after it everybody rests for a while, so that all agents are idle when the next comes.
func (m *match) arrival(s system, arrived <-chan *softphone.Call, rest time.Duration) time.Duration {
	m.Helper()
	ctx, cancel := m.c.Ctx()
	defer cancel()
	call, err := m.callers[0].Dial(ctx, s.number)
	if err != nil {
		m.Fatal(err)
	}
	var offer *softphone.Call
	select {
	case offer = <-arrived:
	case <-ctx.Done():
		m.Fatalf("%s: no phone rang", s.name)
	}
	if err := offer.Answer(); err != nil {
		m.Fatal(err)
	}
	if err := call.WaitAnswered(ctx); err != nil {
		m.Fatal(err)
	}
	if err := offer.Hangup(ctx); err != nil {
		m.Fatal(err)
	}
	if _, err := call.WaitEnded(ctx); err != nil {
		m.Fatal(err)
	}
	<-time.After(rest)
	return offer.InvitedAt().Sub(call.InvitedAt())
}
