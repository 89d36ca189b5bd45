// Package softbench makes soft phones the parties of package mediatest: they call a real switch, answer it, say tones and tell by
// frequency what they hear. A door's bench on a real switch is built from it.
package softbench

import (
	"context"
	"crypto/rand"

	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tandem/adapters/softphone"
	"tandem/orchestrator/media/mediatest"
)

// Phone is a soft phone as mediatest's Phone.
type Phone struct {
	name  string
	phone *softphone.Phone
}

// Register makes a soft phone that is registered and is closed with the test.
func Register(t *testing.T, c softphone.Config) *Phone {
	t.Helper()
	p := &Phone{name: c.User, phone: open(t, c)}
	p.Register(t)
	return p
}

// Call makes a soft phone without an account dial a number, and returns when the call is under way.
func Call(t *testing.T, c softphone.Config, number string) *Party {
	t.Helper()
	return dial(t, open(t, c), number)
}

func open(t *testing.T, c softphone.Config) *softphone.Phone {
	t.Helper()
	phone, err := softphone.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(phone.Close)
	return phone
}

func dial(t *testing.T, phone *softphone.Phone, number string) *Party {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), mediatest.Patience)
	t.Cleanup(cancel)
	call, err := phone.Dial(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	return &Party{call}
}

// Dial calls a number from the phone.
func (p *Phone) Dial(t *testing.T, number string) *Party {
	t.Helper()
	return dial(t, p.phone, number)
}

// Name is the account's.
func (p *Phone) Name() string { return p.name }

// Invites counts the calls that reached it.
func (p *Phone) Invites() int { return p.phone.Invites() }

// Next waits for the next call to it.
func (p *Phone) Next(ctx context.Context) (mediatest.Party, error) {
	call, err := p.phone.WaitCall(ctx)
	if err != nil {
		return nil, err
	}
	return &Party{call}, nil
}

// Register tells the switch where the phone is.
func (p *Phone) Register(t *testing.T) { t.Helper(); p.signal(t, p.phone.Register) }

// Unregister takes that back.
func (p *Phone) Unregister(t *testing.T) { t.Helper(); p.signal(t, p.phone.Unregister) }

func (p *Phone) signal(t *testing.T, do func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), mediatest.Patience)
	defer cancel()
	if err := do(ctx); err != nil {
		t.Fatal(err)
	}
}

// Party is a call of a soft phone as mediatest's Party.
type Party struct{ *softphone.Call }

// From is what the phone shows.
func (p *Party) From() (number, name string) { return p.Call.From(), p.DisplayName() }

// Press sends keys.
func (p *Party) Press(ctx context.Context, keys string) error { return p.SendDTMF(ctx, keys) }

// Listen starts to write down what is heard.
func (p *Party) Listen() { _ = p.Record() }

// Heard tells for how long a tone was heard since Listen.
func (p *Party) Heard(hz float64) time.Duration { return softphone.ToneTime(p.Recording(), hz) }

// WaitEnded waits for the end and returns its SIP status.
func (p *Party) WaitEnded(ctx context.Context) (int, error) {
	end, err := p.Call.WaitEnded(ctx)
	return end.Status, err
}

// HearsKeys waits for keys that the switch sends.
func (p *Party) HearsKeys(ctx context.Context, keys string) error { return p.HearsDigits(ctx, keys) }

// Say sends a tone from now on; 0 is silence.
func (p *Party) Say(hz float64) {
	if hz == 0 {
		p.SendSilence()
		return
	}
	p.SendTone(hz)
}

// Sound is recorded audio.
type Sound []int16

// Tone is how long a tone is to be heard in it.
func (s Sound) Tone(hz float64) time.Duration { return softphone.ToneTime(s, hz) }

// ReadSound reads a WAV file to its end and closes it.
func ReadSound(t *testing.T, from io.ReadCloser) Sound {
	t.Helper()
	defer from.Close()
	file := filepath.Join(t.TempDir(), "half.wav")
	data, err := io.ReadAll(from)
	if err == nil {
		err = os.WriteFile(file, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	wav, err := softphone.ReadWAV(file)
	if err != nil {
		t.Fatal(err)
	}
	return wav.Channels[0]
}

// WriteTone makes an announcement of a name that says a tone. Cases that run side by side ask for the same one: it takes the place of the
// file that is there at once, so that a switch never opens one that is half written.
func WriteTone(t *testing.T, dir, name string, hz float64, length time.Duration) {
	t.Helper()
	samples := make([]int16, int(length.Seconds()*softphone.SampleRate)/160*160)
	source := softphone.Tone(hz)
	for at := 0; at < len(samples); at += 160 {
		source(samples[at : at+160])
	}
	fresh := filepath.Join(dir, "."+name+"-"+rand.Text())
	err := softphone.WriteWAV(fresh, softphone.SampleRate, samples)
	if err == nil {
		err = os.Rename(fresh, filepath.Join(dir, name+".wav"))
	}
	if err != nil {
		t.Fatal(err)
	}
}
