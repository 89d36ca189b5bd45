package fakesmsc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"
)

// Message is one submit_sm as a message centre reads it.
type Message struct {
	ID                 string // what it is called here
	FromType, ToType   byte
	From, To           string
	Class, Coding      byte
	RegisteredDelivery byte
	Octets             []byte // of the text, without the header
	Payload            bool   // the text came in message_payload
	Ref, Total, Part   int    // of a long text; Total 0: it is whole
	OurNumber          int    // user_message_reference; -1 without
}

// reader takes a body apart.
type reader struct {
	rest []byte
	err  error
}

var errShort = errors.New("the body is too short")

func (r *reader) octets(n int) []byte {
	if n > len(r.rest) {
		r.err, n = errShort, len(r.rest)
	}
	out := r.rest[:n]
	r.rest = r.rest[n:]
	return out
}

func (r *reader) octet() byte {
	if b := r.octets(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *reader) text() string {
	n := bytes.IndexByte(r.rest, 0)
	if n < 0 {
		r.err = errShort
		return ""
	}
	return string(r.octets(n + 1)[:n])
}

// readSubmit reads the body of a submit_sm (SMPP 3.4, 4.4.1).
func readSubmit(body []byte) (Message, error) {
	r := reader{rest: body}
	m := Message{OurNumber: -1}
	r.text() // service_type
	m.FromType, _, m.From = r.octet(), r.octet(), r.text()
	m.ToType, _, m.To = r.octet(), r.octet(), r.text()
	m.Class, _, _ = r.octet(), r.octet(), r.octet()
	r.text()
	r.text()
	m.RegisteredDelivery, _ = r.octet(), r.octet()
	m.Coding, _ = r.octet(), r.octet()
	m.Octets = r.octets(int(r.octet()))
	for len(r.rest) > 0 && r.err == nil {
		head := r.octets(4)
		if r.err != nil {
			break
		}
		value := r.octets(int(binary.BigEndian.Uint16(head[2:])))
		switch binary.BigEndian.Uint16(head) {
		case 0x0424:
			m.Octets, m.Payload = value, true
		case 0x0204:
			m.OurNumber = int(binary.BigEndian.Uint16(value))
		}
	}
	if r.err == nil && m.Class&0x40 != 0 {
		h := m.Octets
		if len(h) < 6 || h[0] != 5 || h[1] != 0 || h[2] != 3 || h[5] == 0 || h[5] > h[4] {
			return m, errors.New("the header of a part is wrong")
		}
		m.Ref, m.Total, m.Part, m.Octets = int(h[3]), int(h[4]), int(h[5]), h[6:]
	}
	return m, errors.Join(r.err, m.check())
}

// check says what no phone would show.
func (m Message) check() error {
	limit := map[byte]int{0: 160, 8: 140}[m.Coding]
	if m.Total > 0 {
		limit = map[byte]int{0: 153, 8: 134}[m.Coding]
	}
	if m.Payload {
		limit = 1 << 15
	}
	switch {
	case m.Coding != 0 && m.Coding != 8:
		return fmt.Errorf("data_coding %d", m.Coding)
	case len(m.Octets) > limit:
		return fmt.Errorf("%d octets, more than %d", len(m.Octets), limit)
	case m.Coding == 8 && len(m.Octets)%2 != 0:
		return errors.New("half a unit of UCS-2")
	case m.Coding == 8 && len(m.Octets) >= 2 && utf16.IsSurrogate(rune(binary.BigEndian.Uint16(m.Octets))) && m.Octets[0] >= 0xDC:
		return errors.New("the part begins inside of a character")
	case m.Coding == 0 && len(m.Octets) > 0 && m.Octets[len(m.Octets)-1] == 0x1B:
		return errors.New("the part ends inside of an escape sequence")
	}
	return nil
}

// Text is the text of one part.
func (m Message) Text() string {
	if m.Coding == 8 {
		var u []uint16
		for i := 0; i+1 < len(m.Octets); i += 2 {
			u = append(u, binary.BigEndian.Uint16(m.Octets[i:]))
		}
		return string(utf16.Decode(u))
	}
	var b strings.Builder
	for i := 0; i < len(m.Octets); i++ {
		if m.Octets[i] == 0x1B && i+1 < len(m.Octets) {
			i++
			b.WriteRune(escaped[m.Octets[i]])
			continue
		}
		b.WriteRune(alphabet[m.Octets[i]&0x7F])
	}
	return b.String()
}

// alphabet is the GSM default alphabet, and escaped its extension (3GPP TS 23.038, 6.2.1 and 6.2.1.1).
var (
	alphabet = []rune("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
	escaped = map[byte]rune{0x0A: '\f', 0x14: '^', 0x28: '{', 0x29: '}', 0x2F: '\\', 0x3C: '[', 0x3D: '~', 0x3E: ']', 0x40: '|', 0x65: '€'}
)

// Phone is what the phone of a number shows: whole texts, joined from parts in any order.
func (s *Server) Phone(number string) []string {
	var out []string
	type key struct{ ref, total int }
	open := map[key]map[int]string{}
	for _, m := range s.Taken() {
		if m.To != number {
			continue
		}
		if m.Total == 0 {
			out = append(out, m.Text())
			continue
		}
		k := key{m.Ref, m.Total}
		if open[k] == nil {
			open[k] = map[int]string{}
		}
		open[k][m.Part] = m.Text()
		if len(open[k]) < m.Total {
			continue
		}
		whole := ""
		for _, n := range slices.Sorted(maps.Keys(open[k])) {
			whole += open[k][n]
		}
		out = append(out, whole)
		delete(open, k)
	}
	return out
}
