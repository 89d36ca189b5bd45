package softphone

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// dialog is what requests inside a call are built from (RFC 3261 section 12).
type dialog struct {
	callID, tag   string
	local, remote sip.Uri
	localName     string

	mu        sync.Mutex
	remoteTag string
	target    sip.Uri
	routes    []string
	cseq      uint32
}

func dialogKey(callID, tag string) string { return callID + ";" + tag }

func (d *dialog) key() string { return dialogKey(d.callID, d.tag) }

func (d *dialog) nextCSeq() uint32 {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cseq++
	return d.cseq
}

// learn takes the other side's tag and target from a message of the dialog. Routes are fixed by the
// response that confirms it, the target may change with each INVITE and UPDATE.
func (d *dialog) learn(tag string, contact *sip.ContactHeader) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.remoteTag = tag
	if contact != nil {
		d.target = *contact.Address.Clone()
	}
}

// route takes the route set: in the order of a request, in reverse order of a response.
func (d *dialog) route(records []sip.Header, response bool) {
	routes := make([]string, 0, len(records))
	for _, record := range records {
		routes = append(routes, record.Value())
	}
	if response {
		slices.Reverse(routes)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.routes = routes
}

// request builds a request inside the dialog, to the other side's target along the route set.
func (d *dialog) request(method sip.RequestMethod, cseq uint32, contact sip.Uri) *sip.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	req := sip.NewRequest(method, *d.target.Clone())
	from := &sip.FromHeader{DisplayName: d.localName, Address: d.local}
	from.Params.Add("tag", d.tag)
	to := &sip.ToHeader{Address: d.remote}
	if d.remoteTag != "" {
		to.Params.Add("tag", d.remoteTag)
	}
	callID, forwards := sip.CallIDHeader(d.callID), sip.MaxForwardsHeader(70)
	for _, header := range []sip.Header{
		from, to, &callID, &sip.CSeqHeader{SeqNo: cseq, MethodName: method}, &forwards,
		&sip.ContactHeader{Address: contact}, sip.NewHeader("User-Agent", userAgent),
	} {
		req.AppendHeader(header)
	}
	for _, route := range d.routes {
		req.AppendHeader(sip.NewHeader("Route", route))
	}
	next := d.target
	if route := req.Route(); route != nil {
		next = route.Address
	}
	req.SetDestination(hostPort(next))
	return req
}

func hostPort(uri sip.Uri) string {
	port := uri.Port
	if port == 0 {
		port = sip.DefaultUdpPort
	}
	return net.JoinHostPort(uri.Host, strconv.Itoa(port))
}

// respond builds a response with our tag, so that all responses to an INVITE name one dialog.
func (d *dialog) respond(req *sip.Request, status int, contact sip.Uri, body []byte) *sip.Response {
	res := sip.NewResponseFromRequest(req, status, reasonOf(status), nil)
	// The library gives each response a tag of its own.
	if to := res.To(); to != nil && status > 100 {
		to.Params.Add("tag", d.tag)
	}
	res.AppendHeader(&sip.ContactHeader{Address: contact})
	res.AppendHeader(sip.NewHeader("Allow", allowed))
	if body != nil {
		res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	}
	res.SetBody(body)
	return res
}

// reasonOf is the usual phrase of the statuses that phones send (RFC 3261 section 21).
func reasonOf(status int) string {
	phrases := map[int]string{
		100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 302: "Moved Temporarily", 403: "Forbidden",
		404: "Not Found", 408: "Request Timeout", 480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist",
		486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 491: "Request Pending",
		500: "Server Internal Error", 503: "Service Unavailable", 600: "Busy Everywhere", 603: "Decline",
	}
	if phrase, ok := phrases[status]; ok {
		return phrase
	}
	return fmt.Sprintf("Status %d", status)
}
