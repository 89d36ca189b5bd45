package fakesmsc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
	"unicode/utf16"
)

// Delivery is what goes to the client: a receipt or a text of a customer.
type Delivery struct {
	Class    byte
	FromType byte // 1: international
	From, To string
	Coding   byte
	Octets   []byte
	Params   []Param
}

// Param is an optional parameter.
type Param struct {
	Tag   uint16
	Value []byte
}

// UCS2 writes a text in two octets a unit.
func UCS2(text string) (out []byte) {
	for _, u := range utf16.Encode([]rune(text)) {
		out = binary.BigEndian.AppendUint16(out, u)
	}
	return out
}

// Receipt is a receipt as most message centres write it.
func Receipt(m Message, state string) Delivery {
	d := Delivery{
		Class: 0x04, FromType: 1, From: m.To, To: m.From,
		Octets: []byte(fmt.Sprintf("id:%s sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 stat:%s err:011 text:Thank you", m.ID, state)),
	}
	if m.OurNumber >= 0 {
		d.Params = append(d.Params, Param{0x0204, binary.BigEndian.AppendUint16(nil, uint16(m.OurNumber))})
	}
	return d
}

// Body is the body of its deliver_sm (SMPP 3.4, 4.6.1).
func (d Delivery) Body() []byte {
	b := []byte{0, d.FromType, 1}
	b = append(append(b, d.From...), 0, 0, 1)
	b = append(append(b, d.To...), 0, d.Class, 0, 0, 0, 0, 0, 0, d.Coding, 0, byte(len(d.Octets)))
	b = append(b, d.Octets...)
	for _, p := range d.Params {
		b = binary.BigEndian.AppendUint16(b, p.Tag)
		b = binary.BigEndian.AppendUint16(b, uint16(len(p.Value)))
		b = append(b, p.Value...)
	}
	return b
}

// PDU is the whole deliver_sm.
func (d Delivery) PDU(seq uint32) []byte { return pdu(deliverSM, 0, seq, d.Body()) }

// Deliver sends it on a bound line and waits for the answer's status.
func (s *Server) Deliver(d Delivery) (status uint32, err error) {
	answer := make(chan uint32, 1)
	c, seq := s.line(answer)
	if c == nil {
		return 0, errors.New("nobody is bound")
	}
	if err := c.write(d.PDU(seq)); err != nil {
		return 0, err
	}
	timer := time.NewTimer(10 * time.Second)
	defer timer.Stop()
	select {
	case status := <-answer:
		return status, nil
	case <-timer.C:
		return 0, errors.New("the delivery was not answered")
	}
}

// Raw sends octets as they are.
func (s *Server) Raw(octets []byte) error {
	c, _ := s.line(nil)
	if c == nil {
		return errors.New("nobody is bound")
	}
	return c.write(octets)
}

// line is a bound line, with a sequence number under which an answer is awaited.
func (s *Server) line(answer chan uint32) (*conn, uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		if c.bound {
			c.seq++
			if answer != nil {
				c.waiting[c.seq] = answer
			}
			return c, c.seq
		}
	}
	return nil, 0
}
