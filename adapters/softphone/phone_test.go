package softphone

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// registrar is a switch's door: it challenges REGISTER and INVITE, and answers each authorised INVITE with 486.
type registrar struct {
	addr      string
	registers chan *sip.Request // the authorised ones
}

func startRegistrar(t *testing.T, password string, expires int) *registrar {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	agent, err := sipgo.NewUA()
	must(t, err)
	server, err := sipgo.NewServer(agent)
	must(t, err)
	r := &registrar{addr: conn.LocalAddr().String(), registers: make(chan *sip.Request, 16)}
	challenge := digest.Challenge{Realm: "test", Nonce: "n1", Algorithm: "MD5", QOP: []string{"auth"}}
	guard := func(status int, ask, reply string, next sipgo.RequestHandler) sipgo.RequestHandler {
		return func(req *sip.Request, tx sip.ServerTransaction) {
			if header := req.GetHeader(reply); header != nil {
				given, err := digest.ParseCredentials(header.Value())
				if err == nil {
					want, err := digest.Digest(&challenge, digest.Options{Method: req.Method.String(), URI: given.URI, Username: given.Username, Password: password, Cnonce: given.Cnonce, Count: given.Nc})
					if err == nil && want.Response == given.Response {
						next(req, tx)
						return
					}
				}
			}
			res := sip.NewResponseFromRequest(req, status, "Challenge", nil)
			res.AppendHeader(sip.NewHeader(ask, challenge.String()))
			_ = tx.Respond(res)
		}
	}
	server.OnRegister(guard(401, "WWW-Authenticate", "Authorization", func(req *sip.Request, tx sip.ServerTransaction) {
		res := sip.NewResponseFromRequest(req, 200, "OK", nil)
		contact := req.Contact().Clone()
		contact.Params.Add("expires", fmt.Sprint(expires))
		res.AppendHeader(contact)
		res.AppendHeader(sip.NewHeader("Contact", "<sip:other@127.0.0.1:9>;expires=3600"))
		_ = tx.Respond(res)
		r.registers <- req
	}))
	server.OnInvite(guard(407, "Proxy-Authenticate", "Proxy-Authorization", func(req *sip.Request, tx sip.ServerTransaction) {
		_ = tx.Respond(sip.NewResponseFromRequest(req, 486, "Busy Here", nil))
	}))
	server.OnAck(func(*sip.Request, sip.ServerTransaction) {})
	done := make(chan struct{})
	go func() { defer close(done); _ = server.ServeUDP(conn) }()
	t.Cleanup(func() { _ = conn.Close(); <-done; _ = agent.Close() })
	return r
}

func (r *registrar) next(t *testing.T, ctx context.Context) *sip.Request {
	t.Helper()
	select {
	case req := <-r.registers:
		return req
	case <-ctx.Done():
		t.Fatal("no REGISTER came")
		return nil
	}
}

func TestRegistrationLivesUntilUnregister(t *testing.T) {
	ctx := deadline(t)
	r := startRegistrar(t, "secret", 1)
	ann := open(t, Config{User: "ann", Password: "secret", Registrar: r.addr})
	must(t, ann.Register(ctx))
	if !ann.Registered() {
		t.Error("not registered")
	}
	first, refresh := r.next(t, ctx), r.next(t, ctx)
	if first.CallID().Value() != refresh.CallID().Value() || first.CSeq().SeqNo >= refresh.CSeq().SeqNo {
		t.Errorf("the refresh is no continuation: %v then %v", first, refresh)
	}
	must(t, ann.Unregister(ctx))
	for req := r.next(t, ctx); ; req = r.next(t, ctx) {
		if req.GetHeader("Expires").Value() == "0" {
			break
		}
	}
	if ann.Registered() {
		t.Error("still registered")
	}
}

func TestWrongPassword(t *testing.T) {
	ctx := deadline(t)
	r := startRegistrar(t, "secret", 60)
	ann := open(t, Config{User: "ann", Password: "guess", Registrar: r.addr})
	if err := ann.Register(ctx); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("registered with a wrong password: %v", err)
	}
}

func TestDialAnswersTheChallenge(t *testing.T) {
	ctx := deadline(t)
	r := startRegistrar(t, "secret", 60)
	for password, status := range map[string]int{"secret": 486, "guess": 407, "": 407} {
		call, err := open(t, Config{User: "ann", Password: password, Registrar: r.addr}).Dial(ctx, "7000")
		must(t, err)
		end, err := call.WaitEnded(ctx)
		must(t, err)
		if end.Status != status {
			t.Errorf("password %q: ended as %v", password, end)
		}
	}
}

func TestNoNumberWithoutARegistrar(t *testing.T) {
	if _, err := open(t, Config{User: "ann"}).Dial(deadline(t), "7000"); err == nil || !strings.Contains(err.Error(), "Registrar") {
		t.Errorf("dialled into nowhere: %v", err)
	}
}

func TestIgnoreIsTryingAndNothingElse(t *testing.T) {
	ctx := deadline(t)
	bob := open(t, Config{User: "bob"})
	out, err := open(t, Config{User: "ann"}).Dial(ctx, bob.URI())
	must(t, err)
	in, err := bob.WaitCall(ctx)
	must(t, err)
	must(t, in.Ignore())
	must(t, out.Hangup(ctx))
	select {
	case <-out.Ringing():
		t.Error("it rang")
	default:
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	ctx := deadline(t)
	before := runtime.NumGoroutine()
	for range 3 {
		ann, err := New(Config{User: "ann", Tone: 440})
		must(t, err)
		bob, err := New(Config{User: "bob", Tone: 660})
		must(t, err)
		talking, heard := connect(t, ctx, ann, bob)
		must(t, talking.Hears(ctx, 660))
		_, _ = ring(t, ctx, ann, bob)
		_, _ = ring(t, ctx, bob, ann)
		ann.Close()
		_, err = heard.WaitEnded(ctx) // The BYE of Close has arrived.
		must(t, err)
		bob.Vanish()
		if _, err := ann.Dial(ctx, bob.URI()); err == nil {
			t.Error("a closed phone dials")
		}
	}
	eventually(t, ctx, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= before })
}

func TestManyPhonesAtOnce(t *testing.T) {
	ctx := deadline(t)
	const pairs = 30
	results := make(chan error, pairs)
	for i := range pairs {
		bob := open(t, Config{User: fmt.Sprint("agent", i), Tone: 660, OnCall: func(c *Call) { _ = c.Answer() }})
		ann := open(t, Config{User: fmt.Sprint("caller", i), Tone: 440})
		go func() {
			call, err := ann.Dial(ctx, bob.URI())
			if err == nil {
				err = call.Hears(ctx, 660)
			}
			if err == nil {
				err = call.Hangup(ctx)
			}
			results <- err
		}()
	}
	for range pairs {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
}
