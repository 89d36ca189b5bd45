package whole_test

import (
	"errors"
	"strings"
	"testing"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
	"tandem/orchestrator/media/mediatest"
)

// absence is a time without the switch, that a story puts into each of its phases.
type absence struct {
	c     *whole.Centre
	name  string
	cable *mediatest.Cable // that is cut; nil: the switch dies, and its calls are over
}

// startOnCable starts a centre, and returns the absences that it is to live through.
func startOnCable(t *testing.T, cfg whole.Config) (*whole.Centre, []absence) {
	t.Helper()
	if !whole.OnFreeSWITCH() {
		t.Skip("*** SKIPPED: this is told of a FreeSWITCH: make whole SWITCH=freeswitch, see docs/freeswitch.md ***")
	}
	beside(t)
	var cable *mediatest.Cable
	cfg.Through = func(address string) string {
		cable = mediatest.NewCable(t, address)
		return cable.Addr
	}
	c := whole.Start(t, cfg)
	return c, []absence{{c, "the switch dies", nil}, {c, "the line is lost", cable}}
}

// fatal says whether its calls are over.
func (a absence) fatal() bool { return a.cable == nil }

// happens takes the switch away, and returns when Tandem has it again. The phones are where they were.
func (a absence) happens(phones ...*softphone.Phone) {
	a.c.T.Helper()
	ctx, cancel := a.c.Ctx()
	defer cancel()
	ups := func() int { return strings.Count(a.c.Tandem.LogTail(10_000), `"msg":"the line to FreeSWITCH is up"`) }
	before := ups()
	if a.fatal() {
		err := a.c.Switch.Restart(ctx)
		if errors.Is(err, whole.ErrNotOurs) {
			a.c.T.Skip(err)
		}
		a.c.Must(err)
	} else {
		a.cable.Cut()
		a.cable.Mend()
	}
	a.c.Until("the line is up again", func() bool { return ups() > before })
	for _, p := range phones {
		if a.fatal() {
			a.c.Must(p.Register(ctx))
		}
	}
}

// again is the call that goes on at a phone: the same one, or, where that is over, the next.
func (a absence) again(p *softphone.Phone, call *softphone.Call) *softphone.Call {
	a.c.T.Helper()
	if !a.fatal() {
		return call
	}
	return a.c.Rings(p)
}
