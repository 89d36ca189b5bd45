package smpp

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/linxGnu/gosmpp/data"

	"tandem/orchestrator/desk/notify"
)

const (
	keepTime   = 20 * time.Second // until a delivery is kept; then the message centre is to bring it again
	drainTime  = 6 * time.Second  // for answers that are awaited when we are told to stop: a little more than the sender waits
	steadyTime = time.Minute      // after which a line that ends was a good one, and pauses begin small again
)

// Run keeps the line until ctx ends: it binds, and binds again with growing pauses.
func (r *Route) Run(ctx context.Context) error {
	pause := firstPause
	for ctx.Err() == nil {
		began := time.Now()
		err := r.serve(ctx)
		if ctx.Err() != nil {
			break
		}
		if time.Since(began) > steadyTime {
			pause = firstPause
		}
		var refused RefusedError
		if errors.As(err, &refused) && refused.auth() {
			pause = max(pause, authPause)
		}
		wait := jitter(pause)
		r.log.Warn("no line to the message centre; messages wait or go by another route", "again_in", wait.Round(time.Second), "err", err)
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
		pause = min(2*pause, longPause)
	}
	return nil
}

// serve binds one line and works it until it ends.
func (r *Route) serve(ctx context.Context) error {
	l, err := bind(ctx, r.cfg)
	if err != nil {
		return err
	}
	r.log.Info("bound to the message centre", "peer", l.peer)
	r.figures.binds.Add(1)
	var parts sync.WaitGroup
	inbox := make(chan frame, backlog)
	parts.Go(func() { l.watch(r.cfg.Enquire) })
	parts.Go(func() { r.keep(l, inbox) })
	parts.Go(func() {
		l.read(func(f frame) {
			select {
			case inbox <- f:
			default: // We are slow: the message centre keeps it and brings it again.
				r.figures.pushedBack.Add(1)
				_ = l.write(deliveredAnswer(data.ESME_RX_T_APPN, f.seq))
			}
		})
		close(inbox)
	})
	r.use(l)
	select {
	case <-l.done:
		r.use(nil)
	case <-ctx.Done():
		r.use(nil) // Nothing more leaves; what has left may still be answered.
		r.drain(l)
	}
	parts.Wait()
	return l.why
}

func (r *Route) use(l *line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.line = l
}

// drain waits for the answers that are awaited, unbinds, and ends the line.
func (r *Route) drain(l *line) {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	ours := 0
	for ours < cap(r.window) && ctx.Err() == nil { // Whoever has all places knows that nobody waits.
		select {
		case r.window <- struct{}{}:
			ours++
		case <-l.done:
			cancel()
		case <-ctx.Done():
		}
	}
	for range ours {
		<-r.window
	}
	leave, done := context.WithTimeout(context.Background(), time.Second)
	defer done()
	l.leave(leave)
}

// keep keeps deliveries one after the other, and answers each when it is kept. Those that nobody can answer any more, because the line
// has ended, are left: the message centre brings them again, and kept here they would be there twice.
func (r *Route) keep(l *line, inbox <-chan frame) {
	for f := range inbox {
		if l.ended() {
			continue
		}
		status := data.ESME_ROK
		if err := r.delivered(f); err != nil {
			r.log.Warn("a delivery was not kept; the message centre is to bring it again", "err", err)
			r.figures.pushedBack.Add(1)
			status = data.ESME_RX_T_APPN
		}
		_ = l.write(deliveredAnswer(status, f.seq))
	}
}

// delivered tells a deliver_sm to the listener. What cannot be read is answered as taken: it would come again for ever.
func (r *Route) delivered(f frame) error {
	ctx, cancel := context.WithTimeout(context.Background(), keepTime)
	defer cancel()
	d, err := readDelivery(f)
	if err != nil {
		r.unread(err)
		return nil
	}
	switch {
	case d.receipt():
		receipt, ok := readReceipt(d, r.cfg.ReceiptIDs)
		if !ok {
			r.unread(errors.New("a receipt names no message"))
			return nil
		}
		r.figures.receipts.Add(1)
		receipt.Route = r.cfg.Name
		return r.listen.Receipt(ctx, receipt)
	case d.ordinary():
		r.figures.texts.Add(1)
		return r.listen.Text(ctx, notify.Text{Route: r.cfg.Name, From: d.from, To: d.to, Text: d.text, Joint: d.joint})
	}
	return nil // Acknowledgements by phones say nothing that a receipt does not.
}

func (r *Route) unread(err error) {
	r.figures.unreadable.Add(1)
	r.log.Warn("a delivery cannot be read; it is lost", "err", err)
}
