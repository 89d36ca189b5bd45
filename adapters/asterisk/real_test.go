package asterisk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tandem/adapters/asterisk"
	"tandem/adapters/lab"
	"tandem/adapters/lab/labtest"
	"tandem/adapters/softphone"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// TestRealAsterisk runs the conformance suite against a private Asterisk with soft phones.
func TestRealAsterisk(t *testing.T) {
	prompts := filepath.Join(labtest.Lab(t).Dir, "test", "prompts-"+t.Name())
	if err := os.MkdirAll(prompts, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(prompts) })
	accounts := []string{"9007"}
	for i := range phoneCount {
		accounts = append(accounts, fmt.Sprintf("phone%d", i))
	}
	tone(t, prompts, "sorry", 620, time.Second)
	tone(t, prompts, "goodbye", 780, time.Second)
	pbx := labtest.Asterisk(t, lab.AsteriskConfig{Accounts: accounts, Prompts: prompts, Robots: true, GuardSeconds: 30, RingSeconds: 1})
	var used atomic.Int64
	build := func(t *testing.T) mediatest.Bench {
		at, err := url.Parse(pbx.ARIURL)
		if err != nil {
			t.Fatal(err)
		}
		return &realBench{Cable: mediatest.NewCable(t, at.Host), pbx: pbx, prompts: prompts, used: &used}
	}
	mediatest.Run(t, build)
	t.Run("SentElsewhere", func(t *testing.T) { sentElsewhere(t, build(t).(*realBench)) })
	t.Run("MusicNeverStops", func(t *testing.T) { musicNeverStops(t, build(t)) })
}

const phoneCount = 60

// realBench is a private Asterisk; all cases share it.
type realBench struct {
	*mediatest.Cable
	pbx     *lab.Asterisk
	prompts string
	used    *atomic.Int64
}

func (b *realBench) Open(t *testing.T) media.Switch {
	t.Helper()
	sw, err := asterisk.New(asterisk.Config{
		Name: "one", URL: "http://" + b.Addr + "/ari", App: b.pbx.App, User: b.pbx.User, Password: b.pbx.Password, Trunks: []string{"robots"},
	}, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	return sw
}

func (b *realBench) Call(t *testing.T, number, name string) mediatest.Party {
	t.Helper()
	return b.dial(t, softphone.Config{User: number, DisplayName: name, Registrar: b.pbx.SIPAddress}, "7000")
}

func (b *realBench) Foreign(t *testing.T) mediatest.Party {
	t.Helper()
	return b.dial(t, softphone.Config{User: "5559999", Registrar: b.pbx.SIPAddress}, "9007")
}

func (b *realBench) Busy(t *testing.T, p mediatest.Phone) mediatest.Party {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), mediatest.Patience)
	t.Cleanup(cancel)
	call, err := p.(*realPhone).phone.Dial(ctx, "9007")
	if err != nil {
		t.Fatal(err)
	}
	return &realParty{Call: call}
}

func (b *realBench) dial(t *testing.T, c softphone.Config, number string) mediatest.Party {
	t.Helper()
	phone, err := softphone.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(phone.Close)
	ctx, cancel := context.WithTimeout(t.Context(), mediatest.Patience)
	t.Cleanup(cancel)
	call, err := phone.Dial(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	return &realParty{Call: call}
}

func (b *realBench) Phone(t *testing.T) mediatest.Phone {
	t.Helper()
	return b.named(t, fmt.Sprintf("phone%d", b.used.Add(1)-1))
}

func (b *realBench) named(t *testing.T, name string) mediatest.Phone {
	t.Helper()
	phone, err := softphone.New(softphone.Config{User: name, Password: b.pbx.AccountPassword(name), Registrar: b.pbx.SIPAddress})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(phone.Close)
	p := &realPhone{name: name, phone: phone}
	p.Register(t)
	return p
}

func (b *realBench) Prompt(t *testing.T, hz float64, length time.Duration) string {
	t.Helper()
	name := fmt.Sprintf("tone-%.0f-%d", hz, length.Milliseconds())
	tone(t, b.prompts, name, hz, length)
	return "sound:" + b.pbx.Prompts + "/" + name
}

func tone(t *testing.T, dir, name string, hz float64, length time.Duration) {
	t.Helper()
	samples := make([]int16, int(length.Seconds()*softphone.SampleRate)/160*160)
	source := softphone.Tone(hz)
	for at := 0; at < len(samples); at += 160 {
		source(samples[at : at+160])
	}
	if err := softphone.WriteWAV(filepath.Join(dir, name+".wav"), softphone.SampleRate, samples); err != nil {
		t.Fatal(err)
	}
}

func (b *realBench) Recording(t *testing.T, sw media.Switch, id media.TapeID) (party, heard mediatest.Sound) {
	t.Helper()
	p, h, err := sw.(*asterisk.Switch).Tape(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return readSound(t, p), readSound(t, h)
}

type sound []int16

func (s sound) Tone(hz float64) time.Duration { return softphone.ToneTime(s, hz) }

func readSound(t *testing.T, from io.ReadCloser) sound {
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

func (b *realBench) Count(t *testing.T) (channels, rooms int) {
	t.Helper()
	var list []struct{ ID, Name string }
	b.get(t, "/channels", &list)
	channels = len(list)
	b.get(t, "/bridges", &list)
	for _, bridge := range list {
		if !strings.Contains(bridge.ID, "-music-") {
			rooms++
		}
	}
	return channels, rooms
}

func (b *realBench) get(t *testing.T, path string, out any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.pbx.ARIURL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(b.pbx.User, b.pbx.Password)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(out); err != nil {
		t.Fatal(err)
	}
}

type realPhone struct {
	name  string
	phone *softphone.Phone
}

func (p *realPhone) Name() string { return p.name }
func (p *realPhone) Invites() int { return p.phone.Invites() }

func (p *realPhone) Next(ctx context.Context) (mediatest.Party, error) {
	call, err := p.phone.WaitCall(ctx)
	if err != nil {
		return nil, err
	}
	return &realParty{Call: call}, nil
}

func (p *realPhone) Register(t *testing.T)   { p.signal(t, p.phone.Register) }
func (p *realPhone) Unregister(t *testing.T) { p.signal(t, p.phone.Unregister) }

func (p *realPhone) signal(t *testing.T, do func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), mediatest.Patience)
	defer cancel()
	if err := do(ctx); err != nil {
		t.Fatal(err)
	}
}

// realParty is a call of a soft phone.
type realParty struct{ *softphone.Call }

func (p *realParty) From() (number, name string)                  { return p.Call.From(), p.DisplayName() }
func (p *realParty) Press(ctx context.Context, keys string) error { return p.SendDTMF(ctx, keys) }
func (p *realParty) Listen()                                      { _ = p.Record() }
func (p *realParty) Heard(hz float64) time.Duration               { return softphone.ToneTime(p.Recording(), hz) }

func (p *realParty) WaitEnded(ctx context.Context) (int, error) {
	end, err := p.Call.WaitEnded(ctx)
	return end.Status, err
}

func (p *realParty) HearsKeys(ctx context.Context, keys string) error {
	return p.HearsDigits(ctx, keys)
}

func (p *realParty) Say(hz float64) {
	if hz == 0 {
		p.SendSilence()
		return
	}
	p.SendTone(hz)
}
