package softphone

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// wire speaks SIP by hand, for what a well-behaved stack never sends.
type wire struct {
	t    *testing.T
	conn *net.UDPConn
	to   *net.UDPAddr
}

func openWire(t *testing.T) *wire {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	must(t, conn.SetDeadline(time.Now().Add(15*time.Second)))
	return &wire{t: t, conn: conn}
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
	w := openWire(t)
	w.to = net.UDPAddrFromAddrPort(bob.addr)
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
	w := openWire(t)
	w.to = net.UDPAddrFromAddrPort(bob.addr)
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
	sound, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	must(t, err)
	defer func() { _ = sound.Close() }()
	must(t, sound.SetDeadline(time.Now().Add(15*time.Second)))
	ours := description{addr: sound.LocalAddr().(*net.UDPAddr).AddrPort(), direction: sendRecv}
	sdp := "Content-Type: application/sdp"
	tag := toTag(response)
	w.send("ACK", 1, "ack", tag, string(ours.body(1)), sdp)
	must(t, <-answered)
	packet := make([]byte, 1500)
	_, _, err = sound.ReadFromUDP(packet)
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

// request reads until a request with that method and returns it.
func (w *wire) request(method string) string {
	w.t.Helper()
	for {
		if text := w.next(); strings.HasPrefix(text, method+" ") {
			return text
		}
	}
}

// next reads the next message, whatever it is; replies go to where it came from.
func (w *wire) next() string {
	w.t.Helper()
	buffer := make([]byte, 4096)
	n, from, err := w.conn.ReadFromUDP(buffer)
	if err != nil {
		w.t.Fatalf("wait for a message: %v", err)
	}
	w.to = from
	return string(buffer[:n])
}

// reply answers a request with our tag.
func (w *wire) reply(request, status, body string, headers ...string) {
	w.t.Helper()
	lines := []string{"SIP/2.0 " + status}
	for line := range strings.SplitSeq(request, "\r\n") {
		name, _, _ := strings.Cut(line, ":")
		switch name {
		case "Via", "From", "Call-ID", "CSeq":
			lines = append(lines, line)
		case "To":
			if !strings.Contains(line, ";tag=") {
				line += ";tag=w1"
			}
			lines = append(lines, line)
		}
	}
	lines = append(lines, fmt.Sprintf("Contact: <sip:wire@%s>", w.conn.LocalAddr()), fmt.Sprintf("Content-Length: %d", len(body)))
	lines = append(lines, headers...)
	_, err := w.conn.WriteToUDP([]byte(strings.Join(lines, "\r\n")+"\r\n\r\n"+body), w.to)
	must(w.t, err)
}

func bodyOf(message string) []byte {
	_, body, _ := strings.Cut(message, "\r\n\r\n")
	return []byte(body)
}

func (w *wire) uri() string { return fmt.Sprintf("sip:wire@%s", w.conn.LocalAddr()) }

func TestEarlyMediaLossAndStrangers(t *testing.T) {
	ctx := deadline(t)
	w := openWire(t)
	out, err := open(t, Config{User: "ann"}).Dial(ctx, w.uri())
	must(t, err)
	invite := w.request("INVITE")
	theirs, err := parseSDP(bodyOf(invite))
	must(t, err)
	sound, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	must(t, err)
	defer func() { _ = sound.Close() }()
	sdp := string(description{addr: sound.LocalAddr().(*net.UDPAddr).AddrPort(), direction: sendRecv}.body(1))
	w.reply(invite, "183 Session Progress", sdp, "Content-Type: application/sdp")
	must(t, out.wait(ctx, out.EarlyMedia(), "early media"))
	select {
	case <-out.Answered():
		t.Error("early media counts as an answer")
	default:
	}
	heard := make(chan error, 1)
	listening, stop := out.media.ear.listen()
	defer stop()
	go func() { heard <- out.Hears(ctx, 440) }()
	// The listener of Hears is in place before the first packet.
	eventually(t, ctx, "two listeners", func() bool {
		out.media.ear.mu.Lock()
		defer out.media.ear.mu.Unlock()
		return len(out.media.ear.listeners) == 2
	})
	send := func(conn *net.UDPConn, number int) {
		payload := make([]byte, frameSamples)
		for i, sample := range record(Tone(440), 1) {
			payload[i] = encodeULaw(sample)
		}
		packet := rtp.Packet{Header: rtp.Header{Version: 2, SSRC: 7, SequenceNumber: uint16(65530 + number), Timestamp: uint32(number * frameSamples)}, Payload: payload}
		raw, err := packet.Marshal()
		must(t, err)
		_, err = conn.WriteToUDPAddrPort(raw, theirs.addr)
		must(t, err)
	}
	send(w.conn, 0)
	for number := range 20 {
		if number != 5 && number != 12 {
			send(sound, number)
		}
	}
	send(sound, 12) // Late, but not lost.
	for range 19 {
		select {
		case <-listening:
		case <-ctx.Done():
			t.Fatal("packets are missing")
		}
	}
	must(t, <-heard)
	if stats := out.Stats(); stats.Received != 19 || stats.Lost != 1 || stats.Strange != 1 {
		t.Errorf("stats %+v", stats)
	}
	w.reply(invite, "200 OK", sdp, "Content-Type: application/sdp")
	w.request("ACK")
	w.reply(invite, "200 OK", sdp, "Content-Type: application/sdp")
	w.request("ACK") // Each repetition of the answer is acknowledged.
	must(t, out.WaitAnswered(ctx))
	hungUp := make(chan error, 1)
	go func() { hungUp <- out.Hangup(ctx) }()
	w.reply(w.request("BYE"), "200 OK", "")
	must(t, <-hungUp)
}

// Two re-INVITEs at once are both refused with 491, and the phone tries again (RFC 3261 section 14.1).
func TestTwoReinvitesAtOnce(t *testing.T) {
	ctx := deadline(t)
	bob := open(t, Config{User: "bob", NoRTP: true}) // The wire's socket speaks SIP, not RTP.
	w := openWire(t)
	w.to = net.UDPAddrFromAddrPort(bob.addr)
	ours := string(description{addr: w.conn.LocalAddr().(*net.UDPAddr).AddrPort(), direction: sendRecv}.body(1))
	sdp := "Content-Type: application/sdp"
	w.send("INVITE", 1, "x", "", ours, sdp)
	in, err := bob.WaitCall(ctx)
	must(t, err)
	answered := make(chan error, 1)
	go func() { answered <- in.Answer() }()
	tag := toTag(w.expect(200, "1 INVITE"))
	w.send("ACK", 1, "ack", tag, "")
	must(t, <-answered)

	held := make(chan error, 1)
	go func() { held <- in.Hold(ctx) }()
	theirs := w.request("INVITE")
	w.send("INVITE", 2, "y", tag, ours, sdp)
	w.expect(491, "2 INVITE")
	w.send("ACK", 2, "y", tag, "")
	w.reply(theirs, "491 Request Pending", "")
	w.request("ACK")
	theirs = w.request("INVITE")
	if !strings.Contains(theirs, "a=sendonly") {
		t.Errorf("no hold:\n%s", theirs)
	}
	w.reply(theirs, "200 OK", ours, sdp)
	w.request("ACK")
	must(t, <-held)
}
