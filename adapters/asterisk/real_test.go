package asterisk_test

import (
	"encoding/json"
	"flag"
	"fmt"
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
	"tandem/adapters/softphone/softbench"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// TestRealAsterisk runs the conformance suite against private Asterisks with soft phones. The cases mostly wait: each takes a switch
// that no other has at that moment, so that they may wait side by side and still count what is left on theirs.
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
	softbench.WriteTone(t, prompts, "sorry", 620, time.Second)
	softbench.WriteTone(t, prompts, "goodbye", 780, time.Second)
	free := make(chan *lab.Asterisk, switches)
	for range switches {
		free <- labtest.Asterisk(t, lab.AsteriskConfig{Accounts: accounts, Prompts: prompts, Robots: true, GuardSeconds: 30, RingSeconds: 1})
	}
	var used atomic.Int64
	build := func(t *testing.T) mediatest.Bench {
		t.Parallel()
		pbx := <-free
		t.Cleanup(func() { free <- pbx })
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

const (
	phoneCount = 60
	switches   = 4 // that cases have at the same time
)

// TestMain lets as many cases wait side by side as there are switches, whatever the number of processors.
func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if !chosen {
		if err := flag.Set("test.parallel", fmt.Sprint(switches)); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// realBench is a private Asterisk for the time of one case.
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
	return softbench.Call(t, softphone.Config{User: number, DisplayName: name, Registrar: b.pbx.SIPAddress}, "7000")
}

func (b *realBench) Foreign(t *testing.T) mediatest.Party {
	t.Helper()
	return softbench.Call(t, softphone.Config{User: "5559999", Registrar: b.pbx.SIPAddress}, "9007")
}

func (b *realBench) Robots(*testing.T) string { return "robots" }

func (b *realBench) Busy(t *testing.T, p mediatest.Phone) mediatest.Party {
	t.Helper()
	return p.(*softbench.Phone).Dial(t, "9007")
}

func (b *realBench) Dials(t *testing.T, p mediatest.Phone) mediatest.Party {
	t.Helper()
	return p.(*softbench.Phone).Dial(t, "7000")
}

func (b *realBench) Phone(t *testing.T) mediatest.Phone {
	t.Helper()
	return b.named(t, fmt.Sprintf("phone%d", b.used.Add(1)-1))
}

func (b *realBench) named(t *testing.T, name string) mediatest.Phone {
	t.Helper()
	return softbench.Register(t, softphone.Config{User: name, Password: b.pbx.AccountPassword(name), Registrar: b.pbx.SIPAddress})
}

func (b *realBench) Prompt(t *testing.T, hz float64, length time.Duration) string {
	t.Helper()
	name := fmt.Sprintf("tone-%.0f-%d", hz, length.Milliseconds())
	softbench.WriteTone(t, b.prompts, name, hz, length)
	return "sound:" + b.pbx.Prompts + "/" + name
}

func (b *realBench) Recording(t *testing.T, sw media.Switch, id media.TapeID) (party, heard mediatest.Sound) {
	t.Helper()
	p, h, err := sw.(*asterisk.Switch).Tape(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return softbench.ReadSound(t, p), softbench.ReadSound(t, h)
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
