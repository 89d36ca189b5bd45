package smpp

import (
	"encoding/binary"
	"regexp"
	"strconv"
	"strings"

	"github.com/linxGnu/gosmpp/pdu"

	"tandem/orchestrator/desk/notify"
)

// The text of a receipt, as most message centres write it (SMPP 3.4, appendix B):
//
//	id:IIIIIIIIII sub:SSS dlvrd:DDD submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DDDDDDD err:E text:……
var (
	receiptID    = regexp.MustCompile(`(?i)\bid:\s*([^\s:]{1,65})`)
	receiptState = regexp.MustCompile(`(?i)\bstat:\s*([A-Z]{1,10})`)
	receiptError = regexp.MustCompile(`(?i)\berr:\s*([0-9A-Z]{1,5})`)
)

// states are the final ones, as texts and as numbers (SMPP 3.4, 5.2.28). Unknown says nothing: the message stays sent.
var states = map[string]notify.State{
	"DELIVRD": notify.Delivered, "EXPIRED": notify.Undelivered, "DELETED": notify.Undelivered, "UNDELIV": notify.Undelivered,
	"REJECTD": notify.Undelivered, "ACCEPTD": notify.Sent, "ENROUTE": notify.Sent, "UNKNOWN": notify.Sent,
}

var stateNumbers = map[byte]string{
	1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 7: "UNKNOWN", 8: "REJECTD",
}

// readReceipt reads what became of a part, from the parameters and the text; false when it names no part.
func readReceipt(d delivery, ids string) (notify.Receipt, bool) {
	r := notify.Receipt{Message: -1}
	find := func(re *regexp.Regexp) string {
		if m := re.FindStringSubmatch(d.text); m != nil {
			return m[1]
		}
		return ""
	}
	id, state := find(receiptID), strings.ToUpper(find(receiptState))
	if v := strings.TrimRight(string(d.params[pdu.TagReceiptedMessageID].Data), "\x00"); v != "" {
		id = v
	}
	if v := d.params[pdu.TagMessageStateOption].Data; len(v) == 1 && stateNumbers[v[0]] != "" {
		state = stateNumbers[v[0]]
	}
	if v := d.params[pdu.TagUserMessageReference].Data; len(v) == 2 {
		r.Message = int64(binary.BigEndian.Uint16(v))
	}
	r.Ref, r.State = refOf(id, ids, false), states[state]
	if r.State == notify.Sent {
		r.State = "" // Not final.
	}
	if r.State == notify.Undelivered {
		r.Why = strings.TrimSpace(state + " " + find(receiptError))
	}
	return r, id != ""
}

// refOf writes a message centre's id so that answers and receipts have one spelling. Some count in hexadecimal in the answer
// and in decimal in the receipt, or the other way round.
func refOf(id, ids string, inAnswer bool) string {
	base := map[string]int{"decimal": 10, "hex": 16}[ids]
	if base == 0 {
		return id
	}
	if inAnswer {
		base = 26 - base // the other one
	}
	n, err := strconv.ParseUint(id, base, 64)
	if err != nil {
		return id
	}
	return strconv.FormatUint(n, 10)
}
