package whole_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
)

// crowd are the people of a load: each has a fate of their own, drawn from the seed.
type crowd struct {
	*ledger
	c    *whole.Centre
	seed uint64
	slow time.Duration // how long the program may be away
	gaps []gap         // when it was away
}

// gap is a time without the program.
type gap struct{ from, to time.Time }

func (w *crowd) chance(who int) *rand.Rand { return rand.New(rand.NewPCG(w.seed, uint64(who))) }

// between is evenly spread.
func between(r *rand.Rand, low, high time.Duration) time.Duration {
	return low + time.Duration(r.Int64N(int64(high-low)))
}

// about is spread like the lengths of calls: mean, seldom much more.
func about(r *rand.Rand, mean time.Duration) time.Duration {
	return time.Duration(r.ExpFloat64() * float64(mean))
}

// pause waits, and says whether ctx still goes on.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// calls lets one caller call again and again until ctx ends; the last call may go on until last ends.
func (w *crowd) calls(ctx, last context.Context, n int) {
	r := w.chance(n)
	p, err := softphone.New(softphone.Config{Registrar: w.c.Switch.Trunk(), Tone: whole.CallerTone})
	if err != nil {
		w.fault("caller %d: %v", n, err)
		return
	}
	defer p.Close()
	for turn := 0; pause(ctx, about(r, 2*time.Second)); turn++ {
		from := fmt.Sprintf("138%03d%05d", n, turn) // each call has a number of its own
		v := w.visits.add(from)
		if v.call, err = p.DialFrom(ctx, softphone.Caller{User: from}, whole.Number); err != nil {
			w.visits.remove(from)
			continue
		}
		w.visit(last, v, r)
	}
}

// visit is one call, as its caller lives through it.
func (w *crowd) visit(ctx context.Context, v *visit, r *rand.Rand) {
	patience := about(r, 25*time.Second)
	if r.IntN(12) == 0 {
		patience = about(r, 100*time.Millisecond) // gives up before anything has begun
	}
	atRing := r.IntN(6) == 0 // gives up just when a phone rings, before, with or after its answer
	var ringing, talking <-chan time.Time
	giveUp := time.After(patience)
	for {
		select {
		case <-v.rings:
			if atRing && ringing == nil {
				ringing = time.After(between(r, 0, 2*time.Second))
			}
			continue
		case <-v.talks:
			if talking == nil {
				giveUp, ringing, talking = nil, nil, time.After(about(r, 5*time.Second))
			}
			continue
		case <-v.call.Ended():
			return
		case <-giveUp:
		case <-ringing:
		case <-talking:
		case <-ctx.Done():
		}
		w.hangup(v.call)
		return
	}
}

// hangup ends a call from one side; that the other side was quicker is no fault.
func (w *crowd) hangup(call *softphone.Call) {
	ctx, cancel := w.c.Ctx()
	defer cancel()
	if err := call.Hangup(ctx); err != nil {
		w.fault("%s: %v", call.ID(), err)
	}
}

// works lets one agent take calls and moods until ctx ends.
func (w *crowd) works(ctx context.Context, name string, n int, p *softphone.Phone) {
	var all sync.WaitGroup
	defer all.Wait()
	all.Go(func() { w.moods(ctx, name, w.chance(1000+n), p) })
	r := w.chance(2000 + n)
	for {
		call, err := p.WaitCall(ctx)
		if err != nil {
			return
		}
		fate := rand.New(rand.NewPCG(r.Uint64(), 0))
		all.Go(func() { w.takes(ctx, name, call, fate) })
	}
}

// takes is one call at an agent's phone.
func (w *crowd) takes(ctx context.Context, name string, call *softphone.Call, r *rand.Rand) {
	g := w.rang(name, call)
	refuse := func(status int) {
		g.leave()
		if err := call.Reject(status); err == nil {
			g.outcome = fmt.Sprint(status)
		}
	}
	answerAfter := between(r, 0, 2500*time.Millisecond)
	fate := r.IntN(100)
	if fate >= 8 { // some phones answer without ringing first
		_ = call.Ring() // The caller may have gone already.
	}
	switch {
	case fate < 68:
	case fate < 75:
		answerAfter = between(r, 4600*time.Millisecond, 5400*time.Millisecond) // with the end of the ringing
	case fate < 81:
		refuse(603)
		return
	case fate < 86:
		refuse(486)
		return
	case fate < 89:
		refuse(480)
		return
	case fate < 91:
		refuse(503)
		return
	default:
		answerAfter = time.Hour // nobody is at the phone
	}
	select {
	case <-time.After(answerAfter):
	case <-call.Ended():
		return
	case <-ctx.Done():
		refuse(480)
		return
	}
	g.outcome = outcomeCrossed // unless the answer arrives
	if call.Answer() != nil {
		return
	}
	w.talks(ctx, name, g, r)
}

// talks is a conversation from the agent's side, with what comes after it.
func (w *crowd) talks(ctx context.Context, name string, g *ring, r *rand.Rand) {
	g.outcome = outcomeAnswered
	g.visit.talk()
	length := 300*time.Millisecond + about(r, 3*time.Second)
	if !g.fallback && r.IntN(3) == 0 {
		listen, cancel := context.WithTimeout(ctx, 4*time.Second+w.slow)
		err := g.call.Hears(listen, whole.CallerTone)
		cancel()
		select {
		case <-g.call.Ended(): // it ended before
		default:
			if err != nil && ctx.Err() == nil {
				w.fault("%s answered %s and hears nothing: %v", name, g.from, err)
			}
			w.heard.Add(1)
		}
	}
	select {
	case <-time.After(length):
	case <-g.call.Ended():
	case <-ctx.Done():
	}
	g.leave()
	w.hangup(g.call)
	if r.IntN(2) == 0 && pause(ctx, between(r, 0, 1500*time.Millisecond)) {
		w.wrapsUp(ctx, name)
	}
}

// wrapsUp codes the call, unless the time for it has run out.
func (w *crowd) wrapsUp(ctx context.Context, name string) {
	err := w.c.API.Post(ctx, "/api/v1/agents/"+name+"/wrap-up", map[string]string{"disposition": "solved"}, nil)
	switch {
	case err == nil:
		w.coded.Add(1)
	case !strings.Contains(err.Error(), "409"):
		w.maybe.Add(1) // the program was away, before or after it had carried it out
	}
}

// moods lets an agent go away and come back, and pull the phone's plug.
func (w *crowd) moods(ctx context.Context, name string, r *rand.Rand, p *softphone.Phone) {
	for pause(ctx, between(r, 2*time.Second, 9*time.Second)) {
		switch mood := r.IntN(10); {
		case mood < 3:
			w.sets(ctx, name, "away")
		case mood < 4:
			w.sets(ctx, name, "signed_out")
		case mood < 6:
			w.moved.Add(1)
			if err := p.Unregister(ctx); err != nil && ctx.Err() == nil {
				w.fault("%v", err)
			}
			pause(ctx, between(r, 500*time.Millisecond, 3*time.Second))
			if err := p.Register(ctx); err != nil && ctx.Err() == nil {
				w.fault("%v", err)
			}
		}
		pause(ctx, between(r, 0, 2*time.Second))
		w.sets(ctx, name, "available") // ends "not responding" too
	}
}

// sets chooses a status, again and again while the program is away.
func (w *crowd) sets(ctx context.Context, name, status string) {
	limit, cancel := context.WithTimeout(ctx, 5*time.Second+w.slow)
	defer cancel()
	for {
		err := w.c.API.Put(limit, "/api/v1/agents/"+name+"/status", map[string]string{"status": status}, nil)
		if err == nil {
			w.moved.Add(1)
			return
		}
		if !pause(limit, 100*time.Millisecond) {
			if ctx.Err() == nil {
				w.fault("%s could not become %s: %v", name, status, err)
			}
			return
		}
	}
}
