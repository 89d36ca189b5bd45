package lab_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"tandem/adapters/lab"
)

// parentVariable turns the test program into a parent that starts both servers in the folder and waits to be killed.
const parentVariable = "LAB_TEST_PARENT"

func TestMain(m *testing.M) {
	if dir := os.Getenv(parentVariable); dir != "" {
		if err := parent(dir); err != nil {
			fmt.Println(err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func parent(dir string) error {
	ctx := context.Background()
	l, err := lab.Prepare(ctx, lab.Options{})
	if err != nil {
		return err
	}
	a, err := l.StartAsterisk(ctx, lab.AsteriskConfig{Dir: dir + "/asterisk"})
	if err != nil {
		return err
	}
	p, err := l.StartPostgres(ctx, lab.PostgresConfig{Dir: dir + "/postgres"})
	if err != nil {
		return err
	}
	fmt.Println("running", a.PID(), p.PID(), a.Password)
	<-ctx.Done() // never: the test kills this program
	return nil
}

// killedParent starts a parent, kills it without warning, and returns the servers' processes and ARI's password.
func killedParent(t *testing.T, dir string) (asterisk, postgres int, password string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), parentVariable+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	if _, err := fmt.Sscanf(line, "running %d %d %s", &asterisk, &postgres, &password); err != nil {
		t.Fatalf("the parent says %q: %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	return asterisk, postgres, password
}

func TestNothingOutlivesAKilledParent(t *testing.T) {
	l, err := lab.Prepare(t.Context(), lab.Options{})
	if err != nil {
		t.Fatal(err)
	}
	slot, err := l.TakeSlot("killed")
	if err != nil {
		t.Fatal(err)
	}
	defer slot.Release()
	firstAsterisk, firstPostgres, password := killedParent(t, slot.Dir)
	// The next one waits for the first one's servers, so its start is the signal that they are gone.
	secondAsterisk, secondPostgres, again := killedParent(t, slot.Dir)
	for _, pid := range []int{firstAsterisk, firstPostgres} {
		if running(pid) {
			t.Errorf("process %d outlived its parent", pid)
		}
	}
	if password != again {
		t.Error("the password is another one after a crash")
	}
	eventually(t, "the second pair ends", func() bool { return !running(secondAsterisk) && !running(secondPostgres) })
}

// running also counts what has ended and was not yet waited for as gone.
func running(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// eventually waits for a condition that has no signal.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			t.Fatalf("not within 10 s: %s", what)
		case <-tick.C:
		}
	}
}
