package softphone

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
)

// Direction of the media as SDP names it (RFC 3264), seen from the side that wrote it.
const (
	sendRecv = "sendrecv"
	sendOnly = "sendonly"
	recvOnly = "recvonly"
	inactive = "inactive"
)

const (
	payloadPCMU = 0
	// payloadEvent is the payload type that our own offers give to telephone events (RFC 4733).
	payloadEvent = 101
)

// description is the part of a session description that the phone works with.
type description struct {
	addr      netip.AddrPort
	direction string
	// event is the payload type of telephone events; 0 if the side takes none.
	event uint8
}

var errNoPCMU = errors.New("the session description has no audio stream with PCMU")

// parseSDP reads an offer or an answer. It refuses a body without a live PCMU stream.
func parseSDP(body []byte) (description, error) {
	var session sdp.SessionDescription
	if err := session.Unmarshal(body); err != nil {
		return description{}, fmt.Errorf("session description: %w", err)
	}
	for _, media := range session.MediaDescriptions {
		if media.MediaName.Media != "audio" || media.MediaName.Port.Value == 0 || !slices.Contains(media.MediaName.Formats, "0") {
			continue
		}
		connection := media.ConnectionInformation
		if connection == nil {
			connection = session.ConnectionInformation
		}
		if connection == nil || connection.Address == nil {
			return description{}, errors.New("the session description has no connection address")
		}
		host, err := netip.ParseAddr(connection.Address.Address)
		if err != nil {
			return description{}, fmt.Errorf("session description: %w", err)
		}
		d := description{addr: netip.AddrPortFrom(host, uint16(media.MediaName.Port.Value)), direction: sendRecv}
		for _, attribute := range slices.Concat(session.Attributes, media.Attributes) {
			switch attribute.Key {
			case sendRecv, sendOnly, recvOnly, inactive:
				d.direction = attribute.Key
			case "rtpmap":
				format, encoding, _ := strings.Cut(attribute.Value, " ")
				if strings.EqualFold(encoding, "telephone-event/8000") {
					number, err := strconv.ParseUint(format, 10, 7)
					if err != nil {
						return description{}, fmt.Errorf("session description: payload type %q: %w", format, err)
					}
					d.event = uint8(number)
				}
			}
		}
		return d, nil
	}
	return description{}, errNoPCMU
}

// body writes d as an offer or an answer; version counts the descriptions of one session.
func (d description) body(version int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "v=0\r\no=- 1 %d IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n", version, d.addr.Addr(), d.addr.Addr())
	if d.event == 0 {
		fmt.Fprintf(&b, "m=audio %d RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n", d.addr.Port())
	} else {
		fmt.Fprintf(&b, "m=audio %d RTP/AVP 0 %d\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:%d telephone-event/8000\r\na=fmtp:%d 0-15\r\n",
			d.addr.Port(), d.event, d.event, d.event)
	}
	fmt.Fprintf(&b, "a=ptime:20\r\na=%s\r\n", d.direction)
	return []byte(b.String())
}

// mayHear and maySend say what a direction lets the side do that wrote it.
func mayHear(direction string) bool { return direction == sendRecv || direction == recvOnly }
func maySend(direction string) bool { return direction == sendRecv || direction == sendOnly }

// direction composes what we want with what the other side's description allows (RFC 3264 section 6.1).
func answerDirection(wantSend, wantHear bool, theirs string) string {
	send, hear := wantSend && mayHear(theirs), wantHear && maySend(theirs)
	switch {
	case send && hear:
		return sendRecv
	case send:
		return sendOnly
	case hear:
		return recvOnly
	}
	return inactive
}
