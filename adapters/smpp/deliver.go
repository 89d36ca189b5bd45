package smpp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"

	"tandem/orchestrator/desk/notify"
)

// esm_class of a deliver_sm (SMPP 3.4, 5.2.12).
const (
	kindMask    = 0x3C
	kindReceipt = 0x04
	kindInter   = 0x20 // an intermediate receipt
	withHeader  = 0x40
)

// delivery is a deliver_sm as we understand it.
type delivery struct {
	class    byte
	from, to string
	text     string
	joint    notify.Joint
	params   map[pdu.Tag]pdu.Field
}

// receipt says whether it tells what became of a message of ours.
func (d delivery) receipt() bool { k := d.class & kindMask; return k == kindReceipt || k == kindInter }

// ordinary says whether a person wrote it.
func (d delivery) ordinary() bool { return d.class&kindMask == 0 }

// readDelivery reads a deliver_sm.
func readDelivery(f frame) (delivery, error) {
	p, err := f.parse()
	if err != nil {
		return delivery{}, err
	}
	sm, ok := p.(*pdu.DeliverSM)
	if !ok {
		return delivery{}, errors.New("it is no deliver_sm")
	}
	d := delivery{class: sm.EsmClass, from: number(sm.SourceAddr), to: number(sm.DestAddr), params: sm.OptionalParameters}
	octets, err := sm.Message.GetMessageData()
	if err != nil {
		return d, err
	}
	header := sm.Message.UDH()
	if payload := d.params[pdu.TagMessagePayload].Data; len(octets) == 0 && len(payload) > 0 {
		octets = payload
		if d.class&withHeader != 0 {
			n, err := header.UnmarshalBinary(payload)
			if err != nil {
				return d, err
			}
			octets = payload[min(n, len(payload)):]
		}
	}
	d.text, d.joint = decode(codingOf(f.octets), octets), jointOf(header, d.params)
	return d, nil
}

// number writes an address as people do: an international one has its sign.
func number(a pdu.Address) string {
	if n := a.Address(); a.Ton() != 1 || n == "" || strings.HasPrefix(n, "+") {
		return n
	}
	return "+" + a.Address()
}

// codingOf finds data_coding in the octets of a deliver_sm: the library forgets codings that it does not know. The frame was
// parsed before, so that all fields are there.
func codingOf(octets []byte) byte {
	at := headLength
	skip := func() { // a C-octet string
		if n := bytes.IndexByte(octets[min(at, len(octets)):], 0); n >= 0 {
			at += n + 1
		}
	}
	skip() // service_type
	for range 2 {
		at += 2 // type and plan of an address
		skip()
	}
	at += 3 // esm_class, protocol_id, priority_flag
	skip()  // schedule_delivery_time
	skip()  // validity_period
	at += 2 // registered_delivery, replace_if_present_flag
	if at >= len(octets) {
		return data.GSM7BITCoding
	}
	return octets[at]
}

// jointOf says to which long text a part belongs: by its header, with one octet for the text's number or with two (3GPP TS
// 23.040, 9.2.3.24.1 and 9.2.3.24.8), or by parameters (SMPP 3.4, 5.3.2.22 to 24). Zero for what cannot be.
func jointOf(header pdu.UDH, params map[pdu.Tag]pdu.Field) notify.Joint {
	var j notify.Joint
	for _, e := range header {
		switch {
		case e.ID == 0x00 && len(e.Data) == 3:
			j = notify.Joint{Ref: int(e.Data[0]), Total: int(e.Data[1]), Part: int(e.Data[2])}
		case e.ID == 0x08 && len(e.Data) == 4:
			j = notify.Joint{Ref: int(binary.BigEndian.Uint16(e.Data)), Total: int(e.Data[2]), Part: int(e.Data[3])}
		}
	}
	ref, total, part := params[pdu.TagSarMsgRefNum].Data, params[pdu.TagSarTotalSegments].Data, params[pdu.TagSarSegmentSeqnum].Data
	if j.Total == 0 && len(ref) == 2 && len(total) == 1 && len(part) == 1 {
		j = notify.Joint{Ref: int(binary.BigEndian.Uint16(ref)), Total: int(total[0]), Part: int(part[0])}
	}
	if j.Total < 2 || j.Part < 1 || j.Part > j.Total {
		return notify.Joint{}
	}
	return j
}
