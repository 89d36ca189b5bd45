package softphone

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/rtp"
)

// Stats is what one call sent and received as RTP.
type Stats struct {
	// Sent, Received: packets. Lost: sequence numbers of the other side that never came; a switch that
	// counts on while it is silent, as Asterisk does on hold, shows as loss. Strange: packets from an
	// address that the other side did not announce; they are not heard.
	Sent, Received, Lost, Strange int
	// First and Last are when the first and the newest packet arrived; LongestGap is the longest time
	// between two in a row.
	First, Last time.Time
	LongestGap  time.Duration
}

// media is the RTP socket of one call, with a goroutine that sends a packet every 20 ms and one that hears.
// Everything under mu is shared between those two and the call.
type media struct {
	conn *net.UDPConn
	ear  ear
	done chan struct{}
	once sync.Once

	mu      sync.Mutex
	remote  netip.AddrPort
	event   uint8 // payload type of telephone events, 0 = the other side takes none
	sending bool
	source  Source
	dtmf    keyer
	stats   Stats
	lastSeq uint16
	lastSRC uint32
	lastKey uint32 // timestamp of the last key heard; one key comes as several packets
	lastTS  uint32
}

// openMedia takes a free port on host. Nothing is sent or heard before start.
func openMedia(host netip.Addr, source Source) (*media, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(host, 0)))
	if err != nil {
		return nil, err
	}
	m := &media{conn: conn, done: make(chan struct{}), source: source}
	m.ear.init()
	return m, nil
}

func (m *media) addr() netip.AddrPort { return m.conn.LocalAddr().(*net.UDPAddr).AddrPort() }

// aim sends to the described address from now on; sending says whether anything may be sent at all.
func (m *media) aim(theirs description, sending bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.remote, m.event, m.sending = theirs.addr, theirs.event, sending
}

// run hears and speaks until close.
func (m *media) run() {
	var hearing sync.WaitGroup
	hearing.Go(m.hear)
	m.speak()
	hearing.Wait()
}

func (m *media) close() {
	m.once.Do(func() {
		close(m.done)
		_ = m.conn.Close() // Nothing is buffered in a UDP socket that could be lost.
	})
}

// speak sends on an absolute schedule: after a stall it catches up, so that the other side loses nothing.
func (m *media) speak() {
	ticker := time.NewTicker(frameDuration)
	defer ticker.Stop()
	start, sent := time.Now(), 0
	var packet [rtpHeaderSize + frameSamples]byte
	header := rtp.Header{Version: 2, SSRC: rand.Uint32(), SequenceNumber: uint16(rand.Uint32()), Timestamp: rand.Uint32()}
	for {
		select {
		case <-m.done:
			return
		case <-ticker.C:
		}
		due := int(time.Since(start) / frameDuration)
		// A second of backlog is not worth sending: it would arrive as one burst.
		sent = max(sent, due-50)
		for ; sent < due; sent++ {
			m.frame(&header, packet[:])
		}
	}
}

const rtpHeaderSize = 12

// frame sends the packets of one 20 ms frame.
func (m *media) frame(header *rtp.Header, packet []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	header.Timestamp += frameSamples
	if !m.sending || !m.remote.IsValid() {
		m.dtmf.skip()
		return
	}
	send := func(payloadType uint8, timestamp uint32, payload []byte) {
		h := *header
		h.PayloadType, h.Timestamp = payloadType, timestamp
		header.SequenceNumber++
		n, err := h.MarshalTo(packet)
		if err != nil {
			return
		}
		n += copy(packet[n:], payload)
		// A refused port is a deaf peer; that it hears nothing is for its side to notice.
		if _, err := m.conn.WriteToUDPAddrPort(packet[:n], m.remote); err == nil {
			m.stats.Sent++
		}
	}
	if m.dtmf.next(header.Timestamp, func(timestamp uint32, payload []byte) { send(m.event, timestamp, payload) }) {
		return
	}
	var samples [frameSamples]int16
	var payload [frameSamples]byte
	m.source(samples[:])
	for i, sample := range samples {
		payload[i] = encodeULaw(sample)
	}
	send(payloadPCMU, header.Timestamp, payload[:])
}

// hear reads packets until the socket closes.
func (m *media) hear() {
	buffer := make([]byte, 1500)
	for {
		n, from, err := m.conn.ReadFromUDPAddrPort(buffer)
		select {
		case <-m.done:
			return
		default:
		}
		if err != nil {
			continue // A port that the other side closed shows as an error of ours (ICMP); the socket lives on.
		}
		// RTCP of a neighbouring port shares the version bits; its types lie in 192 to 223 (RFC 5761 section 4).
		if n >= 2 && buffer[1] >= 192 && buffer[1] <= 223 {
			continue
		}
		var packet rtp.Packet
		if packet.Unmarshal(buffer[:n]) == nil {
			m.take(&packet, netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), time.Now())
		}
	}
}

// take counts one packet and passes its audio or key on.
func (m *media) take(packet *rtp.Packet, from netip.AddrPort, now time.Time) {
	m.mu.Lock()
	if from != m.remote {
		m.stats.Strange++
		m.mu.Unlock()
		return
	}
	m.stats.count(packet, now, m.lastSeq, packet.SSRC == m.lastSRC)
	gap := int32(packet.Timestamp - m.lastTS)
	follows := packet.SSRC == m.lastSRC
	m.lastSeq, m.lastSRC = packet.SequenceNumber, packet.SSRC
	// Our offers name 101; in our answers the number is the one that the other side offered.
	event := m.event != 0 && (packet.PayloadType == m.event || packet.PayloadType == payloadEvent)
	key := event && len(packet.Payload) >= 4 && packet.Payload[1]&endOfKey != 0 && packet.Timestamp != m.lastKey
	if key {
		m.lastKey = packet.Timestamp
	}
	if packet.PayloadType == payloadPCMU {
		m.lastTS = packet.Timestamp + uint32(len(packet.Payload))
	}
	m.mu.Unlock()

	switch {
	case key:
		m.ear.key(packet.Payload[0])
	case packet.PayloadType == payloadPCMU:
		if !follows || gap < 0 || gap > 10*SampleRate {
			gap = 0
		}
		m.ear.hear(packet.Payload, int(gap))
	}
}

// count adds one packet; follows says whether it belongs to the same stream as the one before.
func (s *Stats) count(packet *rtp.Packet, now time.Time, lastSeq uint16, follows bool) {
	if s.Received == 0 {
		s.First = now
	} else {
		s.LongestGap = max(s.LongestGap, now.Sub(s.Last))
		switch ahead := int16(packet.SequenceNumber - lastSeq); {
		case follows && ahead > 0:
			s.Lost += int(ahead) - 1
		case follows && ahead < 0:
			s.Lost-- // It was counted as lost and came late.
		}
	}
	s.Received++
	s.Last = now
}
