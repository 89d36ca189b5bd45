package whole_test

import (
	"fmt"
	"os"
	"testing"

	"tandem/cmd/whole"
)

// TestTheOtherSwitch says on which switch the stories of this run were not told.
func TestTheOtherSwitch(t *testing.T) {
	if whole.OnFreeSWITCH() {
		return
	}
	fmt.Fprintf(os.Stderr, "\n*** SKIPPED: the stories are told on Asterisk only; on a FreeSWITCH of yours: make whole SWITCH=freeswitch, see docs/freeswitch.md ***\n\n")
	t.Skip("TANDEM_TEST_SWITCH is not freeswitch")
}
