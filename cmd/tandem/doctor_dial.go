package main

import (
	"context"
	"log/slog"
	"slices"
)

// examineDial asks the switch that calls customers back whether calls can leave by its trunk, and says when nobody may be called.
func (c Config) examineDial(ctx context.Context) finding {
	d := c.Dial
	switch {
	case d.Trunk == "":
		return finding{what: "callbacks", says: "nobody is called: dial.trunk (TANDEM_DIAL_TRUNK) is not set"}
	case len(d.Allowed) == 0:
		return finding{what: "callbacks", look: true, says: "nobody may be called: dial.allowed (TANDEM_DIAL_ALLOWED) has no beginning of a number; docs/callbacks.md"}
	}
	one := c.each()[max(slices.Index(c.names(), d.Switch), 0)]
	f := finding{what: "callbacks", says: "customers are called by the trunk " + d.Trunk}
	if one.checkSwitch() != nil {
		return f // said already
	}
	sw, err := one.openSwitch(slog.New(slog.DiscardHandler))
	if err != nil {
		return f // said already
	}
	switch leaves, err := sw.leaves(ctx, d.Trunk); {
	case err != nil:
		f.look, f.says = true, "the switch does not tell whether calls can leave by the trunk "+d.Trunk
	case !leaves:
		f.look, f.says = true, "nobody can be called now: the switch has no trunk "+d.Trunk+" (TANDEM_DIAL_TRUNK) that calls can leave by, or its other side does not answer; docs/callbacks.md"
	}
	return f
}
