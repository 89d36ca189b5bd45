package softphone

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

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
		res.AppendHeader(sip.NewHeader("Contact", "<sip:other@127.0.0.1:9>;expires=3600"))
		res.AppendHeader(contact)
		_ = tx.Respond(res)
		r.registers <- req
	}))
	server.OnInvite(guard(407, "Proxy-Authenticate", "Proxy-Authorization", func(req *sip.Request, tx sip.ServerTransaction) {
		_ = tx.Respond(sip.NewResponseFromRequest(req, 486, "Busy Here", nil))
	}))
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

// wire speaks SIP by hand, for what a well-behaved stack never sends.
type wire struct {
	t    *testing.T
	conn *net.UDPConn
	to   *net.UDPAddr
}

func openWire(t *testing.T, p *Phone) *wire {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	must(t, conn.SetDeadline(time.Now().Add(15*time.Second)))
	return &wire{t: t, conn: conn, to: net.UDPAddrFromAddrPort(p.addr)}
}

// send writes a request with the headers that every request has.
func (w *wire) send(method string, cseq int, branch, toTag, body string, headers ...string) {
	w.t.Helper()
	lines := append([]string{
		fmt.Sprintf("%s sip:bob@%s SIP/2.0", method, w.to),
		fmt.Sprintf("Via: SIP/2.0/UDP %s;branch=z9hG4bK%s", w.conn.LocalAddr(), branch),
		"Max-Forwards: 70", "From: <sip:ann@127.0.0.1>;tag=a1", "To: <sip:bob@127.0.0.1>" + toTag,
		"Call-ID: wire", fmt.Sprintf("CSeq: %d %s", cseq, method), fmt.Sprintf("Contact: <sip:ann@%s>", w.conn.LocalAddr()),
		fmt.Sprintf("Content-Length: %d", len(body)),
	}, headers...)
	_, err := w.conn.WriteToUDP([]byte(strings.Join(lines, "\r\n")+"\r\n\r\n"+body), w.to)
	must(w.t, err)
}

// expect reads until a response with that status and CSeq, and returns it.
func (w *wire) expect(status int, cseq string) string {
	w.t.Helper()
	buffer := make([]byte, 4096)
	for {
		n, _, err := w.conn.ReadFromUDP(buffer)
		if err != nil {
			w.t.Fatalf("wait for %d to %s: %v", status, cseq, err)
		}
		if text := string(buffer[:n]); strings.HasPrefix(text, fmt.Sprintf("SIP/2.0 %d ", status)) && strings.Contains(text, "CSeq: "+cseq) {
			return text
		}
	}
}

func toTag(response string) string {
	for line := range strings.SplitSeq(response, "\r\n") {
		if strings.HasPrefix(line, "To:") {
			_, tag, _ := strings.Cut(line, ";tag=")
			return ";tag=" + tag
		}
	}
	return ""
}

func TestARetransmittedInviteIsOneCall(t *testing.T) {
	ctx := deadline(t)
	bob := open(t, Config{User: "bob"})
	w := openWire(t, bob)
	w.send("INVITE", 1, "x", "", "")
	in, err := bob.WaitCall(ctx)
	must(t, err)
	w.send("INVITE", 1, "x", "", "")
	must(t, in.Ring())
	w.expect(180, "1 INVITE")
	w.send("INVITE", 1, "x", "", "")
	w.expect(180, "1 INVITE") // The repetition gets the same response again.
	must(t, in.Reject(486))
	tag := toTag(w.expect(486, "1 INVITE"))
	w.send("INVITE", 1, "x", "", "")
	w.expect(486, "1 INVITE")
	w.send("ACK", 1, "x", tag, "")
	w.send("INVITE", 1, "x", "", "")
	w.send("OPTIONS", 2, "y", "", "")
	w.expect(200, "2 OPTIONS")
	select {
	case again := <-bob.Incoming():
		t.Errorf("a second call: %v", again.Headers())
	default:
	}
	if bob.Invites() != 1 {
		t.Errorf("%d invites counted", bob.Invites())
	}
}

// An INVITE without a description asks the phone to offer; the answer comes with the ACK.
func TestAnOfferInTheAnswerAndRequestsInsideTheCall(t *testing.T) {
	ctx := deadline(t)
	bob := open(t, Config{User: "bob", Tone: 660})
	w := openWire(t, bob)
	w.send("INVITE", 1, "x", "", "")
	in, err := bob.WaitCall(ctx)
	must(t, err)
	answered := make(chan error, 1)
	go func() { answered <- in.Answer() }()
	response := w.expect(200, "1 INVITE")
	w.expect(200, "1 INVITE") // Without an ACK the answer is repeated.
	_, body, _ := strings.Cut(response, "\r\n\r\n")
	theirs, err := parseSDP([]byte(body))
	must(t, err)
	if theirs.direction != sendRecv || theirs.event != payloadEvent {
		t.Errorf("offered %+v", theirs)
	}
	rtp, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	must(t, err)
	defer rtp.Close()
	must(t, rtp.SetDeadline(time.Now().Add(15*time.Second)))
	ours := description{addr: rtp.LocalAddr().(*net.UDPAddr).AddrPort(), direction: sendRecv}
	sdp := "Content-Type: application/sdp"
	tag := toTag(response)
	w.send("ACK", 1, "ack", tag, string(ours.body(1)), sdp)
	must(t, <-answered)
	packet := make([]byte, 1500)
	_, _, err = rtp.ReadFromUDP(packet)
	must(t, err)

	w.send("UPDATE", 2, "update", tag, "")
	w.expect(200, "2 UPDATE")
	ours.direction = inactive
	w.send("INVITE", 3, "hold", tag, string(ours.body(2)), sdp)
	if text := w.expect(200, "3 INVITE"); !strings.Contains(text, "a=inactive") {
		t.Errorf("answer to inactive:\n%s", text)
	}
	w.send("ACK", 3, "ack3", tag, "")
	if !in.Held() {
		t.Error("not held")
	}
	w.send("INVITE", 4, "odd", tag, "v=0\r\n", sdp)
	w.expect(488, "4 INVITE")
	w.send("ACK", 4, "odd", tag, "")
	w.send("BYE", 5, "stray", ";tag=nobody", "")
	w.expect(481, "5 BYE")
	w.send("BYE", 6, "bye", tag, "", `Reason: Q.850;cause=16;text="Normal"`)
	w.expect(200, "6 BYE")
	end, err := in.WaitEnded(ctx)
	must(t, err)
	if !strings.Contains(end.Reason, "cause=16") {
		t.Errorf("ended as %v", end)
	}
	if bob.Invites() != 1 {
		t.Errorf("%d invites counted", bob.Invites())
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
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for runtime.NumGoroutine() > before {
		select {
		case <-tick.C:
		case <-ctx.Done():
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
	}
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
