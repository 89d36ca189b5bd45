package smpp

import (
	"fmt"
	"slices"

	"github.com/linxGnu/gosmpp/data"

	"tandem/orchestrator/desk/notify"
)

// throttled are statuses that ask us to slow down.
var throttled = map[uint32]bool{uint32(data.ESME_RTHROTTLED): true, uint32(data.ESME_RMSGQFUL): true}

// ours are statuses that say nothing about the message: something between us and the message centre must be mended, and then
// the message can go. All others refuse it for good.
var ours = map[uint32]bool{
	uint32(data.ESME_RSYSERR): true, uint32(data.ESME_RINVBNDSTS): true, uint32(data.ESME_RBINDFAIL): true, uint32(data.ESME_RINVPASWD): true,
	uint32(data.ESME_RINVSYSID): true, uint32(data.ESME_RINVSRCADR): true, uint32(data.ESME_RINVSRCTON): true, uint32(data.ESME_RINVSRCNPI): true,
	uint32(data.ESME_RINVSERTYP): true, uint32(data.ESME_RINVSYSTYP): true, uint32(data.ESME_RPROVNOTALLWD): true, uint32(data.ESME_RX_T_APPN): true,
	uint32(data.ESME_RINVCMDID): true,
}

// fateOf reads the status of a submit_sm_resp (SMPP 3.4, 5.1.3). passing are those that this message centre means for a while only,
// such as 0x45, or one of its own: the standard does not tell.
func fateOf(status uint32, passing []uint32) notify.Fate {
	switch {
	case status == uint32(data.ESME_ROK):
		return notify.Taken
	case throttled[status] || ours[status] || slices.Contains(passing, status):
		return notify.Later
	}
	return notify.Refused
}

// statusText is a status for people.
func statusText(status uint32) string {
	s := data.CommandStatusType(status)
	if status > 0x400 {
		return fmt.Sprintf("0x%08X, of this message centre's own", status)
	}
	return fmt.Sprintf("%s (0x%02X)", s.Desc(), status)
}

// RefusedError is a bind that was refused.
type RefusedError struct{ Status uint32 }

func (e RefusedError) Error() string {
	does := "ask its operator"
	switch data.CommandStatusType(e.Status) {
	case data.ESME_RINVPASWD, data.ESME_RINVSYSID, data.ESME_RBINDFAIL:
		does = "check the system id, the password, and whether this machine's address is let in"
	case data.ESME_RALYBND:
		does = "this account is bound already; another program uses it"
	}
	return fmt.Sprintf("the message centre refuses the bind: %s; %s", statusText(e.Status), does)
}

// Bound says that the account is in use already, as it is while a Tandem serves.
func (e RefusedError) Bound() bool { return e.Status == uint32(data.ESME_RALYBND) }

// auth says that trying again soon would be taken for an attack.
func (e RefusedError) auth() bool {
	s := data.CommandStatusType(e.Status)
	return s == data.ESME_RINVPASWD || s == data.ESME_RINVSYSID || s == data.ESME_RBINDFAIL
}
