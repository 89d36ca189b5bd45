package softphone

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// retryTime is how soon a failed refresh is tried again, so that a phone finds back to a restarted switch.
const retryTime = 2 * time.Second

// registration is the phone's standing with its registrar. busy serialises REGISTERs: they must arrive in
// the order of their CSeq.
type registration struct {
	busy   chan struct{}
	callID string
	tag    string
	cseq   uint32

	mu      sync.Mutex
	expires time.Time
	stop    context.CancelFunc // ends the refresh; nil while there is none
	stopped chan struct{}      // closed once the refresh has ended
}

func (r *registration) init() {
	r.busy = make(chan struct{}, 1)
	r.callID, r.tag = sip.GenerateTagN(24), sip.GenerateTagN(12)
}

// Register announces the phone to its registrar and keeps it registered until Unregister or Close. An
// error tells the status that the registrar gave.
func (p *Phone) Register(ctx context.Context) error {
	granted, err := p.register(ctx, p.config.Expires)
	if err != nil {
		return fmt.Errorf("register %s at %s: %w", p.config.User, p.config.Registrar, err)
	}
	p.registry.mu.Lock()
	defer p.registry.mu.Unlock()
	if p.registry.stop != nil {
		return nil
	}
	refreshing, stop := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	if !p.run(func() { defer close(stopped); p.refresh(refreshing, granted) }) {
		stop()
		return errClosed
	}
	p.registry.stop, p.registry.stopped = stop, stopped
	return nil
}

// Unregister removes the phone's contact from the registrar and ends the refresh.
func (p *Phone) Unregister(ctx context.Context) error {
	p.registry.mu.Lock()
	stop, stopped := p.registry.stop, p.registry.stopped
	p.registry.stop = nil
	p.registry.mu.Unlock()
	if stop != nil {
		stop()
		<-stopped // A refresh on its way would register the phone again.
	}
	if _, err := p.register(ctx, 0); err != nil {
		return fmt.Errorf("unregister %s at %s: %w", p.config.User, p.config.Registrar, err)
	}
	return nil
}

// Registered reports whether the last registration is still alive.
func (p *Phone) Registered() bool {
	p.registry.mu.Lock()
	defer p.registry.mu.Unlock()
	return time.Now().Before(p.registry.expires)
}

// refresh registers again when two thirds of the granted time have passed.
func (p *Phone) refresh(ctx context.Context, granted time.Duration) {
	timer := time.NewTimer(granted * 2 / 3)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		case <-p.closing:
			return
		}
		once, cancel := context.WithTimeout(ctx, retryTime)
		granted, err := p.register(once, p.config.Expires)
		cancel()
		if err != nil {
			timer.Reset(retryTime)
			continue
		}
		timer.Reset(granted * 2 / 3)
	}
}

// register sends one REGISTER and returns for how long the registrar took it.
func (p *Phone) register(ctx context.Context, expires time.Duration) (time.Duration, error) {
	select {
	case p.registry.busy <- struct{}{}:
		defer func() { <-p.registry.busy }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	registrar, err := p.address("")
	if err != nil {
		return 0, err
	}
	user := registrar
	user.User, user.Port = p.config.User, 0
	nextCSeq := func() uint32 { p.registry.cseq++; return p.registry.cseq }
	req := sip.NewRequest(sip.REGISTER, registrar)
	from := &sip.FromHeader{Address: user}
	from.Params.Add("tag", p.registry.tag)
	callID, forwards, seconds := sip.CallIDHeader(p.registry.callID), sip.MaxForwardsHeader(70), sip.ExpiresHeader(expires/time.Second)
	for _, header := range []sip.Header{
		from, &sip.ToHeader{Address: user}, &callID, &sip.CSeqHeader{SeqNo: nextCSeq(), MethodName: sip.REGISTER},
		&forwards, &sip.ContactHeader{Address: p.contact()}, &seconds, sip.NewHeader("User-Agent", userAgent),
	} {
		req.AppendHeader(header)
	}
	req.SetDestination(p.config.Registrar)
	res, err := p.roundTrip(ctx, req, nextCSeq, p.closing)
	if err != nil {
		return 0, err
	}
	if !res.IsSuccess() {
		return 0, fmt.Errorf("%d %s", res.StatusCode, res.Reason)
	}
	granted := p.granted(res, expires)
	p.registry.mu.Lock()
	defer p.registry.mu.Unlock()
	p.registry.expires = time.Now().Add(granted)
	return granted, nil
}

// granted reads the life of our own contact; the registrar lists all contacts of the user.
func (p *Phone) granted(res *sip.Response, asked time.Duration) time.Duration {
	value := ""
	if header := res.GetHeader("Expires"); header != nil {
		value = header.Value()
	}
	for _, header := range res.GetHeaders("Contact") {
		contact, ok := header.(*sip.ContactHeader)
		if ok && contact.Address.Port == int(p.addr.Port()) && contact.Address.User == p.config.User {
			value = contact.Params.GetOr("expires", value)
		}
	}
	seconds, err := strconv.Atoi(value)
	if err != nil || seconds <= 0 || asked == 0 {
		return asked
	}
	return time.Duration(seconds) * time.Second
}

// address returns the URI of a number at the registrar; an empty number is the registrar itself.
func (p *Phone) address(number string) (sip.Uri, error) {
	host, port, err := sip.ParseAddr(p.config.Registrar)
	if err != nil || host == "" {
		return sip.Uri{}, fmt.Errorf("registrar %q is not host:port; set Config.Registrar", p.config.Registrar)
	}
	return sip.Uri{Scheme: "sip", User: number, Host: host, Port: port}, nil
}
