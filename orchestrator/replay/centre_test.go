package replay_test

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/media"
)

// centre is a real floor with callers, phones and people around it, so that there is a journal to read.
type centre struct {
	t       *testing.T
	r       *rand.Rand
	floor   *floor.Floor
	now     time.Time
	agenda  agenda
	n       int
	journal []fact.Entry
	// what goes wrong, as one in so many; 0 is never
	noAnswer, rejected, lost int
	patience                 time.Duration
	steps                    []fact.Step
}

type appointment struct {
	at time.Time
	n  int
	do func()
}
type agenda []appointment

func (q agenda) Len() int { return len(q) }
func (q agenda) Less(i, j int) bool {
	return q[i].at.Before(q[j].at) || q[i].at.Equal(q[j].at) && q[i].n < q[j].n
}
func (q agenda) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *agenda) Push(x any)   { *q = append(*q, x.(appointment)) }
func (q *agenda) Pop() any     { o := *q; x := o[len(o)-1]; *q = o[:len(o)-1]; return x }

var midnight = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func newCentre(t *testing.T, seed uint64) *centre {
	c := &centre{t: t, r: rand.New(rand.NewPCG(seed, 1)), floor: floor.New(floor.Defaults("t")), now: midnight, patience: 2 * time.Minute,
		steps: []fact.Step{{For: 20 * time.Second}, {Also: []orchestrator.QueueID{"service"}, Ahead: 30 * time.Second}}}
	c.step(media.Event{Kind: media.Up, Text: "boot"})
	return c
}

func (c *centre) after(d time.Duration, do func()) {
	c.n++
	heap.Push(&c.agenda, appointment{c.now.Add(d).Truncate(time.Microsecond), c.n, do})
}

func (c *centre) about(mean time.Duration) time.Duration {
	return time.Duration(c.r.ExpFloat64()*float64(mean)) + time.Millisecond
}

func (c *centre) in(n int) bool { return n > 0 && c.r.IntN(n) == 0 }

// step lets the floor hear something, and the phones and people do what follows.
func (c *centre) step(in floor.Input) {
	c.t.Helper()
	if ev, ok := in.(media.Event); ok {
		ev.Switch, ev.At = "s", c.now
		in = ev
	}
	facts, err := c.floor.Step(in, c.now)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, e := range facts {
		c.journal = append(c.journal, e)
		c.follow(e)
	}
	c.floor.TakeTouched()
}

func (c *centre) follow(e fact.Entry) {
	gone := func(after time.Duration, leg media.LegID, why media.Cause) {
		c.after(after, func() { c.step(media.Event{Kind: media.Gone, Leg: leg, Why: why}) })
	}
	switch x := e.Fact.(type) {
	case fact.OfferMade:
		switch {
		case x.Leg == "":
			c.written(x.Offer)
		case c.in(c.noAnswer):
			gone(20*time.Second, x.Leg, media.CauseNoAnswer)
			c.after(2*time.Minute, func() {
				c.step(floor.Command{Do: floor.SetStatus{Agent: x.Agent, Status: orchestrator.Available}})
			})
		case c.in(c.rejected):
			gone(c.about(3*time.Second), x.Leg, media.CauseRejected)
		default:
			c.after(c.about(4*time.Second), func() { c.step(media.Event{Kind: media.Answered, Leg: x.Leg}) })
		}
	case fact.OfferConnected:
		if leg := c.floor.Offers[x.Offer].Leg; leg != "" {
			why := media.CauseHangup
			if c.in(c.lost) {
				why = media.CauseLost
			}
			gone(c.about(3*time.Minute), leg, why)
		}
	case fact.TalkEnded:
		if o := c.floor.Offers[x.Offer]; o == nil || o.Leg == "" {
			return
		}
		if x.Why != media.CauseLost { // else they are in line again
			gone(time.Second, c.floor.Interactions[e.About].Leg, media.CauseHangup)
		}
		c.after(c.about(15*time.Second), func() {
			if o := c.floor.Offers[x.Offer]; o != nil && o.State == orchestrator.OfferWrapping {
				c.step(floor.Command{Do: floor.WrapUp{Agent: x.Agent, Disposition: "solved"}})
			}
		})
	case fact.OfferEnded:
		if o := c.floor.Offers[x.Offer]; o != nil {
			gone(30*time.Millisecond, o.Leg, media.CauseHangup)
		}
	}
}

// people are defined and come at hours of their own, with a pause.
func (c *centre) people(n int, queues ...orchestrator.QueueID) {
	for i := range n {
		id := orchestrator.AgentID(fmt.Sprintf("%s%d", queues[0], i+1))
		c.step(floor.Command{Do: floor.DefineAgent{Agent: id, Endpoint: string(id), Queues: queues, Who: fact.Person{Name: string(id)}}})
		c.step(media.Event{Kind: media.Phone, Text: string(id), Why: media.PhoneRegistered})
		set := func(after time.Duration, s orchestrator.Status) {
			c.after(after, func() { c.step(floor.Command{Do: floor.SetStatus{Agent: id, Status: s}}) })
		}
		come := 7*time.Hour + c.about(20*time.Minute)
		set(come, orchestrator.Available)
		lunch := come + 3*time.Hour + c.about(time.Hour)
		set(lunch, orchestrator.Away)
		set(lunch+30*time.Minute, orchestrator.Available)
		set(come+9*time.Hour, orchestrator.SignedOut)
	}
}

// callers come from 8 to 16 h, so many.
func (c *centre) callers(n int, number string) {
	for i := range n {
		leg := media.LegID(fmt.Sprintf("c%s-%d", number, i))
		c.after(8*time.Hour+time.Duration(c.r.Int64N(int64(8*time.Hour))), func() {
			c.step(media.Event{Kind: media.Arrived, Legs: []media.Leg{{ID: leg, From: fmt.Sprint(5550100 + i%40), To: number, Born: c.now}}})
			c.after(c.about(c.patience), func() {
				for _, i := range c.floor.Interactions {
					if i.Leg == leg && (i.State == orchestrator.ItemQueued || i.State == orchestrator.ItemOffered) {
						c.step(media.Event{Kind: media.Gone, Leg: leg, Why: media.CauseHangup})
						return
					}
				}
			})
		})
	}
}

// live goes on until nothing more happens.
func (c *centre) live() {
	for {
		due := c.floor.Deadline()
		switch {
		case len(c.agenda) > 0 && (due.IsZero() || !due.Before(c.agenda[0].at)):
			next := heap.Pop(&c.agenda).(appointment)
			c.now = next.at
			next.do()
		case !due.IsZero():
			c.now = due
			c.step(floor.Tick{})
		default:
			return
		}
	}
}

// workday is a day of two queues that help each other after twenty seconds.
func workday(t *testing.T, seed uint64, change func(*centre)) []fact.Entry {
	c := newCentre(t, seed)
	change(c)
	c.open()
	c.people(5, "sales")
	c.people(4, "service", "sales")
	c.callers(500, "7000")
	c.callers(350, "7001")
	c.live()
	return c.journal
}

// open defines the two queues.
func (c *centre) open() {
	for i, q := range []orchestrator.QueueID{"sales", "service"} {
		c.step(floor.Command{Do: floor.DefineQueue{
			Queue: q, Name: string(q), Number: fmt.Sprint(7000 + i), Music: "default", RingFor: 25 * time.Second, WrapUp: 40 * time.Second,
		}})
	}
	c.step(floor.Command{Do: floor.RouteQueue{Queue: "sales", Priority: 1, Steps: c.steps}})
}
