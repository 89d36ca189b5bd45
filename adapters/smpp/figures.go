package smpp

import (
	"sync/atomic"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
)

// Figures count since the start of the program, for the metrics page. They count parts where messages have parts.
type Figures struct {
	Binds      int64 // successful ones, the first included
	Submits    int64 // parts handed over
	Taken      int64 // parts that the message centre has taken
	Refused    int64 // parts refused for good
	Throttled  int64 // answers that asked us to slow down
	Doubts     int64 // parts without an answer
	Receipts   int64 // told
	Texts      int64 // of customers, or parts of them
	PushedBack int64 // deliveries that the message centre was asked to bring again
	Unreadable int64 // deliveries that cannot be read
}

type figures struct {
	binds, submits, taken, refused, throttled, doubts, receipts, texts, pushedBack, unreadable atomic.Int64
}

// Figures returns the counters as they are now.
func (r *Route) Figures() Figures {
	f := &r.figures
	return Figures{
		Binds: f.binds.Load(), Submits: f.submits.Load(), Taken: f.taken.Load(), Refused: f.refused.Load(), Throttled: f.throttled.Load(),
		Doubts: f.doubts.Load(), Receipts: f.receipts.Load(), Texts: f.texts.Load(), PushedBack: f.pushedBack.Load(), Unreadable: f.unreadable.Load(),
	}
}

// deliveredAnswer is a deliver_sm_resp; its message_id is not used (SMPP 3.4, 4.6.2).
func deliveredAnswer(status data.CommandStatusType, seq uint32) []byte {
	p, ok := pdu.NewDeliverSMResp().(*pdu.DeliverSMResp)
	if !ok {
		panic("gosmpp makes no deliver_sm_resp") // Impossible with the version that is pinned.
	}
	p.CommandStatus = status
	return encode(p, seq)
}
