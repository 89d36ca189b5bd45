package bench_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"tandem/adapters/softphone"
	"tandem/cmd/bench"
	"tandem/cmd/whole"
)

// system is one of the two that distribute calls.
type system struct {
	name, number string
	ours         bool
}

var (
	tandem   = system{"Tandem", whole.Number, true}
	appQueue = system{"app_queue", "7900", false}
	// bareQueue begins at once: the caller is answered by the agent, and hears music as early media.
	bareQueue  = system{"app_queue", "7901", false}
	callcenter = system{"callcenter", "7900", false}
)

const theirSettings = "app_queue: autofill=yes retry=1 ringinuse=no strategy=leastrecent wrapuptime=0, no announcements"

// match is the field that both play on.
type match struct {
	*testing.T
	c       *whole.Centre
	names   []string
	agents  []*softphone.Phone
	callers []*softphone.Phone
}

// newMatch starts a centre with the switch's own queue beside Tandem's, and all the phones.
func newMatch(t *testing.T, agents, callers int, audio bool) *match {
	t.Helper()
	m := &match{T: t}
	for i := range agents {
		m.names = append(m.names, fmt.Sprintf("agent%d", i+1))
	}
	m.c = whole.Start(t, whole.Config{Agents: m.names, Bench: true})
	ctx, cancel := m.c.Ctx()
	defer cancel()
	for _, name := range m.names {
		p := m.open(softphone.Config{User: name, Password: m.c.Switch.AccountPassword(name), Registrar: m.c.Switch.Phones(), NoRTP: !audio})
		if err := p.Register(ctx); err != nil {
			t.Fatal(err)
		}
		m.agents = append(m.agents, p)
	}
	for i := range callers {
		m.callers = append(m.callers, m.open(softphone.Config{User: fmt.Sprintf("1380000%04d", i), Registrar: m.c.Switch.Trunk(), NoRTP: !audio}))
	}
	return m
}

func (m *match) open(cfg softphone.Config) *softphone.Phone {
	m.Helper()
	p, err := softphone.New(cfg)
	if err != nil {
		m.Fatal(err)
	}
	m.Cleanup(p.Close)
	return p
}

// turns is the order of play: A B B A A B B A …, rounds of each.
func turns(rounds int, theirs system) []system {
	var order []system
	for i := range rounds {
		if i%2 == 0 {
			order = append(order, tandem, theirs)
		} else {
			order = append(order, theirs, tandem)
		}
	}
	return order
}

// enter makes a system ready for a round: the field is empty, and only Tandem's round has Tandem.
func (m *match) enter(s system) {
	m.Helper()
	if s.ours && m.away() {
		m.c.Restart()
	}
	if s.ours {
		m.c.Available(m.names...)
		m.c.Until("all agents free", func() bool {
			for _, a := range whole.List[agentView](m.c, "/api/v1/agents") {
				if a.Status != "available" || a.Phone.Health != "registered" || a.Work != nil {
					return false
				}
			}
			return true
		})
	} else if !m.away() {
		if err := m.c.Tandem.Stop(); err != nil {
			m.Fatal(err)
		}
	}
}

// leave waits until no call is left. What still rings is refused: mod_callcenter lets a phone ring on for a caller who is gone.
func (m *match) leave() {
	m.Helper()
	m.c.Until("an empty switch", func() bool {
		for _, p := range m.agents {
			for len(p.Incoming()) > 0 {
				_ = (<-p.Incoming()).Reject(480) // or it has ended
			}
		}
		return len(m.c.Channels()) == 0 && len(m.c.Bridges()) == 0
	})
}

func (m *match) away() bool {
	select {
	case <-m.c.Tandem.Done():
		return true
	default:
		return false
	}
}

// agentView is what the API tells of an agent.
type agentView struct {
	Status string
	Phone  struct{ Health string }
	Work   *struct{ State string }
}

// chance gives each player of a round the same luck under both systems.
func chance(round, player int) *rand.Rand {
	return rand.New(rand.NewPCG(*seed, uint64(round)<<16|uint64(player)))
}

// talkTime is random with the mean of -talk: a fifth of it at least.
func talkTime(r *rand.Rand) time.Duration {
	return *talk/5 + time.Duration(r.ExpFloat64()*float64(*talk)*4/5)
}

// aim prints whether a target is met. Missing one is no failure of the bench: figures of a busy machine miss them.
func aim(what string, have, most float64) {
	met := "met"
	if have > most {
		met = "MISSED"
	}
	fmt.Printf("  target     %s ≤ %.4g: %s (%.2f)\n", what, most, met, have)
}

// report prints the table of a result and keeps it.
func report(t *testing.T, name, what string, theirs system, r bench.Result) {
	t.Helper()
	line := func(who string, s bench.Spread, n int) string {
		return fmt.Sprintf("  %-10s p50 %7.2f (%.2f–%.2f)   p99 %7.2f (%.2f–%.2f)   mean %7.2f (%.2f–%.2f)   max %7.2f   n %d\n",
			who, s.P50, s.Low.P50, s.High.P50, s.P99, s.Low.P99, s.High.P99, s.Mean, s.Low.Mean, s.High.Mean, s.Max, n)
	}
	path, err := bench.Save(name, r)
	if err != nil {
		t.Error(err)
	}
	fmt.Printf("\n%s %s, ms: median over %d rounds (range)\n%s%s  ratio      %.1f × by p50, %.1f × by mean\n", name, what, r.Rounds,
		line(tandem.name, r.Ours, r.N[0]), line(theirs.name, r.Theirs, r.N[1]), r.Ratio, r.Means)
	if r.CPU != (bench.CPU{}) {
		fmt.Printf("  CPU a call Tandem %.1f ms and the switch %.1f ms; under %s the switch %.1f ms\n", r.CPU.Tandem, r.CPU.SwitchOurs, theirs.name, r.CPU.SwitchTheirs)
	}
	fmt.Printf("  %s\n  %s\n  in %s\n", r.Settings, describe(r.Machine), path)
}
