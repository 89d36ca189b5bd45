package freeswitch_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tandem/adapters/freeswitch"
	"tandem/adapters/softphone"
	"tandem/adapters/softphone/softbench"
	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// named is the real FreeSWITCH that the environment names. It runs the rendered dialplan (number 7000, robots, Domain 127.0.0.1),
// and shares its folders of prompts and recordings with the test. Its music holds no pure tones,
// for which cases listen.
type named struct {
	esl, password   string   // TANDEM_TEST_FREESWITCH (host:port), …_PASSWORD
	sip, trunk      string   // …_SIP where phones register, …_TRUNK where callers without an account come in
	phones          []string // …_PHONES, name:password with commas between
	prompts, shared string   // …_PROMPTS, …_RECORDINGS
	conf            string   // …_CONF, its conf folder, for who makes accounts and gateways
	music           string   // …_MUSIC, before the class; local_stream:// unless said
}

// real returns the FreeSWITCH of the environment, or skips, loudly.
func real(t *testing.T) named {
	t.Helper()
	get := func(suffix string) string { return os.Getenv("TANDEM_TEST_FREESWITCH" + suffix) }
	n := named{
		esl: get(""), password: get("_PASSWORD"), sip: get("_SIP"), trunk: get("_TRUNK"), prompts: get("_PROMPTS"), shared: get("_RECORDINGS"), music: get("_MUSIC"), conf: get("_CONF"),
	}
	if n.esl == "" {
		fmt.Fprintf(os.Stderr, "\n*** SKIPPED: %s needs a real FreeSWITCH: TANDEM_TEST_FREESWITCH names none ***\n\n", t.Name())
		t.Skip("no FreeSWITCH is named by TANDEM_TEST_FREESWITCH")
	}
	if list := get("_PHONES"); list != "" {
		n.phones = strings.Split(list, ",")
	}
	return n
}

// TestRealFreeSWITCH runs the conformance suite against a real FreeSWITCH with soft phones.
func TestRealFreeSWITCH(t *testing.T) {
	n := real(t)
	if len(n.phones) == 0 || n.sip == "" || n.trunk == "" || n.prompts == "" || n.shared == "" {
		t.Fatal("set TANDEM_TEST_FREESWITCH_SIP, _TRUNK, _PHONES, _PROMPTS and _RECORDINGS too")
	}
	softbench.WriteTone(t, n.prompts, "sorry", 620, time.Second)
	softbench.WriteTone(t, n.prompts, "goodbye", 780, time.Second)
	var used atomic.Int64
	mediatest.Run(t, func(t *testing.T) mediatest.Bench {
		return &realBench{Cable: mediatest.NewCable(t, n.esl), named: n, used: &used}
	})
}

// realBench is a running FreeSWITCH; all cases share it.
type realBench struct {
	*mediatest.Cable
	named
	used *atomic.Int64
}

func newRealBench(t *testing.T) *realBench {
	t.Helper()
	n := real(t)
	return &realBench{Cable: mediatest.NewCable(t, n.esl), named: n, used: new(atomic.Int64)}
}

// onReal is a bench with an adapter that is up.
func onReal(t *testing.T) (*mediatest.Table, *realBench) {
	t.Helper()
	b := newRealBench(t)
	return mediatest.Set(t, b.Open(t)), b
}

func (b *realBench) Open(t *testing.T) media.Switch {
	t.Helper()
	return b.openWith(t, func(*freeswitch.Config) {})
}

func (b *realBench) openWith(t *testing.T, change func(*freeswitch.Config)) media.Switch {
	t.Helper()
	c := freeswitch.Config{
		Name: "one", Address: b.Addr, Password: b.password, Recordings: b.shared, Prompts: b.prompts, Music: b.music, Conference: "tandem", Trunks: []string{robots},
	}
	change(&c)
	sw, err := freeswitch.New(c, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	return sw
}

func (b *realBench) Call(t *testing.T, number, name string) mediatest.Party {
	t.Helper()
	return softbench.Call(t, softphone.Config{User: number, DisplayName: name, Registrar: b.trunk}, "7000")
}

func (b *realBench) Foreign(t *testing.T) mediatest.Party {
	t.Helper()
	return softbench.Call(t, softphone.Config{User: "5559999", Registrar: b.trunk}, "9007")
}

// robots is the gateway that leads from FreeSWITCH to its own robots.
const robots = "tandem-test-robots"

// Robots makes that gateway and takes it away when the case ends.
func (b *realBench) Robots(t *testing.T) string {
	t.Helper()
	if b.conf == "" {
		return ""
	}
	file := filepath.Join(b.conf, "sip_profiles/external", robots+".xml")
	if err := os.WriteFile(file, fmt.Appendf(nil, "<include>\n"+`<gateway name="%s"><param name="username" value="tandem"/><param name="password" value="none"/>`+
		`<param name="proxy" value="%s"/><param name="register" value="false"/></gateway>`+"\n</include>\n", robots, b.trunk), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = os.Remove(file)
		b.ask(t, "sofia profile external killgw "+robots)
	})
	b.ask(t, "reloadxml")
	b.ask(t, "sofia profile external rescan")
	within(t, "the gateway is there", func() bool {
		return strings.Contains(b.ask(t, "sofia xmlstatus gateway "+robots), "<status>UP</status>")
	})
	return robots
}

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
	name, password := b.account(t)
	return softbench.Register(t, softphone.Config{User: name, Password: password, Registrar: b.sip})
}

// account is one that no phone of the bench has yet.
func (b *realBench) account(t *testing.T) (name, password string) {
	t.Helper()
	at := int(b.used.Add(1) - 1)
	if at >= len(b.phones) {
		t.Fatalf("TANDEM_TEST_FREESWITCH_PHONES names %d phones, which is too few", len(b.phones))
	}
	name, password, _ = strings.Cut(b.phones[at], ":")
	return name, password
}

func (b *realBench) Prompt(t *testing.T, hz float64, length time.Duration) string {
	t.Helper()
	name := fmt.Sprintf("tone-%.0f-%d", hz, length.Milliseconds())
	softbench.WriteTone(t, b.prompts, name, hz, length)
	return "prompt:" + name
}

func (b *realBench) Recording(t *testing.T, sw media.Switch, id media.TapeID) (party, heard mediatest.Sound) {
	t.Helper()
	p, h, err := sw.(*freeswitch.Switch).Tape(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return softbench.ReadSound(t, p), softbench.ReadSound(t, h)
}

func (b *realBench) Count(t *testing.T) (channels, rooms int) {
	t.Helper()
	var list struct {
		Count int `json:"row_count"`
	}
	if err := json.Unmarshal([]byte(b.ask(t, "show channels as json")), &list); err != nil {
		t.Fatal(err)
	}
	return list.Count, strings.Count(b.ask(t, "conference list"), "Conference tandem-")
}

// ask runs one command on a connection of its own.
func (n named) ask(t *testing.T, command string) string {
	t.Helper()
	conn, err := net.DialTimeout("tcp", n.esl, mediatest.Patience)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(mediatest.Patience))
	text, err := talk(conn, n.password, command)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
