package freeswitch

import "tandem/orchestrator/media"

// causes are FreeSWITCH's names; those that are not here are an ordinary end.
var causes = map[string]media.Cause{
	"USER_BUSY":                 media.CauseBusy,
	"CALL_REJECTED":             media.CauseRejected,
	"NO_ANSWER":                 media.CauseNoAnswer,
	"NO_USER_RESPONSE":          media.CauseNoAnswer,
	"ALLOTTED_TIMEOUT":          media.CauseNoAnswer,
	"PROGRESS_TIMEOUT":          media.CauseNoAnswer,
	"ORIGINATOR_CANCEL":         media.CauseNoAnswer,
	"LOSE_RACE":                 media.CauseNoAnswer,
	"UNALLOCATED_NUMBER":        media.CauseUnreachable,
	"NO_ROUTE_DESTINATION":      media.CauseUnreachable,
	"USER_NOT_REGISTERED":       media.CauseUnreachable,
	"SUBSCRIBER_ABSENT":         media.CauseUnreachable,
	"INVALID_GATEWAY":           media.CauseUnreachable,
	"GATEWAY_DOWN":              media.CauseUnreachable,
	"INVALID_PROFILE":           media.CauseUnreachable,
	"INVALID_URL":               media.CauseUnreachable,
	"INVALID_NUMBER_FORMAT":     media.CauseUnreachable,
	"NUMBER_CHANGED":            media.CauseUnreachable,
	"CHAN_NOT_IMPLEMENTED":      media.CauseUnreachable,
	"RECOVERY_ON_TIMER_EXPIRE":  media.CauseUnreachable,
	"NORMAL_TEMPORARY_FAILURE":  media.CauseCongested,
	"NORMAL_CIRCUIT_CONGESTION": media.CauseCongested,
	"SWITCH_CONGESTION":         media.CauseCongested,
	"REQUESTED_CHAN_UNAVAIL":    media.CauseCongested,
	"NETWORK_OUT_OF_ORDER":      media.CauseCongested,
	"DESTINATION_OUT_OF_ORDER":  media.CauseCongested,
	"SERVICE_UNAVAILABLE":       media.CauseCongested,
}

// causeOf says why a leg ended, from the SIP status where there is one, else from FreeSWITCH's cause. FreeSWITCH folds 480 into
// NO_USER_RESPONSE; the status (variable sip_term_status) tells them apart.
func causeOf(name string, sip int) media.Cause {
	switch {
	case sip == 486 || sip == 600:
		return media.CauseBusy
	case sip == 603 || sip >= 300 && sip < 400: // "try there" is not followed
		return media.CauseRejected
	case sip == 404 || sip == 408 || sip == 410 || sip == 480 || sip == 604:
		return media.CauseUnreachable
	case sip == 487:
		return media.CauseNoAnswer
	case sip >= 500 && sip < 600:
		return media.CauseCongested
	}
	if why, known := causes[name]; known {
		return why
	}
	return media.CauseHangup
}

// vanished are the ends of a phone that had answered and was lost by the network, and did not hang up.
var vanished = map[string]bool{
	"MEDIA_TIMEOUT": true, "RECOVERY_ON_TIMER_EXPIRE": true, "NETWORK_OUT_OF_ORDER": true, "DESTINATION_OUT_OF_ORDER": true,
	"REQUESTED_CHAN_UNAVAIL": true, "NORMAL_TEMPORARY_FAILURE": true,
}

// reasonOf is FreeSWITCH's cause for a drop.
func reasonOf(why media.Cause) string {
	switch why {
	case media.CauseBusy:
		return "USER_BUSY"
	case media.CauseRejected:
		return "CALL_REJECTED"
	case media.CauseNoAnswer:
		return "NO_ANSWER"
	case media.CauseUnreachable:
		return "UNALLOCATED_NUMBER"
	case media.CauseCongested:
		return "SWITCH_CONGESTION"
	case media.CauseFailed:
		return "NORMAL_TEMPORARY_FAILURE"
	}
	return "NORMAL_CLEARING"
}

// verdict is the Why and SIP of Gone.
func (g *leg) verdict(name string, sip int) (media.Cause, int) {
	refused := sip >= 400 && sip != 487
	switch {
	case refused && g.dialled && !g.up && !g.dropped: // a call that is withdrawn has a status too, of FreeSWITCH's own making
		return causeOf(name, sip), sip
	case g.dropped && g.why != media.CauseNone:
		return g.why, 0
	case g.dialled && g.up && !g.dropped && vanished[name]:
		return media.CauseLost, 0
	case g.dropped || g.up:
		return media.CauseHangup, 0
	case !g.dialled:
		return media.CauseHangup, 0 // the caller gave up before the answer
	}
	return causeOf(name, sip), sip
}
