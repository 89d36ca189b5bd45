package softphone

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// ear keeps what was heard: the keys, the recording if one was asked for, and who listens right now.
type ear struct {
	mu        sync.Mutex
	listeners map[chan []int16]struct{}
	recording bool
	samples   []int16
	keys      []byte
	keyed     chan struct{} // closed and replaced at each key
}

// listenerBacklog is how many frames a listener may lag, about 5 s; then it misses frames.
const listenerBacklog = 256

func (e *ear) init() {
	e.listeners = make(map[chan []int16]struct{})
	e.keyed = make(chan struct{})
}

// hear takes one packet; gap is how many samples are missing before it.
func (e *ear) hear(payload []byte, gap int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.listeners) == 0 && !e.recording {
		return
	}
	frame := make([]int16, len(payload))
	for i, code := range payload {
		frame[i] = decodeULaw(code)
	}
	if e.recording {
		e.samples = append(append(e.samples, make([]int16, gap)...), frame...)
	}
	for listener := range e.listeners {
		select {
		case listener <- frame:
		default:
		}
	}
}

func (e *ear) key(event byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if int(event) >= len(keys) {
		return // Flash and modem tones are no keys.
	}
	e.keys = append(e.keys, keys[event])
	close(e.keyed)
	e.keyed = make(chan struct{})
}

func (e *ear) digits() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return string(e.keys)
}

func (e *ear) nextKey() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.keyed
}

// listen returns the frames that arrive from now on, until stop.
func (e *ear) listen() (frames <-chan []int16, stop func()) {
	listener := make(chan []int16, listenerBacklog)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listeners[listener] = struct{}{}
	return listener, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.listeners, listener)
	}
}

// Record keeps everything that is heard from now on; Recording returns it.
func (c *Call) Record() error {
	m, err := c.audio()
	if err != nil {
		return err
	}
	m.ear.mu.Lock()
	defer m.ear.mu.Unlock()
	m.ear.recording = true
	return nil
}

// Recording returns what was heard since Record, with silence where packets were missing. It may be asked
// after the call has ended, and written with WriteWAV.
func (c *Call) Recording() []int16 {
	m, err := c.audio()
	if err != nil {
		return nil
	}
	m.ear.mu.Lock()
	defer m.ear.mu.Unlock()
	return append([]int16(nil), m.ear.samples...)
}

// attend passes each window of 40 ms that arrives, 20 ms apart, to judge until that returns true or an
// error. The first window is audio that arrived after the call of attend. idle closes or fires to end the
// wait from outside: then attend returns what idleResult says.
func (c *Call) attend(ctx context.Context, idle <-chan time.Time, idleResult error, judge func(window []int16) (bool, error)) error {
	m, err := c.audio()
	if err != nil {
		return err
	}
	frames, stop := m.ear.listen()
	defer stop()
	var heard, last []int16
	for {
		select {
		case frame := <-frames:
			heard = append(heard, frame...)
			for ; len(heard) >= windowSamples; heard = heard[frameSamples:] {
				last = append(last[:0], heard[:windowSamples]...)
				if done, err := judge(last); done || err != nil {
					return err
				}
			}
		case <-idle:
			return idleResult
		case <-ctx.Done():
			return fmt.Errorf("%w; %s", ctx.Err(), c.lately(last))
		case <-c.Ended():
			return fmt.Errorf("%w; %s", c.endedError(), c.lately(last))
		}
	}
}

// lately tells what was heard instead, for a failed test to print.
func (c *Call) lately(window []int16) string {
	stats := c.Stats()
	if len(window) == 0 {
		return fmt.Sprintf("no audio arrived meanwhile (%d packets before, %d from a strange address)", stats.Received, stats.Strange)
	}
	hz := strongestTone(window)
	if hz == 0 {
		return fmt.Sprintf("heard silence last (%d packets)", stats.Received)
	}
	return fmt.Sprintf("heard about %.0f Hz last, %.0f %% of its energy (%d packets)", hz, 100*share(window, hz), stats.Received)
}
