package lab

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"tandem/dialplan"
)

// Asterisk is a private switch. Its methods are for one goroutine at a time.
type Asterisk struct {
	Dir        string
	App        string
	ARIURL     string // http://127.0.0.1:PORT/ari
	User       string // ARI
	Password   string // ARI
	SIPAddress string // 127.0.0.1:PORT, UDP
	RTP        string // UDP ports of the audio, FIRST-LAST
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
	switch {
	case c.Dir == "":
		return nil, fmt.Errorf("lab: AsteriskConfig.Dir is empty: give the instance a folder")
	case len(l.asterisk.Command) == 0:
		return nil, fmt.Errorf("lab: the machine was prepared with Options.NoAsterisk, and an Asterisk is asked for")
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

// AccountPassword is the generated SIP password of a phone; "" for a name that is not in Accounts.
func (a *Asterisk) AccountPassword(name string) string { return a.passwords[accountKey(name)] }

// Start starts the switch again after Stop or Kill, with the same ports and passwords.
func (a *Asterisk) Start(ctx context.Context) error {
	if a.child != nil && a.child.alive() {
		return fmt.Errorf("lab: the Asterisk in %s is already running", a.Dir)
	}
	if err := a.portsFree(ctx); err != nil {
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
