package softphone

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// addVia and asItIs tell the library how much of a request is still to be filled in.
func addVia(client *sipgo.Client, req *sip.Request) error {
	return sipgo.ClientRequestAddVia(client, req)
}
func asItIs(*sipgo.Client, *sip.Request) error { return nil }

// describe writes our session description anew.
func (c *Call) describe(direction string, event uint8) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version++
	return description{addr: c.media.addr(), direction: direction, event: event}.body(c.version)
}

// hearken takes the other side's description: the audio goes there from now on, and begins if it had not.
func (c *Call) hearken(theirs description) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.media == nil {
		return
	}
	c.offered, c.held = &theirs, !mayHear(theirs.direction)
	c.media.aim(theirs, !c.held && !c.holding)
	if !c.running && !c.phone.config.NoRTP {
		select {
		case <-c.ended:
			return
		default:
		}
		c.running = true
		c.phone.run(func() { c.media.run() })
	}
}

// Hangup ends the call in whatever way its state asks for: CANCEL before the answer, 480 for a call that
// rings here, BYE after it. It returns when the call has ended.
func (c *Call) Hangup(ctx context.Context) error {
	select {
	case <-c.ended:
		return nil
	default:
	}
	switch {
	case c.outgoing && c.giveUp():
		_, err := c.WaitEnded(ctx)
		return err
	case !c.outgoing && c.claim() == nil:
		return c.refuse(480)
	case !c.outgoing:
		// It may just be answered here: no BYE before the ACK of the answer (RFC 3261 section 15).
		select {
		case <-c.answered:
		case <-c.ended:
			return nil
		case <-ctx.Done():
		}
	}
	err := c.sendBye(ctx)
	c.finish(End{Status: sip.StatusOK, Reason: "BYE", Local: true})
	return err
}

// sendBye sends a BYE. If the other side's BYE crosses ours, its answer to ours may say that it does not
// know the call any more, or never come; neither is an error.
func (c *Call) sendBye(ctx context.Context) error {
	res, err := c.request(ctx, sip.BYE, nil)
	if errors.Is(err, errAborted) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("hang up: %w", err)
	}
	if !res.IsSuccess() && res.StatusCode != 481 {
		return fmt.Errorf("hang up: %d %s", res.StatusCode, res.Reason)
	}
	return nil
}

// request sends a request inside the dialog and waits for its final response.
func (c *Call) request(ctx context.Context, method sip.RequestMethod, body []byte, headers ...sip.Header) (*sip.Response, error) {
	req := c.dialog.request(method, c.dialog.nextCSeq(), c.phone.contact())
	for _, header := range headers {
		req.AppendHeader(header)
	}
	req.SetBody(body)
	return c.phone.roundTrip(ctx, req, c.dialog.nextCSeq, c.ended)
}

// Hold puts the other side on hold by a re-INVITE (sendonly); this phone stops sending.
func (c *Call) Hold(ctx context.Context) error { return c.reinvite(ctx, true) }

// Resume takes the other side back from hold.
func (c *Call) Resume(ctx context.Context) error { return c.reinvite(ctx, false) }

func (c *Call) reinvite(ctx context.Context, hold bool) error {
	if err := c.wait(ctx, c.answered, "an answer"); err != nil {
		return err
	}
	for {
		res, err := c.offer(ctx, hold)
		if err != nil {
			return err
		}
		if res.IsSuccess() {
			return c.settle(res, hold)
		}
		if res.StatusCode != 491 {
			return fmt.Errorf("re-INVITE: %d %s", res.StatusCode, res.Reason)
		}
		// Both sides asked at once; who owns the Call-ID waits longer (RFC 3261 section 14.1).
		pause := rand.N(2 * time.Second)
		if c.outgoing {
			pause = 2100*time.Millisecond + rand.N(1900*time.Millisecond)
		}
		again := time.NewTimer(pause)
		select {
		case <-again.C:
		case <-c.ended:
			again.Stop()
			return c.endedError()
		case <-ctx.Done():
			again.Stop()
			return ctx.Err()
		}
	}
}

// offer sends the re-INVITE and acknowledges its answer.
func (c *Call) offer(ctx context.Context, hold bool) (*sip.Response, error) {
	c.mu.Lock()
	if c.inviting {
		c.mu.Unlock()
		return nil, errors.New("another hold or resume of this call is under way")
	}
	c.inviting = true
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.inviting = false
	}()
	direction := sendRecv
	if hold {
		direction = sendOnly
	}
	res, err := c.request(ctx, sip.INVITE, c.describe(direction, payloadEvent), sip.NewHeader("Content-Type", "application/sdp"))
	if err == nil && res.IsSuccess() {
		c.confirm(res)
		c.acknowledge(res.CSeq().SeqNo)
	}
	return res, err
}

// settle takes the answer to our re-INVITE.
func (c *Call) settle(res *sip.Response, hold bool) error {
	theirs, err := parseSDP(res.Body())
	if err != nil {
		return fmt.Errorf("answer to re-INVITE: %w", err)
	}
	c.mu.Lock()
	c.holding = hold
	c.mu.Unlock()
	c.hearken(theirs)
	return nil
}

// Refer asks the other side to call to, a number or a URI (RFC 3515), and returns the final status: 202
// if it takes the request, else its refusal.
func (c *Call) Refer(ctx context.Context, to string) (status int, err error) {
	target, _, err := c.phone.parties(Caller{}, to)
	if err != nil {
		return 0, err
	}
	res, err := c.request(ctx, sip.REFER, nil, sip.NewHeader("Refer-To", "<"+target.String()+">"),
		sip.NewHeader("Referred-By", "<"+c.dialog.local.String()+">"))
	if err != nil {
		return 0, err
	}
	return res.StatusCode, nil
}

// onReinvite answers a changed session description, such as a hold by the switch.
func (p *Phone) onReinvite(req *sip.Request, tx sip.ServerTransaction) {
	p.answerOffer(req, tx, true)
}

// onUpdate answers an UPDATE, with or without a session description (RFC 3311).
func (p *Phone) onUpdate(req *sip.Request, tx sip.ServerTransaction) {
	p.answerOffer(req, tx, false)
}

func (p *Phone) answerOffer(req *sip.Request, tx sip.ServerTransaction, invite bool) {
	c := p.find(req)
	if c == nil {
		_ = tx.Respond(sip.NewResponseFromRequest(req, 481, reasonOf(481), nil))
		return
	}
	status, body := c.counter(req, invite)
	res := c.dialog.respond(req, status, p.contact(), body)
	if !invite || status != sip.StatusOK {
		_ = tx.Respond(res)
		return
	}
	acked := make(chan struct{})
	c.mu.Lock()
	c.acked = acked
	c.mu.Unlock()
	_ = c.untilAcked(tx, res, acked) // It ends the call itself if no ACK comes.
}

// counter takes the other side's new description and writes the answer to it.
func (c *Call) counter(req *sip.Request, invite bool) (status int, body []byte) {
	c.mu.Lock()
	inviting, holding, ready := c.inviting, c.holding, c.media != nil
	c.mu.Unlock()
	if inviting && (invite || len(req.Body()) > 0) {
		return 491, nil
	}
	tag, _ := req.From().Params.Get("tag")
	c.dialog.learn(tag, req.Contact())
	if len(req.Body()) == 0 {
		if !invite || !ready {
			return sip.StatusOK, nil
		}
		direction := sendRecv
		if holding {
			direction = sendOnly
		}
		return sip.StatusOK, c.describe(direction, payloadEvent)
	}
	theirs, err := parseSDP(req.Body())
	if err != nil || !ready {
		return sip.StatusNotAcceptableHere, nil
	}
	c.hearken(theirs)
	return sip.StatusOK, c.describe(answerDirection(true, !holding, theirs.direction), theirs.event)
}

// onBye ends the call; a BYE that crosses ours is answered too.
func (p *Phone) onBye(req *sip.Request, tx sip.ServerTransaction) {
	c := p.find(req)
	if c == nil {
		_ = tx.Respond(sip.NewResponseFromRequest(req, 481, reasonOf(481), nil))
		return
	}
	c.finish(End{Status: sip.StatusOK, Reason: reasonIn(req, "BYE")})
	_ = tx.Respond(sip.NewResponseFromRequest(req, sip.StatusOK, reasonOf(200), nil))
}

// onOther says yes to what needs no action of a phone: OPTIONS, INFO, NOTIFY, MESSAGE.
func (p *Phone) onOther(req *sip.Request, tx sip.ServerTransaction) {
	res := sip.NewResponseFromRequest(req, sip.StatusOK, reasonOf(200), nil)
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	_ = tx.Respond(res)
}
