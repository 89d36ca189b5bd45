package main

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"time"

	"tandem/adapters/asterisk"
	"tandem/adapters/freeswitch"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/media"
)

// pbx is the media switch that the configuration names, whatever its make.
type pbx struct {
	name string
	media.Switch
	recording.Source
	accounts provision.Switch
	figures  func() any                          // a struct of counters, and CommandSum
	examine  func(context.Context) (exam, error) // for the doctor
	leaves   func(ctx context.Context, trunk string) (bool, error)
}

// exam is what was found out about a switch before it is worked with.
type exam struct {
	Version string
	TooOld  bool
	Missing []string // modules
}

// openSwitch makes the switch; it does nothing until it is watched.
func (c Config) openSwitch(log *slog.Logger) (pbx, error) {
	if c.Switch == "freeswitch" {
		sw, err := freeswitch.New(c.freeswitch(), log)
		if err != nil {
			return pbx{}, err
		}
		return pbx{c.FreeSWITCH.Name, sw, sw, sw, func() any { return sw.Figures() }, func(ctx context.Context) (exam, error) {
			e, err := sw.Examine(ctx)
			return exam(e), err
		}, sw.Leaves}, nil
	}
	sw, err := asterisk.New(c.asterisk(), log)
	if err != nil {
		return pbx{}, err
	}
	return pbx{c.Asterisk.Name, sw, sw, sw, func() any { return sw.Figures() }, func(ctx context.Context) (exam, error) {
		e, err := sw.Examine(ctx)
		return exam(e), err
	}, sw.Leaves}, nil
}

// proveSwitch tries whether the switch can be worked with: on lines of its own, as those of an earlier life of the engine are down.
func (c Config) proveSwitch(ctx context.Context) error {
	sw, err := c.openSwitch(slog.New(slog.DiscardHandler))
	if err == nil {
		_, err = sw.examine(ctx)
	}
	return err
}

// counters reads the figures of a switch: each integer by its name, and the time that all commands took.
func (p pbx) counters() (counts map[string]int64, spent time.Duration) {
	v := reflect.ValueOf(p.figures())
	counts = map[string]int64{}
	for i := range v.NumField() {
		switch n := v.Field(i).Interface().(type) {
		case int64:
			counts[snake(v.Type().Field(i).Name)] = n
		case time.Duration:
			spent = n
		}
	}
	return counts, spent
}

// snake writes a field's name as metrics do: one word in small letters.
func snake(name string) string {
	out := []byte(name)
	for i, b := range out {
		if 'A' <= b && b <= 'Z' {
			out[i] = b + 'a' - 'A'
		}
	}
	return string(out)
}

func (c Config) asterisk() asterisk.Config {
	a := c.Asterisk
	return asterisk.Config{
		Name: a.Name, URL: a.URL, App: a.App, User: a.User, Password: string(a.Password), Prompts: a.Prompts, Server: c.Phones.Server, Codecs: c.phones().Codecs,
		Transport: a.Transport, Peers: c.peers(), Trunks: c.trunks(),
	}
}

func (c Config) freeswitch() freeswitch.Config {
	f := c.FreeSWITCH
	return freeswitch.Config{
		Name: f.Name, Address: f.Address, Password: string(f.Password), Domain: f.Domain, Prompts: f.Prompts, Recordings: f.Recordings,
		Directory: f.Directory, Gateways: f.Gateways, Server: c.Phones.Server, Conference: "tandem", Peers: c.peers(), Trunks: c.trunks(),
	}
}

// checkSwitch says what is missing to reach the switch that the configuration names.
func (c Config) checkSwitch() error {
	switch c.Switch {
	case "asterisk":
		return c.needAsterisk()
	case "freeswitch":
		if c.FreeSWITCH.Password == "" {
			return fmt.Errorf("configuration: freeswitch.password (TANDEM_FREESWITCH_PASSWORD) is not set; it is the password in FreeSWITCH's event_socket.conf")
		}
		return nil
	}
	return fmt.Errorf("configuration: switch (TANDEM_SWITCH) is %q; use asterisk or freeswitch", c.Switch)
}
