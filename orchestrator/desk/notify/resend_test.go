package notify_test

import (
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
)

// A customer is never sent a link that leads nowhere: of a message that was given up, its secret is gone.
func TestNoDeadLinkIsSentAgain(t *testing.T) {
	m := notify.SMS{To: "+4915155555", State: notify.Failed, Text: "How was it? https://example.org/s/ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
	m.Text = notify.Veiled(m.Text)
	if err := notify.CheckResend(m); orchestrator.KindOf(err) != orchestrator.Conflict {
		t.Errorf("%q may be sent again: %v", m.Text, err)
	}
	m.Text = "Your service number is 10000008."
	if err := notify.CheckResend(m); err != nil {
		t.Errorf("%q may not be sent again: %v", m.Text, err)
	}
}
