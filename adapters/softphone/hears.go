package softphone

import (
	"context"
	"fmt"
	"time"
)

const (
	// silentFrames is how much quiet audio counts as silence: 400 ms, more than a stall of the machine.
	silentFrames = 20
	// silentTime counts as silence too, if no packet at all arrives in it.
	silentTime = time.Second
	// glimpseFrames is how much of a tone HearsNot tolerates: 60 ms, for what was on its way.
	glimpseFrames = 3
)

// Hears waits until the tone of hz hertz is heard for 200 ms without a break, counted from now.
func (c *Call) Hears(ctx context.Context, hz float64) error {
	run := 0
	err := c.attend(ctx, nil, nil, func(window []int16) (bool, error) {
		if carries(window, hz) {
			run++
		} else {
			run = 0
		}
		return run >= toneFrames, nil
	})
	if err != nil {
		return fmt.Errorf("%s does not hear %.0f Hz: %w", c.name(), hz, err)
	}
	return nil
}

// HearsNot listens for the given time and fails as soon as the tone of hz hertz is heard for more than 60 ms.
func (c *Call) HearsNot(ctx context.Context, hz float64, during time.Duration) error {
	timer := time.NewTimer(during)
	defer timer.Stop()
	run := 0
	err := c.attend(ctx, timer.C, nil, func(window []int16) (bool, error) {
		if !carries(window, hz) {
			run = 0
			return false, nil
		}
		if run++; run > glimpseFrames {
			return false, fmt.Errorf("the tone is there")
		}
		return false, nil
	})
	if err != nil {
		return fmt.Errorf("%s should not hear %.0f Hz: %w", c.name(), hz, err)
	}
	return nil
}

// HearsAudio waits until 200 ms of anything that is not silence are heard: music, a prompt, a voice.
func (c *Call) HearsAudio(ctx context.Context) error {
	frames := 0
	err := c.attend(ctx, nil, nil, func(window []int16) (bool, error) {
		if loud(window) {
			frames++
		}
		return frames >= toneFrames, nil
	})
	if err != nil {
		return fmt.Errorf("%s hears nothing: %w", c.name(), err)
	}
	return nil
}

// HearsSilence waits until 400 ms of silence are heard without a break, or no audio comes for a second.
func (c *Call) HearsSilence(ctx context.Context) error {
	timer := time.NewTimer(silentTime)
	defer timer.Stop()
	frames := 0
	err := c.attend(ctx, timer.C, nil, func(window []int16) (bool, error) {
		timer.Reset(silentTime)
		if loud(window) {
			frames = 0
		} else {
			frames++
		}
		return frames >= silentFrames, nil
	})
	if err != nil {
		return fmt.Errorf("%s hears no silence: %w", c.name(), err)
	}
	return nil
}

// Send plays source to the other side from the next packet on, in place of what was sent before. It may
// be set before the call is answered. A source is used by one call only.
func (c *Call) Send(source Source) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.source = source
	if c.media != nil {
		c.media.mu.Lock()
		defer c.media.mu.Unlock()
		c.media.source = source
	}
}

// SendTone sends a sine of hz hertz from now on.
func (c *Call) SendTone(hz float64) { c.Send(Tone(hz)) }

// SendSilence sends packets without sound from now on.
func (c *Call) SendSilence() { c.Send(Silence()) }

// SendWAV sends the first channel of an 8 kHz recording once, then silence.
func (c *Call) SendWAV(path string) error {
	wav, err := ReadWAV(path)
	if err != nil {
		return err
	}
	if wav.Rate != SampleRate {
		return fmt.Errorf("%s has %d samples per second; convert it to %d", path, wav.Rate, SampleRate)
	}
	c.Send(Samples(wav.Channels[0]))
	return nil
}

// Stats returns what was sent and received so far; it stays readable after the end.
func (c *Call) Stats() Stats {
	m, err := c.audio()
	if err != nil {
		return Stats{}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stats
}
