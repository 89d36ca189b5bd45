package softphone

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// maxChallenges is how often one request is sent again with credentials: once for the first challenge and
// once more if the nonce was stale.
const maxChallenges = 2

var errAborted = errors.New("the call ended or the phone was closed before the answer")

// contact is the address under which the switch reaches the phone.
func (p *Phone) contact() sip.Uri {
	return sip.Uri{Scheme: "sip", User: p.config.User, Host: p.addr.Addr().String(), Port: int(p.addr.Port())}
}

// transact sends a request from the phone's socket. The request must not be changed afterwards: the
// library sends it again from it.
func (p *Phone) transact(ctx context.Context, req *sip.Request) (sip.ClientTransaction, error) {
	p.prepare(req)
	return p.client.TransactionRequest(ctx, req, addVia)
}

func (p *Phone) prepare(req *sip.Request) {
	req.SetTransport("UDP")
	req.Laddr = sip.Addr{IP: net.IP(p.addr.Addr().AsSlice()), Port: int(p.addr.Port())}
	if req.Body() == nil {
		req.SetBody(nil) // This writes Content-Length: 0.
	}
}

// roundTrip sends a request other than the first INVITE, answers a challenge, and returns the final
// response. nextCSeq numbers the repetitions; abort ends the wait when no answer matters any more.
func (p *Phone) roundTrip(ctx context.Context, req *sip.Request, nextCSeq func() uint32, abort <-chan struct{}) (*sip.Response, error) {
	for challenges := 0; ; challenges++ {
		res, err := p.exchange(ctx, req, abort)
		if err != nil {
			return nil, err
		}
		if !challenged(res) || p.config.Password == "" || challenges == maxChallenges {
			return res, nil
		}
		if req, err = p.authorize(req, res, nextCSeq()); err != nil {
			return nil, err
		}
	}
}

// exchange sends one request and waits for its final response.
func (p *Phone) exchange(ctx context.Context, req *sip.Request, abort <-chan struct{}) (*sip.Response, error) {
	tx, err := p.transact(ctx, req)
	if err != nil {
		return nil, err
	}
	// The transaction of a re-INVITE lives on, to acknowledge its final response when that is repeated.
	if !req.IsInvite() {
		defer tx.Terminate()
	}
	for {
		select {
		case res := <-tx.Responses():
			if !res.IsProvisional() {
				return res, nil
			}
		case <-tx.Done():
			return nil, fmt.Errorf("no answer to %s: %w", req.Method, errors.Join(tx.Err(), sip.ErrTransactionTimeout))
		case <-abort:
			return nil, errAborted
		case <-ctx.Done():
			return nil, fmt.Errorf("no answer to %s: %w", req.Method, ctx.Err())
		}
	}
}

func challenged(res *sip.Response) bool {
	return res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired
}

// authorize returns the request once more, with credentials for the challenge (RFC 3261 section 22).
func (p *Phone) authorize(req *sip.Request, res *sip.Response, cseq uint32) (*sip.Request, error) {
	ask, reply := "WWW-Authenticate", "Authorization"
	if res.StatusCode == sip.StatusProxyAuthRequired {
		ask, reply = "Proxy-Authenticate", "Proxy-Authorization"
	}
	header := res.GetHeader(ask)
	if header == nil {
		return nil, fmt.Errorf("%d without %s", res.StatusCode, ask)
	}
	challenge, err := digest.ParseChallenge(header.Value())
	if err != nil {
		return nil, fmt.Errorf("challenge %q: %w", header.Value(), err)
	}
	credentials, err := digest.Digest(challenge, digest.Options{
		Method: req.Method.String(), URI: req.Recipient.String(), Username: p.config.User, Password: p.config.Password,
	})
	if err != nil {
		return nil, fmt.Errorf("challenge %q: %w", header.Value(), err)
	}
	again := req.Clone()
	again.RemoveHeader("Via")
	again.RemoveHeader(reply)
	again.CSeq().SeqNo = cseq
	again.AppendHeader(sip.NewHeader(reply, credentials.String()))
	return again, nil
}
