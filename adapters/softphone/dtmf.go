package softphone

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

// keys in the order of their event numbers (RFC 4733 section 3.2).
const keys = "0123456789*#ABCD"

const (
	// endOfKey is the E bit of a telephone event; keyVolume is -10 dBm0.
	endOfKey  = 0x80
	keyVolume = 10
	// A key lasts 100 ms and is followed by a pause of 80 ms; the last packet is sent three times, as
	// RFC 4733 section 2.5.1.4 asks.
	keyFrames, pauseFrames, keyRepeats = 5, 4, 3
)

// keyer turns queued keys into telephone events, one call of next per frame. It is guarded by media.mu.
type keyer struct {
	queue []keyPress
	frame int
	start uint32
}

// keyPress is one key; done is closed when it has been sent.
type keyPress struct {
	event byte
	done  chan struct{}
}

// next sends the event packets of this frame; it returns false if the frame is free for audio.
func (k *keyer) next(timestamp uint32, send func(timestamp uint32, payload []byte)) bool {
	if len(k.queue) == 0 {
		return false
	}
	k.frame++
	if k.frame > keyFrames {
		if k.frame > keyFrames+pauseFrames {
			k.skip()
		}
		return false
	}
	if k.frame == 1 {
		k.start = timestamp
	}
	payload := [4]byte{k.queue[0].event, keyVolume}
	binary.BigEndian.PutUint16(payload[2:], uint16(k.frame*frameSamples))
	send(k.start, payload[:])
	if k.frame == keyFrames {
		payload[1] |= endOfKey
		for range keyRepeats {
			send(k.start, payload[:])
		}
	}
	return true
}

// skip finishes the key in hand.
func (k *keyer) skip() {
	if len(k.queue) > 0 {
		close(k.queue[0].done)
		k.queue, k.frame = k.queue[1:], 0
	}
}

// SendDTMF presses the keys (0-9 * # A-D) one after the other and returns when the last is sent. It fails
// if the other side takes no telephone events, or if the call ends before.
func (c *Call) SendDTMF(ctx context.Context, digits string) error {
	m, err := c.audio()
	if err != nil {
		return err
	}
	presses := make([]keyPress, 0, len(digits))
	for _, digit := range strings.ToUpper(digits) {
		event := strings.IndexRune(keys, digit)
		if event < 0 {
			return fmt.Errorf("%q is no telephone key; use 0-9, *, # and A-D", digit)
		}
		presses = append(presses, keyPress{event: byte(event), done: make(chan struct{})})
	}
	m.mu.Lock()
	if m.event == 0 || !m.sending {
		m.mu.Unlock()
		return errors.New("no keys can be sent: the other side takes no telephone events, or the call is on hold")
	}
	m.dtmf.queue = append(m.dtmf.queue, presses...)
	m.mu.Unlock()
	for _, press := range presses {
		if err := c.wait(ctx, press.done, "keys to be sent"); err != nil {
			return err
		}
	}
	return nil
}

// Digits returns the keys that were heard so far.
func (c *Call) Digits() string {
	m, err := c.audio()
	if err != nil {
		return ""
	}
	return m.ear.digits()
}

// HearsDigits waits until the keys heard since the call began end in digits.
func (c *Call) HearsDigits(ctx context.Context, digits string) error {
	m, err := c.audio()
	if err != nil {
		return err
	}
	for {
		changed := m.ear.nextKey()
		heard := m.ear.digits()
		if strings.HasSuffix(heard, digits) {
			return nil
		}
		if err := c.wait(ctx, changed, fmt.Sprintf("keys %q, heard %q", digits, heard)); err != nil {
			return err
		}
	}
}
