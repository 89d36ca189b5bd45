package whole_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
)

// promise is one callback that was booked over the API.
type promise struct {
	c  *whole.Centre
	id string
}

func promises(c *whole.Centre, number string) promise {
	c.T.Helper()
	ctx, stop := c.Ctx()
	defer stop()
	var made promised
	c.Must(c.API.Post(ctx, "/api/v1/callbacks", map[string]string{"queue": "support", "number": number}, &made))
	return promise{c, made.ID}
}

func (p promise) now() promised { return whole.Get[promised](p.c, "/api/v1/callbacks/"+p.id) }

func (p promise) is(state string) {
	p.c.T.Helper()
	p.c.Until("the callback is "+state, func() bool { return p.now().State == state })
}

// isTold waits until agents have answered so many times.
func (p promise) isTold(times int) {
	p.c.T.Helper()
	p.c.Until("the agent is told who is called", func() bool { return p.c.Count(p.id, "offer_accepted") == times })
}

// talks lets agent and customer hear each other, and the agent hang up.
func (p promise) talks(offer *softphone.Call) {
	p.c.T.Helper()
	ctx, stop := p.c.Ctx()
	defer stop()
	p.is("connected")
	p.c.Must(offer.Hears(ctx, whole.CallerTone))
	p.c.HangsUp(offer)
	p.over("done")
}

// over waits for the end, after which nothing hangs; each call of the customer is accounted for.
func (p promise) over(state string) {
	p.c.T.Helper()
	p.is(state)
	p.c.AtRest()
	if made, n := p.now(), p.c.Count(p.id, "customer_dialled"); made.Attempts != n || len(made.Tries) != n {
		p.c.T.Errorf("%d calls of the customer are told as %d attempts, %+v", n, made.Attempts, made.Tries)
	}
	if p.c.Agent("ann").NotResponding {
		p.c.T.Error("the agent is blamed")
	}
}

// TestCallbacksOutliveTheSwitch: FreeSWITCH dies, or the line to it is lost, in each phase of a callback. It is made all the same, and
// nobody hangs in it.
func TestCallbacksOutliveTheSwitch(t *testing.T) {
	c, absences := startOnCable(t, whole.Config{Agents: []string{"ann"}, Patience: time.Minute, Variables: []string{
		"TANDEM_DIAL_TRUNK=robots", "TANDEM_DIAL_ALLOWED=900", "TANDEM_DIAL_SHOWN=7000", "TANDEM_DIAL_RETRY=1s,1s,1s", "TANDEM_DIAL_PER_NUMBER=100",
	}})
	for _, g := range absences {
		c.Tell(g.name+" while it is due", func(*testing.T) {
			p := promises(c, "9001")
			p.is("due")
			g.happens()
			offer := c.Rings(c.Works("ann"))
			c.Must(offer.Answer())
			p.talks(offer)
		})
		c.Tell(g.name+" while the agent's phone rings", func(t *testing.T) {
			ann := c.Works("ann")
			p := promises(c, "9001")
			offer := c.Rings(ann)
			p.is("reserved")
			g.happens(ann)
			offer = g.again(ann, offer)
			c.Must(offer.Answer())
			p.talks(offer)
			if n := p.now().Attempts; n != 1 {
				t.Errorf("the customer was called %d times", n)
			}
		})
		c.Tell(g.name+" while the agent is told", func(*testing.T) {
			ann := c.Works("ann")
			p := promises(c, "9001")
			offer := c.Rings(ann)
			c.Must(offer.Answer())
			p.isTold(1)
			g.happens(ann)
			if g.fatal() {
				offer = c.Rings(ann)
				c.Must(offer.Answer())
			}
			p.talks(offer)
		})
		c.Tell(g.name+" while the customer's phone rings", func(t *testing.T) { whileTheCustomerIsCalled(t, g) })
		c.Tell(g.name+" while they talk", func(*testing.T) {
			ann := c.Works("ann")
			p := promises(c, "9001")
			offer := c.Rings(ann)
			c.Must(offer.Answer())
			p.is("connected")
			g.happens(ann)
			if g.fatal() {
				p.over("done")
				return
			}
			p.talks(offer)
		})
	}
	c.Verify()
}

// whileTheCustomerIsCalled: what nobody knows the end of is an attempt that is lost, and there is another one.
func whileTheCustomerIsCalled(t *testing.T, g absence) {
	c := g.c
	ann := c.Works("ann")
	p := promises(c, "9003") // who never answers
	offer := c.Rings(ann)
	c.Must(offer.Answer())
	// One that is written and not yet said would be lost with the line, too.
	c.Until("the customer's phone rings", func() bool {
		return slices.ContainsFunc(c.Channels(), func(leg whole.Channel) bool { return strings.EqualFold(leg.State, "ringing") })
	})
	g.happens(ann)
	if g.fatal() {
		c.Must(c.Rings(ann).Answer())
		p.isTold(2)
	}
	p.is("dialling")
	ctx, stop := c.Ctx()
	defer stop()
	c.Must(c.API.Delete(ctx, "/api/v1/callbacks/"+p.id))
	p.over("canceled")
	if tries := p.now().Tries; g.fatal() && (len(tries) != 2 || tries[0].Outcome != "lost") || !g.fatal() && len(tries) != 1 {
		t.Errorf("the attempts are %+v", tries)
	}
}
