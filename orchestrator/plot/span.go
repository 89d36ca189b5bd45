package plot

import (
	"strings"
	"time"
)

// Span writes a time without the zeros at its end: 30m, not 30m0s.
func Span(d time.Duration) string {
	said := d.String()
	if strings.HasSuffix(said, "m0s") {
		said = strings.TrimSuffix(said, "0s")
	}
	if strings.HasSuffix(said, "h0m") {
		said = strings.TrimSuffix(said, "0m")
	}
	return said
}
