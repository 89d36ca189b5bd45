package fakeparty

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Party is one call, seen from the telephone. Its fields are guarded by the fake's lock.
type Party struct {
	Number, Display string  // of the calling party
	Tone            float64 // that it says; 0 is silence
	Keys            string  // that were sent to it
	Rings           bool    // it hears ringing
	Ended           bool
	Status          int // SIP status of the end

	crowd    *Crowd
	audible  func() []float64
	answered func() bool

	listens bool
	since   time.Time
	heard   map[float64]time.Duration
}

// Enter makes it one of the crowd. audible are the tones that it would hear now; both are called with the lock held.
func (p *Party) Enter(crowd *Crowd, audible func() []float64, answered func() bool) {
	p.crowd, p.audible, p.answered = crowd, audible, answered
}

// Account adds the time since the last change to what was heard; called with the lock held.
func (p *Party) Account() {
	if !p.listens {
		return
	}
	for _, hz := range p.audible() {
		p.heard[hz] += time.Since(p.since)
	}
	p.since = time.Now()
}

// From is what the telephone shows.
func (p *Party) From() (number, name string) { return p.Number, p.Display }

// Say sends a tone from now on.
func (p *Party) Say(hz float64) { p.crowd.Change(func() { p.Tone = hz }) }

// WaitRinging waits for the ring tone.
func (p *Party) WaitRinging(ctx context.Context) error {
	return p.crowd.Wait(ctx, "ringing", func() bool { return p.Rings })
}

// WaitAnswered waits for the answer.
func (p *Party) WaitAnswered(ctx context.Context) error {
	return p.crowd.Wait(ctx, "an answer", p.answered)
}

// WaitEnded waits for the end.
func (p *Party) WaitEnded(ctx context.Context) (int, error) {
	err := p.crowd.Wait(ctx, "the end", func() bool { return p.Ended })
	return p.Status, err
}

// HearsKeys waits for keys that we send.
func (p *Party) HearsKeys(ctx context.Context, keys string) error {
	return p.crowd.Wait(ctx, "keys "+keys, func() bool { return p.Keys == keys })
}

// Hears waits until a tone would be heard.
func (p *Party) Hears(ctx context.Context, hz float64) error {
	return p.crowd.Wait(ctx, fmt.Sprintf("%.0f Hz", hz), func() bool { return slices.Contains(p.audible(), hz) })
}

// HearsAudio waits for anything.
func (p *Party) HearsAudio(ctx context.Context) error {
	return p.crowd.Wait(ctx, "audio", func() bool { return len(p.audible()) > 0 })
}

// HearsSilence waits for nothing.
func (p *Party) HearsSilence(ctx context.Context) error {
	return p.crowd.Wait(ctx, "silence", func() bool { return len(p.audible()) == 0 })
}

// HearsNot fails if a tone would be heard in the given time.
func (p *Party) HearsNot(ctx context.Context, hz float64, during time.Duration) error {
	ctx, stop := context.WithTimeout(ctx, during)
	defer stop()
	if p.Hears(ctx, hz) == nil {
		return fmt.Errorf("fake: %.0f Hz is to be heard", hz)
	}
	return nil
}

// Listen begins to measure; Heard tells for how long a tone was to be heard.
func (p *Party) Listen() {
	p.crowd.Change(func() { p.listens, p.since, p.heard = true, time.Now(), map[float64]time.Duration{} })
}

// Heard tells for how long a tone was to be heard since Listen.
func (p *Party) Heard(hz float64) time.Duration {
	p.crowd.mu.Lock()
	defer p.crowd.mu.Unlock()
	p.Account()
	return p.heard[hz]
}
