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
)

// TandemConfig describes one running Tandem.
type TandemConfig struct {
	Binary string   // the built program
	Dir    string   // for its data and its log
	Listen string   // host:port of the API
	Env    []string // TANDEM_… variables: database, switch
}

// Tandem is the program as a child process. Its methods are for one goroutine at a time.
type Tandem struct {
	API string // http://host:port

	config TandemConfig
	child  *child
}

// StartTandem starts "tandem serve". It does not wait until the API answers: see Ready.
func StartTandem(c TandemConfig) (*Tandem, error) {
	t := &Tandem{API: "http://" + c.Listen, config: c}
	return t, t.Start()
}

// Start starts the program again after Stop or Kill, on the same data.
func (t *Tandem) Start() error {
	data := filepath.Join(t.config.Dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	cmd := exec.CommandContext(context.Background(), t.config.Binary, "serve")
	cmd.Env = append(append([]string{}, t.config.Env...), "TANDEM_DATA_DIR="+data, "TANDEM_LISTEN="+t.config.Listen)
	var err error
	t.child, err = startChild(cmd, self(), syscall.SIGTERM, t.log(), nil)
	return err
}

// Ready returns when the API says that Tandem decides, or with the end of its log when it has ended or ctx has.
func (t *Tandem) Ready(ctx context.Context) error {
	for {
		ready := Answers(ctx, t.API+"/readyz")
		if ready && t.child.alive() { // else another program answers there
			return nil
		}
		select {
		case <-t.child.done:
			return fmt.Errorf("lab: tandem has ended:\n%s", t.LogTail(20))
		case <-ctx.Done():
			return fmt.Errorf("lab: tandem is not ready: %w\n%s", ctx.Err(), t.LogTail(20))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Answers says whether a server answers an address with 200.
func Answers(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// AdminKey is the key that Tandem made at its first start.
func (t *Tandem) AdminKey() (string, error) {
	text, err := os.ReadFile(filepath.Join(t.config.Dir, "data", "admin.key"))
	if err != nil {
		return "", fmt.Errorf("lab: the admin key: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// Stop ends the program in the ordinary way.
func (t *Tandem) Stop() error { return t.child.end(syscall.SIGTERM, 20*time.Second) }

// Kill ends it as a crash would (SIGKILL).
func (t *Tandem) Kill() error { return t.child.end(syscall.SIGKILL, 10*time.Second) }

// Done is closed when the running program ends, wanted or not. Ask again after Start.
func (t *Tandem) Done() <-chan struct{} { return t.child.done }

// PID is the running program's process.
func (t *Tandem) PID() int { return t.child.cmd.Process.Pid }

// LogTail is the end of its log.
func (t *Tandem) LogTail(lines int) string {
	text, _ := os.ReadFile(t.log())
	return lastLines(string(text), lines)
}

func (t *Tandem) log() string { return filepath.Join(t.config.Dir, "tandem.log") }
