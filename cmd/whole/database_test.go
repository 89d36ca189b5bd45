package whole_test

import (
	"testing"
	"time"

	"tandem/adapters/lab"
	"tandem/adapters/lab/labtest"
	"tandem/cmd/whole"
)

// TestTheDatabaseRestarts: F38. Calls wait, ring and talk, and new ones come, while the database goes and comes back.
func TestTheDatabaseRestarts(t *testing.T) {
	beside(t)
	for n, way := range []struct {
		name string
		stop func(*lab.Postgres) error
	}{{"fast", (*lab.Postgres).Stop}, {"immediate", (*lab.Postgres).StopImmediate}} {
		t.Run(way.name, func(t *testing.T) {
			beside(t)
			server := labtest.PostgresServer(t)
			c := whole.Start(t, whole.Config{DSN: server.DSN})
			number := func(k int) string { return "1260000000" + string(rune('0'+k+5*n)) }
			ann := c.Works("ann")
			talking := c.Dial(number(0))
			talk := c.Rings(ann)
			c.Talk(talk, talking)
			bob := c.Works("bob")
			ringing := c.Dial(number(1))
			offer := c.Rings(bob)
			waiting := c.Dial(number(2))
			since := c.Waiting(number(2)).Queued

			c.Must(way.stop(server))
			late := c.Dial(number(3))
			c.HearEachOther(talk, talking)
			c.HearsMusic(waiting)
			c.Must(offer.Answer()) // nobody can decide what follows; the caller waits on
			ctx, cancel := c.Ctx()
			defer cancel()
			c.Must(server.Start(ctx))
			back := time.Now()
			c.HearEachOther(offer, ringing)
			if took := time.Since(back); took > 10*time.Second {
				t.Errorf("an answer was joined %s after the database was back", took)
			}
			c.Until("Tandem is ready", func() bool { return decides(c) })
			if i := c.Waiting(number(2)); !i.Queued.Equal(since) {
				t.Errorf("in line since %s, before %s", i.Queued, since)
			}
			c.Waiting(number(3))
			c.HangsUp(talk)
			freed := time.Now()
			third := c.Rings(ann)
			if took := time.Since(freed); took > 10*time.Second || third.From() != number(2) {
				t.Errorf("%s rings %s after the agent was free", third.From(), took)
			}
			c.Talk(third, waiting)
			c.HangsUp(offer)
			fourth := c.Rings(bob)
			c.Talk(fourth, late)
			c.HangsUp(third)
			c.HangsUp(fourth)
			for k, who := range []string{"ann", "bob", "ann", "bob"} {
				stored(c, ended(c, number(k), ending{state: "done", offers: []string{who + " completed"}, tickets: 1}))
			}
			if ann.Invites() != 2 || bob.Invites() != 2 {
				t.Errorf("%d and %d INVITEs for two calls each", ann.Invites(), bob.Invites())
			}
			c.Verify()
		})
	}
}
