package whole_test

import (
	"time"

	"tandem/cmd/whole"
)

// livedThroughAgain replays the one call of a centre by the running program from the real database: as it was, and with more people.
func livedThroughAgain(c *whole.Centre) {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	for _, more := range []int{0, 2} {
		replay := map[string]any{"from": time.Now().Add(-time.Hour).UTC(), "to": time.Now().Add(time.Hour).UTC(), "days": 2}
		if more > 0 {
			replay["agents"] = []any{map[string]any{"id": "extra", "count": more, "queues": []string{"support"}}}
		}
		var s struct {
			ID, State, Why string
			Replayed       struct{ Callers, Compared, Different int }
		}
		if err := c.API.Post(ctx, "/api/v1/simulations", map[string]any{"replay": replay}, &s); err != nil {
			c.T.Fatal(err)
		}
		c.Until("the replay has ended", func() bool {
			if err := c.API.Get(ctx, "/api/v1/simulations/"+s.ID, &s); err != nil {
				c.T.Fatal(err)
			}
			return s.State == "done" || s.State == "failed"
		})
		if s.State != "done" || s.Replayed.Callers != 1 || s.Replayed.Compared != 1 || more == 0 && s.Replayed.Different != 0 {
			c.T.Errorf("with %d more people: %+v", more, s)
		}
	}
}
