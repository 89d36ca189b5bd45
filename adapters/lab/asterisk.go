package lab

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"tandem/dialplan"
)

// AsteriskConfig describes one private Asterisk. Zero values are filled in as said.
type AsteriskConfig struct {
	Dir      string   // of this instance; required
	App      string   // ARI application; "" is tandem
	SIPPort  int      // UDP; 0 is a free one
	ARIPort  int      // TCP; 0 is a free one
	RTPFirst int      // audio ports; 0 is a free block (about 190 legs)
	RTPLast  int      //
	Accounts []string // agents' phones by name; passwords are generated
	Numbers  []string // numbers that reach Tandem; none is 7000
	MaxCalls int      // 0 is 1000
	Prompts  string   // folder of the announcements; "" is Lab.Prompts

	GuardSeconds int // see dialplan.Config; 0 is 60
	RingSeconds  int // see dialplan.Config; 0 is 20
	Rounds       int // see dialplan.Config; 0 is 30

	Robots bool // see dialplan.Config
	Bench  bool // see dialplan.Config
}

// Asterisk is a private switch. Its methods are for one goroutine at a time.
type Asterisk struct {
	Dir        string
	App        string
	ARIURL     string // http://127.0.0.1:PORT/ari
	User       string // ARI
	Password   string // ARI
	SIPAddress string // 127.0.0.1:PORT, UDP
	Recordings string // folder of the recordings that ARI makes
	Prompts    string // folder of the announcements; say one as "sound:" + Prompts + "/welcome"

	program   program
	config    dialplan.Config
	passwords secrets
	who       owner
	ports     portBlock
	lock      *os.File
	child     *child
}

// startTime is how long Asterisk may take until it answers; it takes about a second.
const startTime = 30 * time.Second

// StartAsterisk writes the configuration of an instance, starts it, and returns when phones can register and ARI
// answers. ctx bounds the start only. A second instance in the same folder is refused.
func (l *Lab) StartAsterisk(ctx context.Context, c AsteriskConfig) (*Asterisk, error) {
	if c.Dir == "" {
		return nil, fmt.Errorf("lab: AsteriskConfig.Dir is empty: give the instance a folder")
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, err
	}
	a := &Asterisk{Dir: dir, Prompts: or(c.Prompts, l.Prompts), program: l.asterisk}
	if err := a.prepare(ctx, c); err != nil {
		a.release()
		return nil, err
	}
	if err := a.Start(ctx); err != nil {
		a.release()
		return nil, err
	}
	return a, nil
}

// prepare takes the folder and the ports, and fixes the configuration.
func (a *Asterisk) prepare(ctx context.Context, c AsteriskConfig) (err error) {
	if a.who, err = asteriskOwner(); err != nil {
		return err
	}
	if a.lock, err = takeInstance(ctx, a.Dir, a.who); err != nil {
		return err
	}
	sub := func(name string) string { return filepath.Join(a.Dir, name) }
	for _, name := range []string{"etc", "var", "spool", "spool/recording", "spool/tmp", "run", "log"} {
		if err := a.who.makeDir(sub(name)); err != nil {
			return err
		}
	}
	if c.SIPPort == 0 || c.ARIPort == 0 || c.RTPFirst == 0 {
		if a.ports, err = takePorts(); err != nil {
			return err
		}
	}
	first := a.ports.first
	a.config = dialplan.Config{
		App: or(c.App, "tandem"), User: "tandem", Address: "127.0.0.1",
		SIPPort: or(c.SIPPort, first), ARIPort: or(c.ARIPort, first+1),
		RTPFirst: c.RTPFirst, RTPLast: c.RTPLast, MaxCalls: or(c.MaxCalls, 1000),
		Dirs: dialplan.Dirs{
			Etc: sub("etc"), Modules: a.program.Modules, Data: a.program.Data, Var: sub("var"), Spool: sub("spool"),
			Run: sub("run"), Log: sub("log"), Music: a.program.Music, Prompts: a.Prompts,
		},
		Numbers: c.Numbers, GuardSeconds: or(c.GuardSeconds, 60), RingSeconds: or(c.RingSeconds, 20), Rounds: or(c.Rounds, 30),
		Robots: c.Robots, Bench: c.Bench,
	}
	if c.RTPFirst == 0 {
		a.config.RTPFirst, a.config.RTPLast = first+audioFirst, first+blockSize-1
	}
	if len(c.Numbers) == 0 {
		a.config.Numbers = []string{"7000"}
	}
	if a.passwords, err = loadSecrets(a.Dir, a.who, append([]string{"ari"}, accountKeys(c.Accounts)...)); err != nil {
		return err
	}
	a.config.Password = a.passwords["ari"]
	for _, name := range c.Accounts {
		a.config.Accounts = append(a.config.Accounts, dialplan.Account{Name: name, Password: a.AccountPassword(name)})
	}
	a.App, a.User, a.Password = a.config.App, a.config.User, a.config.Password
	a.ARIURL = "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(a.config.ARIPort)) + "/ari"
	a.SIPAddress = net.JoinHostPort("127.0.0.1", strconv.Itoa(a.config.SIPPort))
	a.Recordings = sub("spool/recording")
	return a.writeConfig()
}

func (a *Asterisk) writeConfig() error {
	files, err := dialplan.Asterisk(a.config)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := a.who.writeFile(filepath.Join(a.config.Dirs.Etc, name), text); err != nil {
			return err
		}
	}
	return nil
}

// AccountPassword is the generated SIP password of a phone; "" for a name that is not in Accounts.
func (a *Asterisk) AccountPassword(name string) string { return a.passwords[accountKey(name)] }

// Start starts the switch again after Stop or Kill, with the same ports and passwords.
func (a *Asterisk) Start(ctx context.Context) error {
	if a.child != nil && a.child.alive() {
		return fmt.Errorf("lab: the Asterisk in %s is already running", a.Dir)
	}
	if err := portsFree(a.config.SIPPort, a.config.ARIPort); err != nil {
		return err
	}
	socket := filepath.Join(a.config.Dirs.Run, "asterisk.ctl")
	if len(socket) >= socketPathLimit {
		return fmt.Errorf("lab: %s is too long for a unix socket: set %s to a shorter path", socket, DirVariable)
	}
	if err := os.Remove(socket); err != nil && !os.IsNotExist(err) { // left by a killed one
		return fmt.Errorf("lab: %w", err)
	}
	cmd := a.command(context.Background(), "-f")
	started, err := startChild(cmd, a.who, syscall.SIGTERM, filepath.Join(a.Dir, "log", "console"), a.lock)
	if err != nil {
		return err
	}
	a.child = started
	if err := a.waitReady(ctx, socket); err != nil {
		_ = a.child.end(syscall.SIGKILL, time.Second)
		return fmt.Errorf("lab: Asterisk did not start: %w\n%s", err, a.LogTail(12))
	}
	return nil
}

// waitReady waits for the socket of the command line, then lets Asterisk itself say when all modules are there.
func (a *Asterisk) waitReady(ctx context.Context, socket string) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-a.child.done:
			return fmt.Errorf("it ended at once")
		case <-tick.C:
		}
		if _, err := os.Stat(socket); err != nil {
			continue
		}
		if _, err := a.Command(ctx, "core waitfullybooted"); err == nil {
			return a.probeARI(ctx)
		}
	}
}

func (a *Asterisk) probeARI(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.ARIURL+"/asterisk/info?only=status", nil)
	if err != nil {
		return err
	}
	request.SetBasicAuth(a.User, a.Password)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("ARI answers %s", answer.Status)
	}
	return nil
}

// Command runs one command of Asterisk's command line, such as "core show channels concise", and returns its output.
// The command must not hold text from outside.
func (a *Asterisk) Command(ctx context.Context, command string) (string, error) {
	out, err := a.command(ctx, "-r", "-x", command).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("lab: asterisk -rx %q: %w: %s", command, err, strings.TrimSpace(string(out)))
	}
	return string(out), nil
}

func (a *Asterisk) command(ctx context.Context, args ...string) *exec.Cmd {
	args = append(append(append([]string{}, a.program.Command[1:]...), "-C", filepath.Join(a.config.Dirs.Etc, "asterisk.conf")), args...)
	cmd := exec.CommandContext(ctx, a.program.Command[0], args...)
	cmd.Dir = a.config.Dirs.Run
	cmd.Env = []string{"HOME=" + a.config.Dirs.Run, "PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}
	return cmd
}

// Stop ends the switch and its calls. Start starts it again.
func (a *Asterisk) Stop() error { return a.child.end(syscall.SIGTERM, 10*time.Second) }

// Kill ends the switch as a crash would (SIGKILL). Start starts it again.
func (a *Asterisk) Kill() error { return a.child.end(syscall.SIGKILL, 10*time.Second) }

// Done is closed when the running switch ends, wanted or not. Ask again after Start.
func (a *Asterisk) Done() <-chan struct{} { return a.child.done }

// PID is the running switch's process, for tests that freeze it.
func (a *Asterisk) PID() int { return a.child.cmd.Process.Pid }

// Close stops the switch for good and gives its folder and ports back.
func (a *Asterisk) Close() error {
	err := a.Stop()
	a.release()
	return err
}

func (a *Asterisk) release() {
	a.ports.release()
	if a.lock != nil {
		a.lock.Close()
	}
}

// LogTail is the end of the switch's own log, for error messages.
func (a *Asterisk) LogTail(lines int) string {
	text, _ := os.ReadFile(filepath.Join(a.config.Dirs.Log, "messages"))
	console, _ := os.ReadFile(filepath.Join(a.config.Dirs.Log, "console"))
	return lastLines(string(console)+string(text), lines)
}

func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// accountKey keeps phones and ARI apart in the file of passwords: a phone may be called ari.
func accountKey(name string) string { return "phone " + name }

func accountKeys(names []string) []string {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = accountKey(name)
	}
	return keys
}
