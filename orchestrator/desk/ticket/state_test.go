package ticket_test

import (
	"strings"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/ticket"
)

func TestCheckComment(t *testing.T) {
	for text, good := range map[string]bool{
		"rang back": true, " x ": true, "": false, " \n\t\u00a0\u2003": false, strings.Repeat("x", 20_000): true, strings.Repeat("x", 20_001): false,
	} {
		err := ticket.CheckComment(ticket.Comment{Text: text})
		if good != (err == nil) || !good && orchestrator.KindOf(err) != orchestrator.Invalid {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}
