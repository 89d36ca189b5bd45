package lab

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// child is a server process that can't outlive this program.
type child struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
}

// startChild starts cmd with its output in logFile. inherit is kept open by the child: a lock in it lasts as long as
// the longer-lived of the two.
func startChild(cmd *exec.Cmd, as owner, end syscall.Signal, logFile string, inherit *os.File) (*child, error) {
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lab: %w", err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if inherit != nil {
		cmd.ExtraFiles = []*os.File{inherit}
	}
	// A group of its own: Ctrl-C reaches the parent, which ends its children in the right order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as.credential(), Setpgid: true, Pdeathsig: end}
	c := &child{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel sends the death signal when the THREAD that forked ends (prctl(2), PR_SET_PDEATHSIG), so this
		// goroutine keeps its thread for as long as the child lives.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		_ = cmd.Wait() // how it ended stands in its log
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("lab: start %s: %w", cmd.Path, err)
	}
	return c, nil
}

// end sends a signal and waits; a process that does not obey in time is killed.
func (c *child) end(signal syscall.Signal, patience time.Duration) error {
	if c == nil {
		return nil
	}
	if !c.alive() {
		return nil
	}
	if err := c.cmd.Process.Signal(signal); err != nil && c.alive() {
		return fmt.Errorf("lab: %w", err)
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-c.done:
		return nil
	case <-timer.C:
		_ = c.cmd.Process.Kill()
		<-c.done
		return fmt.Errorf("lab: %s did not end within %s and was killed", c.cmd.Path, patience)
	}
}

func (c *child) alive() bool {
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}
