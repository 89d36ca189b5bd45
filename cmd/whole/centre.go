// Package whole tests the whole: the built program as a process of its own, a real Asterisk or FreeSWITCH, a real PostgreSQL, real
// SIP with audio. Its test files hold the stories; this file holds the centre that they play in.
//
//	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
//	ann := c.Phone("ann")                 registered
//	c.Available("ann")
//	call := c.Dial("13800138000")         a caller, singing 440 Hz
//	c.Tandem.Kill(); c.Restart()          kill -9, and again
package whole

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/adapters/lab"
	"tandem/adapters/lab/labtest"
	"tandem/adapters/softphone"
)

// Tones that the parties sing, in hertz.
const (
	CallerTone = 440
	AgentTone  = 1000
)

// Number leads to the queue "support".
const Number = "7000"

// Config describes a centre. Zero values are filled in as said.
type Config struct {
	Agents       []string      // with a SIP account each; ann and bob
	Ring         time.Duration // of one phone; 20 s
	Wrap         time.Duration // after-call work; 0 s
	Greeting     string        // none
	Guard        time.Duration // dead man's switch; 20 s
	GuardSeconds int           // the dialplan's own, of lab.AsteriskConfig
	RingSeconds  int           // one round of the switch's own fallback, of lab.AsteriskConfig
	Bench        bool          // the switch's own queue beside it
	Name         string        // of the switch beside another, see StartPair
	Patience     time.Duration // for each thing that is waited for; 30 s
	Tickets      string        // policy; answered
	DSN          string        // of the database; a new one of the shared server
	Dir          string        // of data and log; a new one
	Variables    []string      // that Tandem runs with beside its own, NAME=value

	// Through leads Tandem to the switch's interface by another way, such as a proxy; nil is the straight one.
	Through func(url string) string
}

// Centre is everything running.
type Centre struct {
	T        testing.TB
	Switch   Switch
	Tandem   *lab.Tandem
	Other    Switch // beside it; nil where there is one only
	API      lab.Client
	DSN      string
	Patience time.Duration

	link    string   // password of the way between two switches
	program string   // the built one
	env     []string // what it runs with

	mu     sync.Mutex
	phones []*softphone.Phone

	vanished map[*softphone.Phone]bool
}

// binary builds the program once for all tests, in a folder that no other test program builds into meanwhile.
var binary = sync.OnceValues(func() (string, error) {
	l, err := lab.Prepare(context.Background(), lab.Options{})
	if err != nil {
		return "", err
	}
	if built, err = l.TakeSlot("tandem"); err != nil {
		return "", err
	}
	if err := os.MkdirAll(built.Dir, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(built.Dir, "tandem")
	out, err := exec.Command("go", "build", "-o", path, "tandem/cmd/tandem").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build tandem: %w\n%s", err, out)
	}
	return path, nil
})

// built is held until the test program ends: nothing may collect its lock.
var built *lab.Slot

// Start starts a centre that ends with the test, with the queue "support" at Number and all agents in it, signed out.
func Start(t testing.TB, cfg Config) *Centre {
	t.Helper()
	cfg.fill(t)
	program, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	c := &Centre{T: t, Patience: cfg.Patience, DSN: cfg.DSN, program: program, vanished: map[*softphone.Phone]bool{}}
	if c.DSN == "" {
		c.DSN = labtest.Postgres(t)
	}
	if cfg.Name == "" {
		c.Switch = openSwitch(t, cfg)
		c.env = c.environment(cfg)
	} else {
		c.openPair(cfg)
	}
	c.Tandem, err = lab.StartTandem(lab.TandemConfig{
		Binary: program, Dir: cfg.Dir, Listen: takePort(t), Env: c.env,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.end)
	c.ready()
	key, err := c.Tandem.AdminKey()
	if err != nil {
		t.Fatal(err)
	}
	c.API = lab.Client{URL: c.Tandem.API, Key: key}
	c.furnish(cfg)
	return c
}

func (cfg *Config) fill(t testing.TB) {
	t.Helper()
	if cfg.Dir == "" {
		cfg.Dir = t.TempDir()
	}
	if cfg.Tickets == "" {
		cfg.Tickets = "answered"
	}
	if cfg.Through == nil {
		cfg.Through = func(url string) string { return url }
	}
	if cfg.Agents == nil {
		cfg.Agents = []string{"ann", "bob"}
	}
	if cfg.Ring == 0 {
		cfg.Ring = 20 * time.Second
	}
	if cfg.Guard == 0 {
		cfg.Guard = 20 * time.Second
	}
	if cfg.Patience == 0 {
		cfg.Patience = 30 * time.Second
	}
}

func (c *Centre) environment(cfg Config) []string {
	env := append(os.Environ(), "TANDEM_DATABASE_URL="+c.DSN, "TANDEM_GUARD="+cfg.Guard.String())
	return append(append(env, c.Switch.Environment(cfg.Through)...), cfg.Variables...)
}

func (c *Centre) furnish(cfg Config) {
	c.T.Helper()
	c.Put("/api/v1/queues/support", map[string]any{
		"name": "Support", "number": Number, "greeting": cfg.Greeting, "music": "default",
		"ring_seconds": int(cfg.Ring.Seconds()), "wrap_up_seconds": int(cfg.Wrap.Seconds()), "tickets": cfg.Tickets,
	})
	for _, name := range cfg.Agents {
		c.Put("/api/v1/agents/"+name, map[string]any{"name": name, "endpoint": name, "queues": []string{"support"}})
	}
}

// Restart starts the program again and waits until it decides.
func (c *Centre) Restart() {
	c.T.Helper()
	if err := c.Tandem.Start(); err != nil {
		c.T.Fatal(err)
	}
	c.ready()
}

// Lame starts another program beside the first, on the same database and switch and with other variables, and goes on with it.
// It does not wait until the program is ready.
func (c *Centre) Lame(variables ...string) {
	c.T.Helper()
	first := c.Tandem
	env := append(append([]string{}, c.env...), variables...)
	second, err := lab.StartTandem(lab.TandemConfig{Binary: c.program, Dir: c.T.TempDir(), Listen: takePort(c.T), Env: env})
	if err != nil {
		c.T.Fatal(err)
	}
	c.T.Cleanup(func() {
		if err := first.Stop(); err != nil {
			c.T.Error(err)
		}
	})
	c.Tandem, c.API.URL = second, second.API
}

// Move ends the program and starts it anew on another database and in another folder, whose folder "data" is there already.
func (c *Centre) Move(dsn, dir string) {
	c.T.Helper()
	if err := c.Tandem.Stop(); err != nil {
		c.T.Fatal(err)
	}
	c.env = append(c.env, "TANDEM_DATABASE_URL="+dsn)
	moved, err := lab.StartTandem(lab.TandemConfig{Binary: c.program, Dir: dir, Listen: takePort(c.T), Env: c.env})
	if err != nil {
		c.T.Fatal(err)
	}
	c.Tandem, c.API.URL, c.DSN = moved, moved.API, dsn
	c.ready()
}

func (c *Centre) ready() {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	if err := c.Tandem.Ready(ctx); err != nil {
		c.T.Fatal(err)
	}
}

// Ctx bounds one thing that is waited for.
func (c *Centre) Ctx() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), c.Patience)
}

// Phone registers an agent's phone; it ends with the test.
func (c *Centre) Phone(agent string) *softphone.Phone {
	c.T.Helper()
	p := c.open(softphone.Config{User: agent, Password: c.Switch.AccountPassword(agent), Registrar: c.Switch.Phones(), Tone: AgentTone})
	ctx, cancel := c.Ctx()
	defer cancel()
	if err := p.Register(ctx); err != nil {
		c.T.Fatal(err)
	}
	return p
}

// Stranger is somebody outside who sings CallerTone.
func (c *Centre) Stranger(from string) *softphone.Phone {
	c.T.Helper()
	return c.open(softphone.Config{User: from, Registrar: c.Switch.Trunk(), Tone: CallerTone})
}

// Dial lets somebody call Number.
func (c *Centre) Dial(from string) *softphone.Call {
	c.T.Helper()
	p := c.Stranger(from)
	ctx, cancel := c.Ctx()
	defer cancel()
	call, err := p.Dial(ctx, Number)
	if err != nil {
		c.T.Fatal(err)
	}
	return call
}

func (c *Centre) open(cfg softphone.Config) *softphone.Phone {
	c.T.Helper()
	p, err := softphone.New(cfg)
	if err != nil {
		c.T.Fatal(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.phones = append(c.phones, p)
	return p
}

// Available signs agents in.
func (c *Centre) Available(agents ...string) {
	c.T.Helper()
	for _, a := range agents {
		c.Put("/api/v1/agents/"+a+"/status", map[string]string{"status": "available"})
	}
}

// Put writes a resource.
func (c *Centre) Put(path string, in any) {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	if err := c.API.Put(ctx, path, in, nil); err != nil {
		c.T.Fatal(err)
	}
}

// Get reads a resource.
func Get[T any](c *Centre, path string) T {
	c.T.Helper()
	var out T
	ctx, cancel := c.Ctx()
	defer cancel()
	if err := c.API.Get(ctx, path, &out); err != nil {
		c.T.Fatal(err)
	}
	return out
}

// Page is a page of a list.
type Page[T any] struct {
	Items []T
	Next  string `json:"next_cursor"`
}

// List reads the first page of a list.
func List[T any](c *Centre, path string) []T {
	c.T.Helper()
	return Get[Page[T]](c, path).Items
}

// Until waits until it is so. It asks again and again where the API has no signal to wait for.
func (c *Centre) Until(what string, so func() bool) {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	for !so() {
		select {
		case <-ctx.Done():
			c.T.Fatalf("waited %s in vain for: %s\n%s", c.Patience, what, c.Tandem.LogTail(15))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// said is the end of the program's log, without the requests of the stories, which ask again and again.
func (c *Centre) said(lines int) string {
	all := slices.DeleteFunc(strings.Split(c.Tandem.LogTail(10_000), "\n"), func(line string) bool { return strings.Contains(line, `"msg":"request"`) })
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// end ends the program and the phones; when the test has failed, it shows the end of the logs.
func (c *Centre) end() {
	for _, p := range c.phones {
		p.Close()
	}
	if c.T.Failed() {
		c.T.Logf("tandem:\n%s\n%s:\n%s", c.said(40), c.Switch.Make(), c.Switch.LogTail(20))
	}
	if err := c.Tandem.Stop(); err != nil {
		c.T.Error(err)
	}
}
