package softphone

import (
	"context"
	"fmt"
	"time"

	"github.com/emiago/sipgo/sip"
)

// onInvite takes a new call, or passes a re-INVITE to its call. It returns when the INVITE has its
// final response, as the library ends the transaction with the handler.
func (p *Phone) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	if req.To().Params.Has("tag") {
		p.onReinvite(req, tx)
		return
	}
	// The library answers 100 by itself from the original, whose headers are parsed on first use.
	req = req.Clone()
	c := newCall(p)
	c.server, c.invite = tx, req
	c.number = req.To().Address.User
	c.peer = *req.From()
	for _, header := range req.Headers() {
		c.headers = append(c.headers, Header{Name: header.Name(), Value: header.Value()})
	}
	tag, _ := req.From().Params.Get("tag")
	c.dialog = dialog{callID: req.CallID().Value(), tag: sip.GenerateTagN(12), local: req.To().Address, remote: req.From().Address, cseq: 1}
	c.dialog.learn(tag, req.Contact())
	c.dialog.route(req.GetHeaders("Record-Route"), false)
	if len(req.Body()) > 0 {
		theirs, err := parseSDP(req.Body())
		if err != nil {
			_ = tx.Respond(c.dialog.respond(req, sip.StatusNotAcceptableHere, p.contact(), nil))
			return
		}
		c.offered = &theirs
	}
	if !p.welcome(c) {
		_ = tx.Respond(c.dialog.respond(req, sip.StatusBusyHere, p.contact(), nil))
		return
	}
	<-c.decided
}

// welcome counts the call and shows it to whoever waits for it.
func (p *Phone) welcome(c *Call) bool {
	p.invites.Add(1)
	if p.add(c) != nil {
		return false
	}
	// The library answers the CANCEL and sends the 487. It calls this under its own lock, so that no
	// response may be sent from here.
	cancelled := func(cancel *sip.Request) {
		c.finish(End{Status: sip.StatusRequestTerminated, Reason: reasonIn(cancel, reasonOf(487))})
	}
	if !c.server.OnCancel(cancelled) {
		c.finish(End{Status: sip.StatusRequestTerminated, Reason: reasonOf(487)})
	}
	if p.config.OnCall != nil {
		return p.run(func() { p.config.OnCall(c) })
	}
	select {
	case p.incoming <- c:
		return true
	default:
		c.finish(End{Status: sip.StatusBusyHere, Reason: "nobody takes the calls of this phone", Local: true})
		return false
	}
}

// onStrayCancel refuses a CANCEL whose INVITE is over; the library takes the others itself.
func (p *Phone) onStrayCancel(req *sip.Request, tx sip.ServerTransaction) {
	_ = tx.Respond(sip.NewResponseFromRequest(req, 481, reasonOf(481), nil))
}

// Ring answers 180: the phone rings.
func (c *Call) Ring() error {
	if err := c.provisional(sip.StatusRinging); err != nil {
		return err
	}
	c.mark(0, c.ringing)
	return nil
}

// Ignore answers 100 and then nothing more, like a phone whose network died.
func (c *Call) Ignore() error { return c.provisional(sip.StatusTrying) }

func (c *Call) provisional(status int) error {
	if err := c.undecided(); err != nil {
		return err
	}
	return c.server.Respond(c.dialog.respond(c.invite, status, c.phone.contact(), nil))
}

// Reject refuses the call with a status from 300 on: 486 busy, 480 unavailable, 603 declined, 404, 503 …
func (c *Call) Reject(status int) error {
	if status < 300 {
		return fmt.Errorf("%d is no refusal; use a status from 300 on", status)
	}
	if err := c.claim(); err != nil {
		return err
	}
	return c.refuse(status)
}

func (c *Call) refuse(status int) error {
	err := c.server.Respond(c.dialog.respond(c.invite, status, c.phone.contact(), nil))
	c.finish(End{Status: status, Reason: reasonOf(status), Local: true})
	return err
}

// claim lets one of Answer, Reject and Hangup decide an incoming call: with two final responses the two sides would
// believe different ones. Whoever comes second waits for Answered or Ended.
func (c *Call) claim() error {
	if err := c.undecided(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.claimed {
		return fmt.Errorf("%s is just being answered or refused", c.name())
	}
	c.claimed = true
	return nil
}

// Answer takes the call: audio runs both ways from here on. It returns when the other side has
// acknowledged, and fails if the caller gave up before.
func (c *Call) Answer() error {
	if err := c.claim(); err != nil {
		return err
	}
	acked := make(chan struct{})
	c.mu.Lock()
	c.acked = acked
	c.mu.Unlock()
	body, err := c.describeAnswer()
	if err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.claimed = false
		return err
	}
	res := c.dialog.respond(c.invite, sip.StatusOK, c.phone.contact(), body)
	if err := c.untilAcked(c.server, res, acked); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	c.mark(1, c.answered)
	return nil
}

// untilAcked sends a 200 and repeats it until its ACK comes (RFC 3261 section 13.3.1.4).
func (c *Call) untilAcked(tx sip.ServerTransaction, res *sip.Response, acked <-chan struct{}) error {
	interval := sip.T1
	deadline := time.NewTimer(64 * sip.T1)
	defer deadline.Stop()
	for {
		if err := tx.Respond(res); err != nil {
			c.finish(End{Reason: err.Error(), Local: true})
			return err
		}
		c.mu.Lock()
		c.decide()
		c.mu.Unlock()
		repeat := time.NewTimer(interval)
		select {
		case <-acked:
			repeat.Stop()
			return nil
		case <-c.ended:
			repeat.Stop()
			return c.endedError()
		case <-repeat.C:
			interval = min(2*interval, sip.T2)
		case <-deadline.C:
			repeat.Stop()
			ctx, stop := context.WithTimeout(context.Background(), closeTime)
			defer stop()
			_ = c.sendBye(ctx)
			c.finish(End{Status: sip.StatusRequestTimeout, Reason: "no ACK for the answer", Local: true})
			return c.endedError()
		}
	}
}

// undecided fails unless the call is incoming and still waits for its answer.
func (c *Call) undecided() error {
	if c.outgoing {
		return fmt.Errorf("%s was placed by this phone; only the other side can answer it", c.name())
	}
	select {
	case <-c.ended:
		return c.endedError()
	case <-c.decided:
		return fmt.Errorf("%s is answered already", c.name())
	default:
		return nil
	}
}

// onAck confirms an answer. The ACK carries the session description if the INVITE had none.
func (p *Phone) onAck(req *sip.Request, _ sip.ServerTransaction) {
	c := p.find(req)
	if c == nil {
		return
	}
	if len(req.Body()) > 0 {
		if theirs, err := parseSDP(req.Body()); err == nil {
			c.hearken(theirs)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.acked != nil {
		close(c.acked)
		c.acked = nil
	}
}
