package smpp

import (
	"testing"

	"tandem/orchestrator/desk/notify"
)

// What a carrier means for a while only, its admin says: the standard does not tell.
func TestPassingStatuses(t *testing.T) {
	for status, want := range map[uint32][2]notify.Fate{
		0x00:  {notify.Taken, notify.Taken},
		0x0B:  {notify.Refused, notify.Refused}, // invalid destination
		0x45:  {notify.Refused, notify.Later},   // submit failed
		0x401: {notify.Refused, notify.Later},   // one of the carrier's own
		0x58:  {notify.Later, notify.Later},     // throttled
	} {
		if have := [2]notify.Fate{fateOf(status, nil), fateOf(status, []uint32{0x45, 0x401})}; have != want {
			t.Errorf("0x%X is %v, want %v", status, have, want)
		}
	}
}
