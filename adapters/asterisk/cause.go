package asterisk

import "tandem/orchestrator/media"

// causeOf says why a leg ended, from the SIP status where there is one, else from the Q.850 cause of ChannelDestroyed.
// Asterisk folds 480 into 19 (no answer); the status tells them apart (MEDIA.md section 2).
func causeOf(q850, sip int) media.Cause {
	switch {
	case sip == 486 || sip == 600:
		return media.CauseBusy
	case sip == 603:
		return media.CauseRejected
	case sip == 404 || sip == 410 || sip == 480 || sip == 604:
		return media.CauseUnreachable
	case sip == 487:
		return media.CauseNoAnswer
	case sip >= 500 && sip < 600:
		return media.CauseCongested
	}
	switch q850 {
	case 0, 16:
		return media.CauseHangup
	case 17:
		return media.CauseBusy
	case 21:
		return media.CauseRejected
	case 19, 26:
		return media.CauseNoAnswer
	case 1, 2, 3, 18, 20, 27:
		return media.CauseUnreachable
	case 34, 38, 41, 42, 44, 58:
		return media.CauseCongested
	}
	return media.CauseHangup
}

// vanished says whether a phone that had answered was lost by the network and did not hang up: it sent no sound for too long
// (rtp_timeout ends with 44), or did not answer any more.
func vanished(q850 int) bool {
	return q850 == 27 || q850 == 38 || q850 == 41 || q850 == 44 || q850 == 102
}

// reasonOf is the word of DELETE /channels/{id} for a drop.
func reasonOf(why media.Cause) string {
	switch why {
	case media.CauseBusy:
		return "busy"
	case media.CauseRejected:
		return "rejected"
	case media.CauseNoAnswer:
		return "no_answer"
	case media.CauseUnreachable:
		return "unallocated"
	case media.CauseCongested:
		return "congestion"
	case media.CauseFailed:
		return "failure"
	}
	return "normal"
}

// verdict is the Why and SIP of Gone.
func (g *leg) verdict(q850, sip int) (media.Cause, int) {
	refused := sip >= 400 && sip != 487
	switch {
	case refused && !g.up && !g.dropped: // a call that is withdrawn has a status too, of Asterisk's own making
		return causeOf(q850, sip), sip
	case g.dropped && g.why != media.CauseNone:
		return g.why, 0
	case g.dialled && g.up && !g.dropped && vanished(q850):
		return media.CauseLost, 0
	case g.dropped || g.up:
		return media.CauseHangup, 0
	case !g.dialled:
		return media.CauseHangup, 0 // the caller gave up before the answer
	}
	return causeOf(q850, sip), sip
}
