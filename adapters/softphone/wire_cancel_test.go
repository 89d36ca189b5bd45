package softphone

import (
	"net"
	"strings"
	"testing"
)

// The crossings of a hang-up with whatever the other side sends at that moment (RFC 3261 sections 9 and 15).

func (w *wire) sdp() string {
	return string(description{addr: w.conn.LocalAddr().(*net.UDPAddr).AddrPort(), direction: sendRecv}.body(1))
}

const sdpType = "Content-Type: application/sdp"

// field is one header's line of a message, or one parameter in it.
func field(message, from, to string) string {
	_, rest, _ := strings.Cut(message, from)
	value, _, _ := strings.Cut(rest, to)
	return value
}

// places lets ann call the wire, which has the INVITE afterwards. Her phone sends no RTP: the wire's socket speaks SIP.
func places(t *testing.T, w *wire) (out *Call, invite string) {
	t.Helper()
	out, err := open(t, Config{User: "ann", NoRTP: true}).Dial(deadline(t), w.uri())
	must(t, err)
	return out, w.request("INVITE")
}

func hangsUp(t *testing.T, call *Call) <-chan error {
	t.Helper()
	ctx, done := deadline(t), make(chan error, 1)
	go func() { done <- call.Hangup(ctx) }()
	return done
}

func unanswered(t *testing.T, call *Call) {
	t.Helper()
	select {
	case <-call.Answered():
		t.Error("a call that was given up counts as answered")
	default:
	}
	if end := call.End(); end.Status != 487 || !end.Local {
		t.Errorf("ended as %v", end)
	}
}

func TestACancelWaitsForTheFirstResponse(t *testing.T) {
	w := openWire(t)
	out, invite := places(t, w)
	hungUp := hangsUp(t, out)
	if again := w.next(); !strings.HasPrefix(again, "INVITE ") { // repeated, as nothing answers it
		t.Fatalf("before any response came:\n%s", again)
	}
	w.reply(invite, "100 Trying", "")
	cancel := w.request("CANCEL")
	if field(cancel, "branch=", "\r\n") != field(invite, "branch=", "\r\n") || !strings.Contains(cancel, "CSeq: 1 CANCEL") {
		t.Errorf("it cancels another request:\n%s", cancel)
	}
	w.reply(cancel, "200 OK", "")
	w.reply(invite, "487 Request Terminated", "")
	ack := w.request("ACK")
	if field(ack, "branch=", "\r\n") != field(invite, "branch=", "\r\n") || !strings.Contains(ack, "tag=w1") {
		t.Errorf("it acknowledges another response:\n%s", ack)
	}
	must(t, <-hungUp)
	unanswered(t, out)
}

func TestAnAnswerThatCrossesTheCancelIsHungUp(t *testing.T) {
	for name, provisional := range map[string]bool{"after 180": true, "without any response before": false} {
		t.Run(name, func(t *testing.T) {
			w := openWire(t)
			out, invite := places(t, w)
			if provisional {
				w.reply(invite, "180 Ringing", "")
				must(t, out.WaitRinging(deadline(t)))
			}
			hungUp := hangsUp(t, out)
			if provisional {
				w.reply(w.request("CANCEL"), "481 Too Late", "")
			} else {
				w.request("INVITE") // a repetition; by now the phone wants to hang up
			}
			w.reply(invite, "200 OK", w.sdp(), sdpType)
			w.request("ACK")
			bye := w.request("BYE")
			w.reply(invite, "200 OK", w.sdp(), sdpType)
			w.request("ACK") // Each repetition of the answer is acknowledged, also of one that nobody wanted.
			w.reply(bye, "200 OK", "")
			must(t, <-hungUp)
			w.reply(invite, "200 OK", w.sdp(), sdpType)
			w.request("ACK") // Also when all is over.
			unanswered(t, out)
		})
	}
}

// The phone has the 200 and does not yet count as answered: whoever hangs up there must not wait for ever.
func TestAHangUpAtTheMomentOfTheAnswer(t *testing.T) {
	w := openWire(t)
	out, invite := places(t, w)
	out.mu.Lock() // so that the answer goes no further than its ACK
	w.reply(invite, "200 OK", w.sdp(), sdpType)
	w.request("ACK")
	hungUp := hangsUp(t, out)
	out.mu.Unlock()
	w.reply(w.request("BYE"), "200 OK", "")
	must(t, <-hungUp)
	if end := out.End(); !end.Local {
		t.Errorf("ended as %v", end)
	}
}

// Many times over, as both orders must come right.
func TestHangUpsAndAnswersAtOnce(t *testing.T) {
	w := openWire(t)
	ann := open(t, Config{User: "ann", NoRTP: true})
	for range 100 {
		out, err := ann.Dial(deadline(t), w.uri())
		must(t, err)
		invite := w.request("INVITE")
		w.reply(invite, "200 OK", w.sdp(), sdpType)
		hungUp := hangsUp(t, out)
		w.request("ACK")
		w.reply(w.request("BYE"), "200 OK", "")
		must(t, <-hungUp)
	}
	if left := len(ann.Calls()); left != 0 {
		t.Errorf("%d calls are left", left)
	}
}

// rung lets the wire call bob, whose phone sends no RTP.
func rung(t *testing.T, w *wire) *Call {
	t.Helper()
	bob := open(t, Config{User: "bob", NoRTP: true})
	w.to = net.UDPAddrFromAddrPort(bob.addr)
	w.send("INVITE", 1, "x", "", w.sdp(), sdpType)
	in, err := bob.WaitCall(deadline(t))
	must(t, err)
	return in
}

// A CANCEL that comes after the answer changes nothing (RFC 3261 section 9.2); the caller's BYE ends the call.
func TestACancelAfterTheAnswer(t *testing.T) {
	w := openWire(t)
	in := rung(t, w)
	answered := make(chan error, 1)
	go func() { answered <- in.Answer() }()
	tag := toTag(w.expect(200, "1 INVITE"))
	w.send("CANCEL", 1, "x", "", "")
	w.expect(200, "1 CANCEL")
	w.send("ACK", 1, "ack", tag, "")
	must(t, <-answered)
	w.send("BYE", 2, "bye", tag, "")
	w.expect(200, "2 BYE")
	if end, err := in.WaitEnded(deadline(t)); err != nil || end.Status != 200 || end.Local {
		t.Errorf("ended as %v, %v", end, err)
	}
}

// Whoever is called must not send a BYE before the ACK of the answer (RFC 3261 section 15).
func TestTheCalledSideHangsUpBeforeTheACK(t *testing.T) {
	w := openWire(t)
	in := rung(t, w)
	answered := make(chan error, 1)
	go func() { answered <- in.Answer() }()
	tag := toTag(w.expect(200, "1 INVITE"))
	hungUp := hangsUp(t, in)
	if again := w.next(); !strings.HasPrefix(again, "SIP/2.0 200 ") { // repeated, as its ACK is missing
		t.Fatalf("before the ACK came:\n%s", again)
	}
	w.send("ACK", 1, "ack", tag, "")
	w.reply(w.request("BYE"), "200 OK", "")
	must(t, <-answered)
	must(t, <-hungUp)
}

// An INVITE gets one final response, whatever is asked of the phone at once.
func TestAnsweredAndRefusedAtOnce(t *testing.T) {
	w := openWire(t)
	for range 30 {
		in := rung(t, w)
		done := make(chan error, 2)
		go func() { done <- in.Answer() }()
		go func() { done <- in.Reject(486) }()
		final := w.next()
		for strings.HasPrefix(final, "SIP/2.0 1") {
			final = w.next()
		}
		branch := "x"
		if strings.HasPrefix(final, "SIP/2.0 2") {
			branch = "ack" // which is a transaction of its own (RFC 3261 section 17.1.1.3)
		}
		w.send("ACK", 1, branch, toTag(final), "")
		first, second := <-done, <-done
		if (first == nil) == (second == nil) {
			t.Fatalf("the phone says %v and %v to:\n%s", first, second, final)
		}
		select {
		case <-in.Ended():
			if !strings.HasPrefix(final, "SIP/2.0 486 ") {
				t.Errorf("refused here, and there:\n%s", final)
			}
		case <-in.Answered():
			if !strings.HasPrefix(final, "SIP/2.0 200 ") {
				t.Errorf("answered here, and there:\n%s", final)
			}
			w.send("BYE", 2, "bye", toTag(final), "")
			w.expect(200, "2 BYE")
		}
	}
}
