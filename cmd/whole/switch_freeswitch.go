package whole

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"tandem/adapters/lab"
	"tandem/adapters/lab/labtest"
	"tandem/dialplan"
)

// freeSWITCH is the one that the environment names. It is not started or ended here, and nothing but the tests may use it: each test
// writes the files of Tandem into its conf folder, and takes away what is left of the test before.
type freeSWITCH struct {
	*lab.FreeSWITCH
	conf string // folder
}

// eventSocket is the one file of the FreeSWITCH that stays its own.
const eventSocket = "autoload_configs/event_socket.conf.xml"

// takeFreeSWITCH makes the named FreeSWITCH this test's own.
func takeFreeSWITCH(t testing.TB, cfg Config, links ...dialplan.Link) Switch {
	t.Helper()
	get := func(suffix string) string { return os.Getenv("TANDEM_TEST_FREESWITCH" + suffix) }
	conf := get("_CONF")
	if get("") == "" || get("_PASSWORD") == "" || conf == "" {
		t.Fatal("name a FreeSWITCH for tests alone: TANDEM_TEST_FREESWITCH (host:port of its event socket), TANDEM_TEST_FREESWITCH_PASSWORD, " +
			"and TANDEM_TEST_FREESWITCH_CONF, its conf folder, prepared as docs/freeswitch.md says; the tests write Tandem's files into it")
	}
	own, err := lab.NewFreeSWITCH(lab.FreeSWITCHConfig{
		Dir: filepath.Join(t.TempDir(), "freeswitch"), Address: get(""), Password: get("_PASSWORD"), Phones: get("_SIP"), Trunk: get("_TRUNK"),
		Prompts: labtest.Prompts(t), Recordings: get("_RECORDINGS"), Accounts: cfg.Agents, Numbers: []string{Number},
		GuardSeconds: cfg.GuardSeconds, RingSeconds: cfg.RingSeconds, Robots: true, Bench: cfg.Bench, Name: cfg.Name, Links: links,
	})
	if err != nil {
		t.Fatal(err)
	}
	f := freeSWITCH{own, conf}
	for _, dir := range []string{f.directory(), f.gateways()} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Write(conf, eventSocket); err != nil {
		t.Fatal(err)
	}
	f.sweep(t)
	t.Cleanup(func() { f.sweep(t) })
	f.link(t, links)
	ctx, cancel := context.WithTimeout(context.Background(), sweepTime)
	defer cancel()
	if err := f.Connect(ctx); err != nil {
		t.Fatalf("%v; see docs/freeswitch.md", err)
	}
	f.robots(t)
	return f
}

// link makes FreeSWITCH read the ways to other switches anew. They are of its profile external.
func (f freeSWITCH) link(t testing.TB, links []dialplan.Link) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), sweepTime)
	defer cancel()
	for _, l := range links {
		if _, err := f.Command(ctx, "sofia profile external killgw "+l.To()); err != nil {
			t.Fatal(err)
		}
		for gone := false; !gone; {
			text, err := f.Command(ctx, "sofia status gateway "+l.To())
			if err != nil {
				t.Fatal(err)
			}
			gone = strings.Contains(text, "Invalid Gateway")
		}
	}
	if len(links) > 0 {
		if _, err := f.Command(ctx, "sofia profile external rescan"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := os.Remove(filepath.Join(f.conf, "sip_profiles/external/link-tandem.xml")); err != nil {
				t.Error(err)
			}
		})
	}
}

// robots makes the trunk of that name, by which FreeSWITCH calls its own robots as if they were outside.
func (f freeSWITCH) robots(t testing.TB) {
	t.Helper()
	file := filepath.Join(f.gateways(), "robots.xml")
	gateway := `<gateway name="robots"><param name="username" value="tandem"/><param name="password" value="none"/>` +
		`<param name="proxy" value="` + f.Trunk() + `"/><param name="register" value="false"/></gateway>`
	// What stands beside <include> on its line is not read.
	if err := os.WriteFile(file, []byte("<include>\n"+gateway+"\n</include>\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.Remove(file); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithTimeout(context.Background(), sweepTime)
	defer cancel()
	for _, command := range []string{"sofia profile external killgw robots", "reloadxml", "sofia profile external rescan"} {
		if _, err := f.Command(ctx, command); err != nil {
			t.Fatal(err)
		}
	}
	for text := ""; !strings.Contains(text, "<status>UP</status>"); {
		var err error
		if text, err = f.Command(ctx, "sofia xmlstatus gateway robots"); err != nil {
			t.Fatalf("the trunk to the robots is not there: %v", err)
		}
	}
}

// sweepTime bounds the preparation for a test.
const sweepTime = 30 * time.Second

// sweep makes FreeSWITCH read the files, and leaves neither calls nor registered phones.
func (f freeSWITCH) sweep(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), sweepTime)
	defer cancel()
	for _, command := range []string{"reloadxml", "hupall NORMAL_CLEARING", "sofia profile internal flush_inbound_reg"} {
		if text, err := f.Command(ctx, command); err != nil || strings.Contains(text, "-ERR") {
			t.Fatalf("%s: %s%v", command, text, err)
		}
	}
	for {
		legs, err := f.Legs(ctx)
		if err != nil {
			t.Fatalf("%v; left over: %+v", err, legs)
		}
		if len(legs) == 0 {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// directory and gateways are the folders in which Tandem may make accounts and trunks.
func (f freeSWITCH) directory() string { return filepath.Join(f.conf, "directory/default/tandem") }
func (f freeSWITCH) gateways() string  { return filepath.Join(f.conf, "sip_profiles/external") }

func (f freeSWITCH) Make() string       { return "FreeSWITCH" }
func (f freeSWITCH) Phones() string     { return f.FreeSWITCH.Phones }
func (f freeSWITCH) Trunk() string      { return f.FreeSWITCH.Trunk }
func (f freeSWITCH) Password() string   { return f.FreeSWITCH.Password }
func (f freeSWITCH) Recordings() string { return f.FreeSWITCH.Recordings }

func (f freeSWITCH) Environment(through func(string) string) []string {
	return []string{
		"TANDEM_SWITCH=freeswitch", "TANDEM_FREESWITCH_ADDRESS=" + through(f.Address), "TANDEM_FREESWITCH_PASSWORD=" + f.FreeSWITCH.Password,
		"TANDEM_FREESWITCH_DOMAIN=" + f.Domain, "TANDEM_FREESWITCH_PROMPTS=" + f.Prompts, "TANDEM_FREESWITCH_RECORDINGS=" + f.FreeSWITCH.Recordings,
		"TANDEM_FREESWITCH_DIRECTORY=" + f.directory(), "TANDEM_FREESWITCH_GATEWAYS=" + f.gateways(),
	}
}

// sessions finds the number of calls in the answer to "status".
var sessions = regexp.MustCompile(`(\d+) session\(s\) - peak`)

// Legs are all channels. The list comes from a database that FreeSWITCH fills in the background; where it differs from the number of
// sessions, what is missing stands in it without a name.
func (f freeSWITCH) Legs(ctx context.Context) ([]Channel, error) {
	text, err := f.Command(ctx, "show channels as json")
	if err != nil {
		return nil, err
	}
	var list struct {
		Rows []struct{ Name, Context, CallState, Application, UUID string }
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("show channels: %w: %s", err, text)
	}
	if text, err = f.Command(ctx, "status"); err != nil {
		return nil, err
	}
	found := sessions.FindStringSubmatch(text)
	if found == nil {
		return nil, fmt.Errorf("no number of sessions in %q", text)
	}
	count, _ := strconv.Atoi(found[1])
	var all []Channel
	for _, row := range list.Rows {
		all = append(all, Channel{Name: row.Name, Context: row.Context, State: row.CallState, Application: row.Application, ID: row.UUID})
	}
	for range count - len(all) {
		all = append(all, Channel{State: "not listed yet"})
	}
	return all, nil
}

// Rooms are conferences; a bridge of two has no life of its own.
func (f freeSWITCH) Rooms(ctx context.Context) ([]string, error) {
	text, err := f.Command(ctx, "conference list")
	var all []string
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "Conference ") {
			all = append(all, line)
		}
	}
	return all, err
}

func (f freeSWITCH) InFallback(ctx context.Context) (int, error) {
	legs, err := f.Legs(ctx)
	n := 0
	for _, leg := range legs {
		if leg.ID == "" {
			continue
		}
		place, err := f.Command(ctx, "uuid_getvar "+leg.ID+" tandem_place")
		if err != nil {
			return n, err
		}
		if strings.TrimSpace(place) == "fallback" {
			n++
		}
	}
	return n, err
}

func (f freeSWITCH) BreakFallback(ctx context.Context) error {
	files, err := f.Files()
	if err != nil {
		return err
	}
	const plan = "dialplan/tandem.xml"
	without := strings.ReplaceAll(files[plan], `expression="^tandem-fallback$"`, `expression="^out-of-order$"`)
	if without == files[plan] {
		return errors.New("there is no fallback in the dialplan")
	}
	if err := os.WriteFile(filepath.Join(f.conf, plan), []byte(without), 0o600); err != nil {
		return err
	}
	_, err = f.Command(ctx, "reloadxml")
	return err
}

func (f freeSWITCH) MendFallback(ctx context.Context) error {
	if err := f.Write(f.conf, eventSocket); err != nil {
		return err
	}
	_, err := f.Command(ctx, "reloadxml")
	return err
}

func (f freeSWITCH) CallItself(ctx context.Context) error {
	_, err := f.Command(ctx, "bgapi originate loopback/9007/tandem-robots 9001 XML tandem-robots")
	return err
}

// Ping signs in, too.
func (f freeSWITCH) Ping(ctx context.Context) error {
	_, err := f.Command(ctx, "global_getvar core_uuid")
	return err
}

// PID is read from FreeSWITCH's own file; 0 when it runs elsewhere.
func (f freeSWITCH) PID() int {
	ctx, cancel := context.WithTimeout(context.Background(), sweepTime)
	defer cancel()
	dir, err := f.Command(ctx, "global_getvar run_dir")
	if err != nil {
		return 0
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(dir), "freeswitch.pid"))
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return pid
}

// Restart runs the command that TANDEM_TEST_FREESWITCH_RESTART names, and waits until phones can register.
func (f freeSWITCH) Restart(ctx context.Context) error {
	command := os.Getenv("TANDEM_TEST_FREESWITCH_RESTART")
	if command == "" {
		return ErrNotOurs
	}
	if out, err := exec.CommandContext(ctx, "sh", "-c", command).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", command, err, out)
	}
	for {
		err := f.Connect(ctx)
		if err == nil {
			var status string
			if status, err = f.Command(ctx, "sofia status"); strings.Count(status, "RUNNING") >= 2 {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// LogTail is the end of the log file that TANDEM_TEST_FREESWITCH_LOG names.
func (f freeSWITCH) LogTail(lines int) string {
	text, err := os.ReadFile(os.Getenv("TANDEM_TEST_FREESWITCH_LOG"))
	if err != nil {
		return "TANDEM_TEST_FREESWITCH_LOG names no file"
	}
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
