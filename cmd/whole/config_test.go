package whole_test

import (
	"strings"
	"syscall"
	"testing"

	"tandem/cmd/whole"
)

// TestBadConfiguration: the program says what to mend and does not start; the one that serves is not disturbed.
func TestBadConfiguration(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
	call := c.Dial("12500000001")
	since := c.Waiting("12500000001").Queued
	free := []string{"TANDEM_LISTEN=127.0.0.1:0", "TANDEM_DATA_DIR=" + t.TempDir()}
	password, elsewhere := "TANDEM_ASTERISK_PASSWORD", "TANDEM_ASTERISK_URL=http://192.0.2.1:8088/ari"
	if whole.OnFreeSWITCH() {
		password, elsewhere = "TANDEM_FREESWITCH_PASSWORD", "TANDEM_FREESWITCH_ADDRESS=192.0.2.1:8021"
	}
	for _, bad := range []struct{ variable, says string }{
		{"TANDEM_GAURD=20s", "TANDEM_GAURD"},
		{"TANDEM_GUARD=soon", "TANDEM_GUARD"},
		{"TANDEM_GUARD=1s", "TANDEM_GUARD"},
		{"TANDEM_TIME_ZONE=Mars", "Europe/Berlin"},
		{"TANDEM_LISTEN=0.0.0.0:0", "clear text"},
		{"TANDEM_LISTEN=nonsense", "TANDEM_LISTEN"},
		{"TANDEM_LOG_LEVEL=loud", "TANDEM_LOG_LEVEL"},
		{"TANDEM_DATABASE_URL=postgres://nobody:hush-hush@127.0.0.1:1/none", "database"},
		{"TANDEM_DATABASE_URL=", "TANDEM_DATABASE_URL"},
		{"TANDEM_DATABASE_URL=not a url", "database"},
		{password + "=", password},
		{elsewhere, "clear text"},
		{"TANDEM_CONFIG=/nowhere/tandem.yaml", "/nowhere/tandem.yaml"},
	} {
		c.Tell(bad.variable, func(t *testing.T) {
			command := []string{"serve"}
			if strings.Contains(bad.variable, "@127.0.0.1:1/") {
				command = []string{"migrate"} // serve waits a minute for a database that is just starting
			}
			out, err := c.Run(append(free, bad.variable), command...)
			if err == nil {
				t.Fatalf("it runs: %s", out)
			}
			if !strings.Contains(out, bad.says) {
				t.Errorf("it does not speak of %s: %s", bad.says, out)
			}
			if strings.Contains(out, "panic") || strings.Contains(out, "hush-hush") || strings.Contains(out, c.Switch.Password()) {
				t.Errorf("it shows too much: %s", out)
			}
		})
	}
	c.Tell("doctor says that the switch's password is wrong", func(t *testing.T) {
		out, err := c.Run(append(free, password+"=quite-another-password"), "doctor")
		if err == nil || !strings.Contains(out, "password") {
			t.Errorf("doctor: %v: %s", err, out)
		}
	})
	if i := c.Call("12500000001"); i.State != "queued" || !i.Queued.Equal(since) {
		t.Errorf("the caller is %s since %s, before since %s", i.State, i.Queued, since)
	}
	c.HearsMusic(call)
	c.HangsUp(call)
	ended(c, "12500000001", ending{state: "abandoned", reason: "hangup"})
}

// TestAWrongPasswordOfTheSwitch: the program goes on trying, as the switch may be mended, and says what is wrong wherever one looks.
func TestAWrongPasswordOfTheSwitch(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
	c.Must(c.Tandem.Stop())
	c.Lame("TANDEM_ASTERISK_PASSWORD=quite-another-password", "TANDEM_FREESWITCH_PASSWORD=quite-another-password")
	c.Until("the log names the password", func() bool { return strings.Contains(c.Tandem.LogTail(20), "password") })
	c.Until("readyz names the switch", func() bool {
		err := ready(c)
		return err != nil && strings.Contains(err.Error(), "switch") && strings.Contains(err.Error(), "doctor")
	})
	if said := c.Tandem.LogTail(200); strings.Contains(said, "quite-another-password") {
		t.Error("the log shows the password")
	}
}

// TestASecondInstance: F10. It stands by and disturbs nothing; when the first one is killed it takes over, and nothing is done
// twice.
func TestASecondInstance(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
	ann := c.Works("ann")
	talking := c.Dial("12400000001")
	talk := c.Rings(ann)
	c.Talk(talk, talking)
	waiting := c.Dial("12400000002")
	since := c.Waiting("12400000002").Queued
	first := c.Tandem
	c.Lame()
	c.Until("the second one says that it stands by", func() bool {
		err := ready(c)
		return err != nil && strings.Contains(err.Error(), "stands by")
	})
	c.HearEachOther(talk, talking)
	if i := c.Waiting("12400000002"); !i.Queued.Equal(since) {
		t.Errorf("in line since %s, before %s", i.Queued, since)
	}
	c.HangsUp(talk)
	next := c.Rings(ann) // the first one's work
	c.Talk(next, waiting)
	c.Must(first.Kill())
	c.Until("the second one decides", func() bool { return decides(c) })
	c.HearEachOther(next, waiting)
	c.HangsUp(next)
	for _, from := range []string{"12400000001", "12400000002"} {
		stored(c, ended(c, from, ending{state: "done", offers: []string{"ann completed"}, tickets: 1}))
	}
	if ann.Invites() != 2 {
		t.Errorf("%d INVITEs for two calls", ann.Invites())
	}
	c.Verify()
}

// ready is what the program says of itself, nil when it decides and lacks nothing.
func ready(c *whole.Centre) error {
	ctx, cancel := c.Ctx()
	defer cancel()
	return c.API.Get(ctx, "/readyz", nil)
}

func decides(c *whole.Centre) bool { return ready(c) == nil }

// TestAFrozenOwner: a program that is alive and does nothing loses the lease to the one that stands by, and ends when it thaws.
func TestAFrozenOwner(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
	ann := c.Works("ann")
	first := c.Tandem
	c.Lame()
	c.Until("the second one says that it stands by", func() bool {
		err := ready(c)
		return err != nil && strings.Contains(err.Error(), "stands by")
	})
	c.Must(syscall.Kill(first.PID(), syscall.SIGSTOP))
	c.Until("the second one decides", func() bool { return decides(c) })
	call := c.Dial("12400000003")
	talk := c.Rings(ann)
	c.Must(syscall.Kill(first.PID(), syscall.SIGCONT))
	c.Talk(talk, call)
	ctx, cancel := c.Ctx()
	defer cancel()
	select {
	case <-first.Done():
	case <-ctx.Done():
		t.Fatalf("the first one goes on:\n%s", first.LogTail(20))
	}
	if said := first.LogTail(20); !strings.Contains(said, "another") {
		t.Errorf("the first one does not say why it ended:\n%s", said)
	}
	c.HearEachOther(talk, call)
	c.HangsUp(talk)
	stored(c, ended(c, "12400000003", ending{state: "done", offers: []string{"ann completed"}, tickets: 1}))
	c.Verify()
}
