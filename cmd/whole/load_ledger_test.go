package whole_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"tandem/adapters/softphone"
)

// crossing is how long two messages may cross on the wire: a ring that ends and the next that begins.
const crossing = time.Second

// ledger is what the phones lived through, written down without asking Tandem.
type ledger struct {
	visits visits
	heard  atomic.Int64 // conversations in which the agent was asked whether the caller is heard
	coded  atomic.Int64 // wrap-ups over the API that were carried out
	maybe  atomic.Int64 // wrap-ups of which nobody knows
	moved  atomic.Int64 // status changes, registrations

	mu     sync.Mutex // guards what follows
	rings  []*ring
	faults []string
}

// visit is one call of a caller.
type visit struct {
	from  string
	call  *softphone.Call
	rings chan struct{} // a phone rings for it
	talks chan struct{} // an agent has answered
}

// talk tells the caller that an agent has answered.
func (v *visit) talk() {
	if v != nil {
		signal(v.talks)
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it knows already
	}
}

// visits finds them by the caller's number.
type visits struct {
	mu   sync.Mutex
	list map[string]*visit
}

func (s *visits) add(from string) *visit {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := &visit{from: from, rings: make(chan struct{}, 1), talks: make(chan struct{}, 1)}
	s.list[from] = v
	return v
}

func (s *visits) remove(from string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.list, from)
}

func (s *visits) find(from string) *visit {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list[from]
}

// What an agent did of the caller's call.
const (
	outcomeAnswered = "answered"
	outcomeCrossed  = "answered too late" // the answer met the end of the ringing: Tandem may have seen either first
)

// ring is one call at an agent's phone.
type ring struct {
	agent, from string
	call        *softphone.Call
	visit       *visit
	fallback    bool   // the switch's own queue rang it, not Tandem
	outcome     string // the agent's own doing: one of those above, or the status of a refusal; "" for nothing

	mu   sync.Mutex
	left time.Time // when the agent began to end it; zero: never
}

// leave notes that the agent ends the call from here on.
func (g *ring) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.call.Ended(): // the other side was quicker
	default:
		if g.left.IsZero() {
			g.left = time.Now()
		}
	}
}

// byAgent says whether the agent ended it.
func (g *ring) byAgent() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.left.IsZero()
}

func (g *ring) over() bool {
	select {
	case <-g.call.Ended():
		return true
	default:
		return g.byAgent()
	}
}

// rang notes an INVITE at an agent's phone, and looks at once whether that agent or that caller is in another call.
func (l *ledger) rang(agent string, call *softphone.Call) *ring {
	g := &ring{agent: agent, from: call.From(), call: call, visit: l.visits.find(call.From())}
	g.fallback = !strings.Contains(call.DisplayName(), "(Support)")
	if g.visit == nil {
		l.fault("%s is rung for %q, who never called", agent, g.from)
	} else {
		signal(g.visit.rings)
	}
	l.mu.Lock()
	others := append([]*ring(nil), l.rings...)
	l.rings = append(l.rings, g)
	l.mu.Unlock()
	for _, o := range others {
		switch {
		case o.over() || o.agent != agent && o.from != g.from:
		case o.fallback != g.fallback: // two systems that do not know of each other
		default:
			go l.crossed(o, g)
		}
	}
	return g
}

// crossed faults two calls that should not be at the same time, unless one ends before the wire explains it.
func (l *ledger) crossed(old, young *ring) {
	limit := time.NewTimer(crossing)
	defer limit.Stop()
	select {
	case <-old.call.Ended():
	case <-young.call.Ended():
	case <-limit.C:
		if old.agent == young.agent {
			l.fault("%s has two calls: %s since %s and %s since %s", old.agent, old.from, stamp(old), young.from, stamp(young))
		} else {
			l.fault("%s has two agents: %s since %s and %s since %s", old.from, old.agent, stamp(old), young.agent, stamp(young))
		}
	}
}

func stamp(g *ring) string { return g.call.InvitedAt().Format("15:04:05.000") }

func (l *ledger) fault(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = append(l.faults, time.Now().Format("15:04:05.000 ")+fmt.Sprintf(format, args...))
}

// of lists the rings for one caller.
func (l *ledger) of(from string) []*ring {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []*ring
	for _, g := range l.rings {
		if g.from == from {
			out = append(out, g)
		}
	}
	return out
}
