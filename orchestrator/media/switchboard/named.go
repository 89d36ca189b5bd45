package switchboard

import (
	"log/slog"
	"strings"

	"tandem/orchestrator/media"
)

// Named is a leg in a line of the log, with the interaction that it is for where the leg is stamped with one (cell/interaction/offer).
// A leg that has arrived has no stamp: its interaction names it.
func Named(id media.LegID, stamp string) slog.Attr {
	leg := slog.String("leg", string(id))
	if part := strings.Split(stamp, "/"); len(part) == 3 && media.IsName(part[1]) {
		return slog.Group("", leg, slog.String("interaction", part[1]))
	}
	return slog.Group("", leg)
}
