package smpp

import (
	"encoding/binary"
	"strings"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"tandem/orchestrator/desk/notify"
)

// wholeReceipt asks for one receipt of the final state, good or bad (SMPP 3.4, 5.2.17).
const wholeReceipt = 1

// submit makes the submit_sm of one part. Our own number of the message goes with it as user_message_reference, which message
// centres give back in receipts (SMPP 3.4, 5.3.2.17): it finds a message whose answer was lost.
func submit(c Config, m notify.SMS, t cut, part int) (pdu.PDU, error) {
	p, ok := pdu.NewSubmitSM().(*pdu.SubmitSM)
	if !ok {
		panic("gosmpp makes no submit_sm") // Impossible with the version that is pinned.
	}
	var err error
	if p.SourceAddr, err = address(c.Source); err != nil {
		return nil, err
	}
	if p.DestAddr, err = address(m.To); err != nil {
		return nil, err
	}
	p.RegisteredDelivery = wholeReceipt
	p.RegisterOptionalParam(pdu.Field{Tag: pdu.TagUserMessageReference, Data: binary.BigEndian.AppendUint16(nil, uint16(m.ID&0xFFFF))}) //nolint:gosec // Cut off on purpose.
	octets := t.parts[part]
	switch {
	case c.Long == "payload" && len(octets) > 140:
		p.RegisterOptionalParam(pdu.Field{Tag: pdu.TagMessagePayload, Data: octets})
		return p, p.Message.SetMessageDataWithEncoding(nil, t.enc)
	case len(t.parts) > 1:
		p.EsmClass |= data.SM_UDH_GSM
		p.Message.SetUDH(pdu.UDH{pdu.NewIEConcatMessage(byte(len(t.parts)), byte(part+1), byte(m.ID))}) //nolint:gosec // At most mostParts.
	}
	return p, p.Message.SetMessageDataWithEncoding(octets, t.enc)
}

// address says of what type a number is (SMPP 3.4, 5.2.5): 1 international, 5 letters, 0 unknown; 1 is the plan of E.164.
func address(number string) (pdu.Address, error) {
	switch {
	case strings.HasPrefix(number, "+"):
		return pdu.NewAddressWithTonNpiAddr(1, 1, number[1:])
	case !dialled.MatchString(number):
		return pdu.NewAddressWithTonNpiAddr(5, 0, number)
	}
	return pdu.NewAddressWithTonNpiAddr(0, 1, number)
}
