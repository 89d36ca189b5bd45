package freeswitch_test

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/adapters/freeswitch"
	"tandem/adapters/freeswitch/fakeesl"
)

// Each way in which a connection can be no use ends in an error that says what to do, in time.
func TestExamineSaysWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*fakeesl.Server)
		change  func(*freeswitch.Config)
		says    string
	}{
		"turned away":    {prepare: (*fakeesl.Server).TurnAway, says: "apply-inbound-acl"},
		"silence":        {prepare: (*fakeesl.Server).SayNothing, says: "says nothing"},
		"wrong password": {change: func(c *freeswitch.Config) { c.Password = "another-password" }, says: "password"},
		"nobody there":   {change: func(c *freeswitch.Config) { c.Address = "127.0.0.1:1" }, says: "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			esl := fakeesl.New(t)
			if c.prepare != nil {
				c.prepare(esl)
			}
			sw := newBench(t, esl, c.change)
			began := time.Now()
			_, err := sw.Examine(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the error is %v", err)
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("known after %v", took)
			}
		})
	}
	esl := fakeesl.New(t)
	got, err := newBench(t, esl, nil).Examine(t.Context())
	if err != nil || got.Version != "1.10.12" || got.TooOld || len(got.Missing) != 0 {
		t.Errorf("%+v %v", got, err)
	}
	esl.Break(fakeesl.Break{Command: "module_exists mod_conference", Times: 1, Answer: "false"})
	if got, err = newBench(t, esl, nil).Examine(t.Context()); err != nil || !slices.Equal(got.Missing, []string{"mod_conference"}) {
		t.Errorf("%+v %v", got, err)
	}
}

func newBench(t *testing.T, esl *fakeesl.Server, change func(*freeswitch.Config)) *freeswitch.Switch {
	t.Helper()
	c := freeswitch.Config{Name: "one", Address: esl.Address, Password: fakeesl.Password, Timeout: 500 * time.Millisecond}
	if change != nil {
		change(&c)
	}
	sw, err := freeswitch.New(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return sw
}

// What the socket may say that eslgo can't bear: frames that it does not know pass by, a length below zero ends the line.
func TestFramesThatEslgoCantBear(t *testing.T) {
	x := set(t, nil)
	x.esl.Say("Content-Type: log/data\nContent-Length: 3\n\nabc")
	x.esl.Say("Content-Type: text/event-json\nContent-Length: 3\n\n{x}")
	id, caller := x.arrives()
	x.Must(caller.Hangup(x.Within()))
	x.Told.Leg(t, "gone", id)
	if x.sw.Figures().Malformed < 2 {
		t.Errorf("figures: %+v", x.sw.Figures())
	}
	mark := x.Told.Mark()
	x.esl.Say("Content-Type: text/event-json\nContent-Length: -7\n\n")
	x.After(mark, "down")
	x.After(mark, "up")
	// Cut in the middle of a message, which eslgo does not notice.
	mark = x.Told.Mark()
	x.esl.Say("Content-Type: text/event-json\nContent-Length: 500\n\nabc")
	x.esl.DropListeners()
	x.After(mark, "down")
	x.After(mark, "up")
}

func TestConfigIsRefused(t *testing.T) {
	valid := func() freeswitch.Config {
		return freeswitch.Config{Name: "fs1", Address: "127.0.0.1:8021", Password: "long-enough-to-be-one"}
	}
	for field, change := range map[string]func(*freeswitch.Config){
		"Name":         func(c *freeswitch.Config) { c.Name = "" },
		"password":     func(c *freeswitch.Config) { c.Password = "ClueCon" },
		"password ":    func(c *freeswitch.Config) { c.Password = "with\nline-break-in-it" },
		"Address":      func(c *freeswitch.Config) { c.Address = "127.0.0.1" },
		"clear text":   func(c *freeswitch.Config) { c.Address = "192.0.2.1:8021" },
		"clear text ":  func(c *freeswitch.Config) { c.Address = "example.org:8021" },
		"Recordings":   func(c *freeswitch.Config) { c.Recordings = "relative" },
		"Prompts":      func(c *freeswitch.Config) { c.Prompts = "/with space" },
		"Recordings  ": func(c *freeswitch.Config) { c.Recordings = "/a/../b" },
		"Music":        func(c *freeswitch.Config) { c.Music = "shell_stream:///bin/x y" },
		"trunk":        func(c *freeswitch.Config) { c.Trunks = []string{"a/b"} },
		"Context":      func(c *freeswitch.Config) { c.Context = "a b" },
	} {
		c := valid()
		change(&c)
		if _, err := freeswitch.New(c, slog.Default()); err == nil || !strings.Contains(err.Error(), strings.TrimSpace(field)) {
			t.Errorf("%s: the error is %v", field, err)
		} else if strings.Contains(err.Error(), c.Password) && c.Password != "" {
			t.Errorf("%s: the error shows the password", field)
		}
	}
	if _, err := freeswitch.New(valid(), slog.Default()); err != nil {
		t.Error(err)
	}
}
