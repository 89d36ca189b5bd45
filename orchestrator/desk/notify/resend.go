package notify

import (
	"fmt"

	"tandem/orchestrator"
)

// CheckResend says whether a person may have a message sent again.
func CheckResend(m SMS) error {
	switch {
	case m.To == "":
		return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "sms.resend", Say: "the message was erased"}
	case veiled.MatchString(m.Text):
		return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "sms.resend",
			Say: "the secret of the link in the message is not kept once it was tried; sent again it would lead nowhere"}
	case m.State != Unsure && m.State != Undelivered && m.State != Failed:
		return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "sms.resend",
			Say: fmt.Sprintf("the message is %s; only one that is unsure, undelivered or failed is sent again", m.State)}
	}
	return nil
}
