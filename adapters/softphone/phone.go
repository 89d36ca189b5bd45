package softphone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Config describes one phone. The zero value is an anonymous phone on loopback that can only call URIs.
type Config struct {
	// User is the SIP user: the From of what it calls and the Contact that it registers. Without a
	// Password it answers no challenge, like a trunk or a caller from outside.
	User, Password, DisplayName string
	// Registrar is host:port of the switch. It takes the REGISTER and all numbers that are dialled.
	Registrar string
	// Listen is where the phone receives SIP; its RTP uses free ports of the same host. Default 127.0.0.1:0.
	Listen string
	// Expires is the registration's life that is asked for. Default two minutes.
	Expires time.Duration
	// Tone is the frequency in hertz that its calls send until told otherwise; 0 is silence.
	Tone float64
	// NoRTP makes calls without any audio packets, for load tests of the signalling. The Hears family
	// fails on such a phone.
	NoRTP bool
	// OnCall takes each incoming call in a goroutine of its own, in place of Incoming. Close waits for it,
	// so it must return once the call has ended.
	OnCall func(*Call)
}

const (
	// incomingBacklog is how many calls may wait in Incoming; the next caller gets 486 Busy Here.
	incomingBacklog = 64
	// closeTime bounds how long Close waits for the other side to confirm the BYE of a living call.
	closeTime = time.Second
	userAgent = "tandem-softphone"
	// allowed are the methods that the phone takes.
	allowed = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY, MESSAGE"
)

var errClosed = errors.New("the phone is closed")

// Phone is one SIP user on one socket. All its methods may be called from any goroutine.
type Phone struct {
	config Config
	addr   netip.AddrPort
	agent  *sipgo.UserAgent
	client *sipgo.Client
	socket *socket

	incoming chan *Call
	invites  atomic.Int64
	registry registration

	closing chan struct{}
	once    sync.Once
	wg      sync.WaitGroup

	mu     sync.Mutex
	closed bool
	calls  map[string]*Call // by dialog: Call-ID and our tag
}

// New opens the phone's socket. It fails if the addresses can't be read or the port is taken.
func New(config Config) (*Phone, error) {
	if config.Listen == "" {
		config.Listen = "127.0.0.1:0"
	}
	if config.Expires == 0 {
		config.Expires = 2 * time.Minute
	}
	if config.User == "" {
		config.User = "anonymous"
	}
	conn, err := net.ListenPacket("udp", config.Listen)
	if err != nil {
		return nil, fmt.Errorf("softphone %s: %w", config.User, err)
	}
	p := &Phone{
		config: config, socket: newSocket(conn), addr: conn.LocalAddr().(*net.UDPAddr).AddrPort(),
		incoming: make(chan *Call, incomingBacklog), closing: make(chan struct{}), calls: make(map[string]*Call),
	}
	p.registry.init()
	if err := p.serve(); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("softphone %s: %w", config.User, err)
	}
	return p, nil
}

// serve starts the SIP stack on the socket and returns once it reads.
func (p *Phone) serve() error {
	// The library logs each odd packet; what matters of them reaches the calls.
	quiet := slog.New(slog.DiscardHandler)
	var err error
	p.agent, err = sipgo.NewUA(sipgo.WithUserAgent(userAgent),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(quiet)),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(quiet),
			sip.WithTransactionLayerUnhandledResponseHandler(func(*sip.Response) {})))
	if err != nil {
		return err
	}
	p.client, err = sipgo.NewClient(p.agent, sipgo.WithClientLogger(quiet), sipgo.WithClientAddr(p.addr.String()), sipgo.WithClientNAT())
	if err != nil {
		return err
	}
	server, err := sipgo.NewServer(p.agent, sipgo.WithServerLogger(quiet))
	if err != nil {
		return err
	}
	server.OnInvite(p.onInvite)
	server.OnAck(p.onAck)
	server.OnBye(p.onBye)
	server.OnUpdate(p.onUpdate)
	server.OnCancel(p.onStrayCancel)
	for _, method := range []sip.RequestMethod{sip.OPTIONS, sip.INFO, sip.NOTIFY, sip.MESSAGE} {
		server.OnRequest(method, p.onOther)
	}
	p.wg.Go(func() {
		defer p.socket.ended()
		_ = server.ServeUDP(p.socket) // It ends when Vanish shuts the socket.
	})
	<-p.socket.started
	return nil
}

// Addr is host:port of the phone's SIP socket.
func (p *Phone) Addr() string { return p.addr.String() }

// URI is where the phone can be called directly, without a switch.
func (p *Phone) URI() string { u := p.contact(); return u.String() }

// Incoming yields the calls that arrive, unless Config.OnCall takes them. It is never closed.
func (p *Phone) Incoming() <-chan *Call { return p.incoming }

// Invites counts the calls that arrived since New, without retransmissions and re-INVITEs.
func (p *Phone) Invites() int { return int(p.invites.Load()) }

// Calls returns the calls that have not ended.
func (p *Phone) Calls() []*Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	calls := make([]*Call, 0, len(p.calls))
	for _, call := range p.calls {
		calls = append(calls, call)
	}
	return calls
}

// WaitCall returns the next incoming call.
func (p *Phone) WaitCall(ctx context.Context) (*Call, error) {
	select {
	case call := <-p.incoming:
		return call, nil
	case <-p.closing:
		return nil, errClosed
	case <-ctx.Done():
		return nil, fmt.Errorf("phone %s was not rung: %w", p.config.User, ctx.Err())
	}
}

// Close hangs up what still lives, waits at most a second for the other side, and frees everything. It
// does not unregister: the switch keeps the contact until it expires.
func (p *Phone) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	p.refuseNew()
	var hangups sync.WaitGroup
	for _, call := range p.Calls() {
		hangups.Go(func() { _ = call.Hangup(ctx) }) // A deaf other side is not our trouble any more.
	}
	hangups.Wait()
	p.Vanish()
}

// Vanish takes the phone off the network at once, as if its cable were pulled: no BYE, no answer.
func (p *Phone) Vanish() {
	p.refuseNew()
	p.once.Do(func() {
		close(p.closing)
		for _, call := range p.Calls() {
			call.finish(End{Reason: errClosed.Error(), Local: true})
		}
		// Closing the socket first keeps the transactions' last words from the wire.
		p.socket.shut(p.agent.TransportLayer().Pool("udp"))
		p.agent.TransactionLayer().Close()
	})
	p.wg.Wait()
}

func (p *Phone) refuseNew() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
}

// add enters a call unless the phone is closing.
func (p *Phone) add(c *Call) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errClosed
	}
	p.calls[c.dialog.key()] = c
	return nil
}

func (p *Phone) remove(c *Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.calls, c.dialog.key())
}

// find returns the call that a request inside a dialog belongs to.
func (p *Phone) find(req *sip.Request) *Call {
	tag, _ := req.To().Params.Get("tag")
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[dialogKey(req.CallID().Value(), tag)]
}

// run runs f in the phone's group, unless the phone is closed already.
func (p *Phone) run(f func()) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.wg.Go(f)
	return true
}
