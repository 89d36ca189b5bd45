package smpp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linxGnu/gosmpp/data"
	"github.com/linxGnu/gosmpp/pdu"
)

// errUnwritten says that a PDU did not leave whole, so that the other side cannot have taken it.
var errUnwritten = errors.New("the line was lost before it was written")

// errLost says that the line ended, or the time, before an answer came.
var errLost = errors.New("no answer came")

// line is one bound connection. It ends once and is never bound again; a route makes another one.
type line struct {
	conn   net.Conn
	reader *bufio.Reader
	peer   string       // the message centre's own system id
	heard  atomic.Int64 // when something last came, in nanoseconds of Unix time
	done   chan struct{}
	once   sync.Once
	why    error // why it ended; written before done is closed

	writing sync.Mutex
	mu      sync.Mutex             // guards what follows
	seq     uint32                 // the last one used
	waiting map[uint32]chan frame  // who waits for which answer; noted before the question is written
	late    map[uint32]func(frame) // whose answer came too late to be waited for
}

// bind dials and binds as a transceiver.
func bind(ctx context.Context, c Config) (*line, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime+bindTime)
	defer cancel()
	conn, err := c.Dial(ctx, c.Address)
	if err != nil {
		return nil, err
	}
	l := &line{conn: conn, reader: bufio.NewReader(conn), done: make(chan struct{}), seq: 1, waiting: map[uint32]chan frame{}, late: map[uint32]func(frame){}}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if err := l.bind(c); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	l.heard.Store(time.Now().UnixNano())
	return l, nil
}

func (l *line) bind(c Config) error {
	if err := l.conn.SetDeadline(time.Now().Add(bindTime)); err != nil {
		return err
	}
	request := pdu.NewBindRequest(pdu.Transceiver)
	request.SystemID, request.Password, request.SystemType = c.SystemID, c.Password, c.SystemType
	if _, err := l.conn.Write(encode(request, l.seq)); err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	for range backlog { // Some say other things first.
		f, err := readFrame(l.reader)
		switch {
		case err != nil:
			return fmt.Errorf("the message centre does not answer the bind: %w", err)
		case !f.is(data.BIND_TRANSCEIVER_RESP) && !f.is(data.GENERIC_NACK):
			continue
		case f.status != 0 || f.is(data.GENERIC_NACK):
			return RefusedError{f.status}
		}
		if p, err := f.parse(); err == nil {
			if r, ok := p.(*pdu.BindResp); ok {
				l.peer = r.SystemID
			}
		}
		return l.conn.SetDeadline(time.Time{})
	}
	return errors.New("the message centre says everything but an answer to the bind")
}

// end ends the line; everybody who waits is told.
func (l *line) end(why error) {
	l.once.Do(func() {
		l.why = why
		close(l.done)
		_ = l.conn.Close()
	})
}

// ended says whether the line has ended.
func (l *line) ended() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

// write writes octets whole, or the line ends and errUnwritten says that the other side cannot have read them.
func (l *line) write(octets []byte) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.ended() {
		return errUnwritten
	}
	if err := l.conn.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		l.end(err)
		return errUnwritten
	}
	n, err := l.conn.Write(octets)
	if err != nil {
		l.end(err)
		if n >= len(octets) {
			return errLost
		}
		return errUnwritten
	}
	return nil
}

// ask writes a question and waits for its answer until ctx ends. An answer that comes later still, on the same line, is
// given to late.
func (l *line) ask(ctx context.Context, p pdu.PDU, late func(frame)) (frame, error) {
	answer := make(chan frame, 1)
	l.mu.Lock()
	if l.seq++; l.seq > 0x7FFFFFFF {
		l.seq = 1
	}
	seq := l.seq
	l.waiting[seq] = answer
	l.mu.Unlock()
	if err := l.write(encode(p, seq)); err != nil {
		l.forget(seq, nil)
		return frame{}, err
	}
	select {
	case f := <-answer:
		return f, nil
	case <-ctx.Done():
	case <-l.done:
	}
	l.forget(seq, late)
	select {
	case f := <-answer: // It came in the last moment.
		return f, nil
	default:
		return frame{}, errLost
	}
}

// forget ends the waiting for an answer. A line remembers only so many of those that may come late.
func (l *line) forget(seq uint32, late func(frame)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.waiting, seq)
	if late != nil && len(l.late) < 1000 {
		l.late[seq] = late
	}
}

// answered gives an answer to who waits for it, or to who has waited.
func (l *line) answered(f frame) {
	l.mu.Lock()
	answer, late := l.waiting[f.seq], l.late[f.seq]
	delete(l.waiting, f.seq)
	delete(l.late, f.seq)
	l.mu.Unlock()
	switch {
	case answer != nil:
		answer <- f
	case late != nil:
		late(f)
	}
}

// read reads until the line ends. Deliveries are told and not answered here; told must not block.
func (l *line) read(deliver func(frame)) {
	for {
		f, err := readFrame(l.reader)
		if err != nil {
			l.end(err)
			return
		}
		l.heard.Store(time.Now().UnixNano())
		switch {
		case f.answer():
			l.answered(f)
		case f.is(data.DELIVER_SM):
			deliver(f)
		case f.is(data.ENQUIRE_LINK):
			_ = l.write(bare(data.ENQUIRE_LINK_RESP, data.ESME_ROK, f.seq))
		case f.is(data.UNBIND):
			_ = l.write(bare(data.UNBIND_RESP, data.ESME_ROK, f.seq))
			l.end(errors.New("the message centre has ended the line"))
			return
		case f.is(data.ALERT_NOTIFICATION), f.is(data.OUTBIND): // They have no answer.
		default:
			_ = l.write(bare(data.GENERIC_NACK, data.ESME_RINVCMDID, f.seq))
		}
	}
}

// watch asks whether the other side lives when nothing has come for a while, and ends the line when nothing comes then.
func (l *line) watch(every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-l.done:
			return
		case <-tick.C:
		}
		asked := time.Now()
		ctx, cancel := context.WithTimeout(context.Background(), liveTime)
		_, err := l.ask(ctx, pdu.NewEnquireLink(), nil)
		cancel()
		if err != nil && l.heard.Load() < asked.UnixNano() {
			l.end(errors.New("the message centre does not answer any more"))
			return
		}
	}
}

// leave unbinds and ends the line.
func (l *line) leave(ctx context.Context) {
	_, _ = l.ask(ctx, pdu.NewUnbind(), nil)
	l.end(errors.New("we have ended the line"))
}
