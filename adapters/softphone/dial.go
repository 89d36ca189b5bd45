package softphone

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Caller is who a call says it comes from.
type Caller struct{ User, DisplayName string }

// Dial calls a number at the registrar, or a full sip: URI directly, and returns once the INVITE is sent.
// Ringing, Answered and Ended tell what becomes of it. ctx bounds only the sending. A challenge is
// answered with the phone's password; without one the call ends with 401 or 407.
func (p *Phone) Dial(ctx context.Context, number string, headers ...Header) (*Call, error) {
	return p.DialFrom(ctx, Caller{User: p.config.User, DisplayName: p.config.DisplayName}, number, headers...)
}

// DialFrom is Dial with another caller's number and name, as a trunk does.
func (p *Phone) DialFrom(ctx context.Context, caller Caller, number string, headers ...Header) (*Call, error) {
	c, err := p.dial(ctx, caller, number, headers)
	if err != nil {
		return nil, fmt.Errorf("dial %s from %s: %w", number, caller.User, err)
	}
	return c, nil
}

func (p *Phone) dial(ctx context.Context, caller Caller, number string, headers []Header) (*Call, error) {
	target, local, err := p.parties(caller, number)
	if err != nil {
		return nil, err
	}
	c := newCall(p)
	c.outgoing, c.number = true, number
	c.peer = sip.FromHeader{DisplayName: quote(caller.DisplayName), Address: local}
	c.dialog = dialog{
		callID: sip.GenerateTagN(32), tag: sip.GenerateTagN(12), local: local, localName: c.peer.DisplayName,
		remote: target, target: target,
	}
	if c.media, err = openMedia(p.addr.Addr(), c.source); err != nil {
		return nil, err
	}
	req := c.dialog.request(sip.INVITE, c.dialog.nextCSeq(), p.contact())
	for _, header := range headers {
		req.AppendHeader(sip.NewHeader(header.Name, header.Value))
	}
	req.AppendHeader(sip.NewHeader("Allow", allowed))
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.SetBody(c.describe(sendRecv, payloadEvent))
	if err := p.add(c); err != nil {
		c.media.close()
		return nil, err
	}
	tx, err := p.transact(ctx, req)
	if err == nil && !p.run(func() { c.follow(tx, req) }) {
		err = errClosed
	}
	if err != nil {
		c.finish(End{Reason: err.Error(), Local: true})
		return nil, err
	}
	return c, nil
}

// parties returns whom to call and as whom.
func (p *Phone) parties(caller Caller, number string) (target, local sip.Uri, err error) {
	if strings.HasPrefix(number, "sip:") {
		err = sip.ParseUri(number, &target)
	} else {
		target, err = p.address(number)
	}
	if err != nil {
		return target, local, err
	}
	local = sip.Uri{Scheme: "sip", User: caller.User, Host: p.addr.Addr().String()}
	if p.config.Registrar != "" && p.config.Password != "" {
		// With an account the From is the address of record.
		if local, err = p.address(caller.User); err != nil {
			return target, local, err
		}
		local.Port = 0
	}
	return target, local, nil
}

// follow sees an outgoing INVITE through to its answer or its end.
func (c *Call) follow(tx sip.ClientTransaction, req *sip.Request) {
	provisional, cancelled, challenges := false, false, 0
	cancel := c.cancel
	for {
		select {
		case <-c.phone.closing:
			return
		case <-tx.Done():
			c.finish(End{Status: sip.StatusRequestTimeout, Reason: errors.Join(errors.New("no answer to INVITE"), tx.Err()).Error()})
			return
		case <-cancel:
			// Before the first response a CANCEL might overtake the INVITE (RFC 3261 section 9.1).
			cancel, cancelled = nil, true
			if provisional {
				c.sendCancel(req)
			}
		case res := <-tx.Responses():
			switch {
			case res.IsProvisional():
				if !provisional && cancelled {
					c.sendCancel(req)
				}
				provisional = true
				c.progress(res)
			case res.IsSuccess():
				c.accepted(tx, req, res)
				return
			case challenged(res) && c.phone.config.Password != "" && challenges < maxChallenges && !cancelled:
				challenges++
				again, err := c.phone.authorize(req, res, c.dialog.nextCSeq())
				if err == nil {
					req, provisional = again, false
					tx, err = c.phone.transact(context.Background(), req)
				}
				if err != nil {
					c.finish(End{Status: res.StatusCode, Reason: err.Error()})
					return
				}
			default:
				c.finish(End{Status: res.StatusCode, Reason: reasonIn(res, res.Reason), Local: cancelled})
				return
			}
		}
	}
}

// progress takes a provisional response.
func (c *Call) progress(res *sip.Response) {
	if len(res.Body()) > 0 {
		if theirs, err := parseSDP(res.Body()); err == nil {
			c.hearken(theirs)
			c.mu.Lock()
			select {
			case <-c.early:
			default:
				close(c.early)
			}
			c.mu.Unlock()
		}
	}
	if res.StatusCode == sip.StatusRinging {
		c.mark(0, c.ringing)
	}
}

// accepted takes the 200: it acknowledges, begins the audio, or hangs up if the call was given up
// meanwhile or the description is unusable.
func (c *Call) accepted(tx sip.ClientTransaction, req *sip.Request, res *sip.Response) {
	c.confirm(res)
	c.dialog.route(res.GetHeaders("Record-Route"), true)
	tx.OnRetransmission(func(*sip.Response) { c.acknowledge(req.CSeq().SeqNo) })
	c.acknowledge(req.CSeq().SeqNo)
	end := End{Status: sip.StatusRequestTerminated, Reason: "cancelled while it was answered", Local: true}
	theirs, err := parseSDP(res.Body())
	if err == nil {
		c.hearken(theirs)
		if c.standing() {
			return
		}
	} else {
		end.Status, end.Reason = sip.StatusNotAcceptableHere, err.Error()
	}
	ctx, stop := context.WithTimeout(context.Background(), closeTime)
	defer stop()
	_ = c.sendBye(ctx) // Whether or not the other side confirms, the call is over for us.
	c.finish(end)
}

// confirm takes the other side's tag and target from a 200.
func (c *Call) confirm(res *sip.Response) {
	tag, _ := res.To().Params.Get("tag")
	c.dialog.learn(tag, res.Contact())
}

// acknowledge sends the ACK of a 200, which is no transaction but goes to the target (RFC 3261 section 13.2.2.4).
func (c *Call) acknowledge(cseq uint32) {
	ack := c.dialog.request(sip.ACK, cseq, c.phone.contact())
	c.phone.prepare(ack)
	// A lost ACK is repeated with the next 200.
	_ = c.phone.client.WriteRequest(ack, addVia)
}

// sendCancel gives up an INVITE. The INVITE itself ends with 487, or with a 200 that crossed the CANCEL.
func (c *Call) sendCancel(invite *sip.Request) {
	cancel := sip.NewRequest(sip.CANCEL, invite.Recipient)
	forwards := sip.MaxForwardsHeader(70)
	for _, header := range []sip.Header{
		invite.Via(), invite.From(), invite.To(), invite.CallID(),
		&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL}, &forwards,
	} {
		cancel.AppendHeader(sip.HeaderClone(header))
	}
	sip.CopyHeaders("Route", invite, cancel)
	cancel.SetDestination(invite.Destination())
	c.phone.prepare(cancel)
	// The CANCEL carries the Via of the INVITE, so none is added (RFC 3261 section 9.1).
	tx, err := c.phone.client.TransactionRequest(context.Background(), cancel, asItIs)
	if err != nil {
		return // The socket is closed, which ends the call too.
	}
	c.phone.run(func() {
		defer tx.Terminate()
		select {
		case <-tx.Responses():
		case <-tx.Done():
		case <-c.phone.closing:
		}
	})
}

// reasonIn prefers the Reason header of a message (RFC 3326) over the phrase.
func reasonIn(msg interface{ GetHeader(string) sip.Header }, phrase string) string {
	if header := msg.GetHeader("Reason"); header != nil {
		return header.Value()
	}
	return phrase
}
