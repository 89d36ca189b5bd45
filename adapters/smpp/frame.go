package smpp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
)

// A PDU begins with four numbers of four octets: its length with them, its command, its status, its sequence number
// (SMPP 3.4, 3.2).
const (
	headLength = 16
	mostLength = 64 << 10
	answers    = 0x80000000 // set in the command of an answer
)

// frame is one PDU as it came. Framing is ours, so that a body nobody can read costs that PDU and not the line.
type frame struct {
	command, status, seq uint32
	octets               []byte // the whole, header included
}

// readFrame reads one PDU. After an error the line cannot be read any further.
func readFrame(r io.Reader) (frame, error) {
	head := make([]byte, headLength)
	if _, err := io.ReadFull(r, head); err != nil {
		return frame{}, err
	}
	f := frame{command: binary.BigEndian.Uint32(head[4:]), status: binary.BigEndian.Uint32(head[8:]), seq: binary.BigEndian.Uint32(head[12:])}
	n := binary.BigEndian.Uint32(head)
	if n < headLength || n > mostLength {
		return f, fmt.Errorf("a PDU claims to have %d octets", n)
	}
	f.octets = make([]byte, n)
	copy(f.octets, head)
	_, err := io.ReadFull(r, f.octets[headLength:])
	return f, err
}

// parse reads the body. A body that makes the library panic is one that cannot be read.
func (f frame) parse() (p pdu.PDU, err error) {
	defer func() {
		if r := recover(); r != nil {
			p, err = nil, fmt.Errorf("a PDU cannot be read: %v", r)
		}
	}()
	return pdu.Parse(bytes.NewReader(f.octets))
}

// is says whether the frame has a command.
func (f frame) is(c data.CommandIDType) bool { return f.command == uint32(c) }

// answer says whether the frame answers something of ours.
func (f frame) answer() bool { return f.command&answers != 0 }

// encode writes a PDU under a sequence number.
func encode(p pdu.PDU, seq uint32) []byte {
	p.SetSequenceNumber(int32(seq)) //nolint:gosec // Sequence numbers end at 0x7FFFFFFF.
	b := pdu.NewBuffer(nil)
	p.Marshal(b)
	return b.Bytes()
}

// bare is a PDU without a body, which answers what has no other answer.
func bare(command data.CommandIDType, status data.CommandStatusType, seq uint32) []byte {
	b := make([]byte, 0, headLength)
	b = binary.BigEndian.AppendUint32(b, headLength)
	b = binary.BigEndian.AppendUint32(b, uint32(command))
	b = binary.BigEndian.AppendUint32(b, uint32(status))
	return binary.BigEndian.AppendUint32(b, seq)
}
