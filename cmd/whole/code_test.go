package whole_test

import (
	"testing"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
)

// TestFeatureCodes: an agent's own phone signs in, pauses and signs out; it is told so, and nothing of it is a customer's call. No
// call is offered to a phone in a call of its own, to us or not.
func TestFeatureCodes(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann", "bob"}})
	ann := c.Phone("ann")
	is := func(status string) {
		t.Helper()
		c.Until("ann is "+status, func() bool { return c.Agent("ann").Status == status })
	}
	dials := func(p *softphone.Phone, code string) *softphone.Call {
		t.Helper()
		ctx, stop := c.Ctx()
		defer stop()
		call, err := p.Dial(ctx, code)
		c.Must(err)
		c.Must(call.WaitAnswered(ctx))
		c.Must(call.HearsAudio(ctx))
		return call
	}
	c.Tell("a waiting caller is not offered while her phone is told", func(t *testing.T) {
		caller := c.Dial("12600000001")
		c.Waiting("12600000001")
		call := dials(ann, "*45")
		is("available")
		n := ann.Invites()
		select {
		case <-call.Ended(): // before we came to look
		default:
			if n > 0 {
				t.Errorf("her phone in a call was called %d times", n)
			}
		}
		c.Ends(call)
		offer := c.Rings(ann)
		c.Talk(offer, caller)
		c.HangsUp(caller)
		c.Ends(offer)
	})
	c.Tell("a pause and its end", func(t *testing.T) {
		c.Ends(dials(ann, "*46"))
		is("away")
		c.Ends(dials(ann, "*56"))
		is("available")
	})
	c.Tell("Tandem dies while the phone is told", func(t *testing.T) {
		call := dials(ann, "*55")
		c.Kill()
		c.Restart()
		is("signed_out")
		c.Ends(call)
	})
	c.Tell("not signed in", func(t *testing.T) {
		c.Ends(dials(ann, "*46"))
		is("signed_out")
	})
	c.Tell("a stranger who says to be ann", func(t *testing.T) {
		ctx, stop := c.Ctx()
		defer stop()
		call, err := c.Stranger("12600000002").DialFrom(ctx, softphone.Caller{User: "ann"}, "*45")
		c.Must(err)
		if end := c.Ends(call); !call.AnsweredAt().IsZero() {
			t.Errorf("the code is answered: %s", end)
		}
		is("signed_out")
	})
	c.Tell("her own call to the queue goes to bob", func(t *testing.T) {
		bob := c.Works("bob")
		c.Ends(dials(ann, "*45"))
		is("available")
		ctx, stop := c.Ctx()
		defer stop()
		own, err := ann.Dial(ctx, "7000")
		c.Must(err)
		offer := c.Rings(bob)
		c.Must(offer.Answer())
		c.Must(own.Hears(ctx, whole.AgentTone))
		if ann.Invites() > 1 {
			t.Error("her phone was called while she called")
		}
		c.HangsUp(own)
		c.Ends(offer)
	})
	c.AtRest()
	if n := len(c.Interactions()); n != 2 {
		t.Errorf("there are %d interactions", n)
	}
	c.Verify()
}
