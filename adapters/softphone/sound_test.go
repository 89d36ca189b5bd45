package softphone

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// record takes frames from a source.
func record(source Source, frames int) []int16 {
	samples := make([]int16, frames*frameSamples)
	for at := 0; at < len(samples); at += frameSamples {
		source(samples[at : at+frameSamples])
	}
	return samples
}

func TestULawKeepsTheSound(t *testing.T) {
	for _, known := range []struct {
		sample int16
		code   byte
	}{{0, 0xFF}, {32767, 0x80}, {-32768, 0x00}} {
		if code := encodeULaw(known.sample); code != known.code {
			t.Errorf("%d is coded as %#x, want %#x", known.sample, code, known.code)
		}
	}
	for sample := math.MinInt16; sample <= math.MaxInt16; sample++ {
		back := int(decodeULaw(encodeULaw(int16(sample))))
		// Half a step: a sixteenth of the value's octave, and the clipping at the top.
		if allowed := (max(sample, -sample)+ulawBias)/16 + 4; max(back-sample, sample-back) > allowed {
			t.Fatalf("%d comes back as %d", sample, back)
		}
	}
	for code := range 256 {
		if got := encodeULaw(decodeULaw(byte(code))); got != byte(code) && code != 0x7F { // Two codes mean zero.
			t.Errorf("code %#x comes back as %#x", code, got)
		}
	}
}

func TestTonesAreToldApart(t *testing.T) {
	for hz := 300.0; hz <= 3000; hz += 50 {
		tone := record(Tone(hz), 25)
		if got := ToneTime(tone, hz); got < 400*time.Millisecond {
			t.Errorf("%.0f Hz is heard for %v", hz, got)
		}
		for _, other := range []float64{hz - 50, hz + 50, 2 * hz} {
			if got := ToneTime(tone, other); got != 0 {
				t.Errorf("%.0f Hz is heard as %.0f Hz for %v", hz, other, got)
			}
		}
		if got := strongestTone(tone[:windowSamples]); got != hz {
			t.Errorf("%.0f Hz is named %.0f Hz", hz, got)
		}
	}
	mixed := record(Tone(440), 25)
	for i, sample := range record(Tone(660), 25) {
		mixed[i] += sample
	}
	if ToneTime(mixed, 440) == 0 || ToneTime(mixed, 660) == 0 || ToneTime(mixed, 550) != 0 {
		t.Error("two mixed tones are not both heard")
	}
	if quiet := record(Silence(), 25); ToneTime(quiet, 440) != 0 || LoudTime(quiet) != 0 || strongestTone(quiet[:windowSamples]) != 0 {
		t.Error("silence is heard as sound")
	}
	if got := LoudTime(append(record(Silence(), 10), record(Tone(440), 10)...)); got != 200*time.Millisecond {
		t.Errorf("loud for %v", got)
	}
}

func TestARecordingHasEachPartyOnItsChannel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "call.wav")
	must(t, WriteWAV(path, SampleRate, record(Tone(440), 50), record(Tone(660), 25)))
	wav, err := ReadWAV(path)
	must(t, err)
	if wav.Rate != SampleRate || len(wav.Channels) != 2 || len(wav.Channels[1]) != 50*frameSamples {
		t.Fatalf("read %d channels at %d", len(wav.Channels), wav.Rate)
	}
	left, right := wav.Channels[0], wav.Channels[1]
	if ToneTime(left, 440) < 900*time.Millisecond || ToneTime(left, 660) != 0 || ToneTime(right, 660) < 400*time.Millisecond || ToneTime(right, 440) != 0 {
		t.Errorf("left %v %v, right %v %v", ToneTime(left, 440), ToneTime(left, 660), ToneTime(right, 440), ToneTime(right, 660))
	}
	data, err := os.ReadFile(path)
	must(t, err)
	// While it is being written, a recording's header says zero bytes.
	copy(data[40:44], []byte{0, 0, 0, 0})
	if open, err := decodeWAV(data[:len(data)-100]); err != nil || len(open.Channels[0]) < 49*frameSamples {
		t.Errorf("an open recording: %v", err)
	}
	for name, broken := range map[string][]byte{"empty": nil, "text": []byte("this is not a sound file"), "headless": data[:20]} {
		if _, err := decodeWAV(broken); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestAWAVIsSentOnceThenSilence(t *testing.T) {
	ctx := deadline(t)
	path := filepath.Join(t.TempDir(), "prompt.wav")
	must(t, WriteWAV(path, SampleRate, record(Tone(880), 40)))
	out, in := ring(t, ctx, open(t, Config{User: "ann"}), open(t, Config{User: "bob"}))
	must(t, in.SendWAV(path))
	must(t, in.Answer())
	must(t, out.HearsAudio(ctx))
	must(t, out.Hears(ctx, 880))
	must(t, out.HearsSilence(ctx))
	must(t, WriteWAV(path, 16000, record(Tone(880), 1)))
	if err := in.SendWAV(path); err == nil {
		t.Error("a recording of another rate was sent")
	}
}

func TestDirectionsOfAnAnswer(t *testing.T) {
	for _, c := range []struct {
		send, hear    bool
		theirs, wants string
	}{
		{true, true, sendRecv, sendRecv}, {true, true, sendOnly, recvOnly}, {true, true, recvOnly, sendOnly},
		{true, true, inactive, inactive}, {true, false, sendRecv, sendOnly}, {true, false, sendOnly, inactive},
	} {
		if got := answerDirection(c.send, c.hear, c.theirs); got != c.wants {
			t.Errorf("send %v, hear %v, theirs %s: %s", c.send, c.hear, c.theirs, got)
		}
	}
}

func TestDescriptionsThatAreRefused(t *testing.T) {
	head := "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
	for name, body := range map[string]string{
		"empty": "", "no audio": head + "m=video 4000 RTP/AVP 0\r\n", "no PCMU": head + "m=audio 4000 RTP/AVP 8\r\n",
		"port 0": head + "m=audio 0 RTP/AVP 0\r\n", "event": head + "m=audio 4000 RTP/AVP 0 x\r\na=rtpmap:x telephone-event/8000\r\n",
	} {
		if d, err := parseSDP([]byte(body)); err == nil {
			t.Errorf("%s was read as %+v", name, d)
		}
	}
	d, err := parseSDP([]byte(head + "m=audio 4000 RTP/AVP 8 0 97\r\nc=IN IP4 127.0.0.2\r\na=rtpmap:97 telephone-event/8000\r\na=sendonly\r\n"))
	if err != nil || d.addr.String() != "127.0.0.2:4000" || d.event != 97 || d.direction != sendOnly {
		t.Errorf("read %+v, %v", d, err)
	}
}

// One key is one event: its packets share a timestamp, the duration grows, the end comes three times.
func TestTheEventsOfAKey(t *testing.T) {
	done := make(chan struct{})
	k := keyer{queue: []keyPress{{event: 11, done: done}}}
	var sent []string
	for frame := range uint32(keyFrames + pauseFrames + 1) {
		busy := k.next(1000+frame*frameSamples, func(timestamp uint32, payload []byte) {
			sent = append(sent, fmt.Sprintf("%d:%x", timestamp, payload))
		})
		if busy != (frame < keyFrames) {
			t.Errorf("frame %d belongs to the key: %v", frame, busy)
		}
	}
	want := "1000:0b0a00a0 1000:0b0a0140 1000:0b0a01e0 1000:0b0a0280 1000:0b0a0320 1000:0b8a0320 1000:0b8a0320 1000:0b8a0320"
	if got := strings.Join(sent, " "); got != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}
	select {
	case <-done:
	default:
		t.Error("the key is not reported as sent")
	}
}

func TestARecordingKeepsTimeOverLostPackets(t *testing.T) {
	m := media{event: payloadEvent}
	m.ear.init()
	m.ear.recording = true
	take := func(number int) {
		m.take(&rtp.Packet{Header: rtp.Header{SSRC: 7, SequenceNumber: uint16(number), Timestamp: uint32(number * frameSamples)}, Payload: make([]byte, frameSamples)}, m.remote, time.Now())
	}
	for _, number := range []int{3, 4, 7, 8} {
		take(number)
	}
	if frames := len(m.ear.samples) / frameSamples; frames != 6 {
		t.Errorf("%d frames were recorded, want 6", frames)
	}
}
