package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"tandem/dialplan"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/media"
)

// SwitchConfig is one of several switches. Its variables are those of its make, with its name between: for pbx1, an Asterisk,
// TANDEM_SWITCH_PBX1_URL; a hyphen in the name is an underscore there. What is not said of it is as TANDEM_ASTERISK_… or
// TANDEM_FREESWITCH_… say.
type SwitchConfig struct {
	Name           string           `yaml:"name" env:"-"`
	Make           string           `yaml:"make" env:"-"`                          // asterisk or freeswitch
	SIP            string           `yaml:"sip" env:"SIP"`                         // IPv4 address and port where the other switches reach its phones
	From           string           `yaml:"from" env:"FROM"`                       // IPv4 address that its calls to the others come from; empty is that of sip
	PhonesServer   string           `yaml:"phones_server" env:"PHONES_SERVER"`     // host:port where its phones register; empty is phones.server
	EmergencyTrunk string           `yaml:"emergency_trunk" env:"EMERGENCY_TRUNK"` // empty is emergency.trunk
	Asterisk       AsteriskConfig   `yaml:"asterisk" env:"-"`
	FreeSWITCH     FreeSWITCHConfig `yaml:"freeswitch" env:"-"`
}

// mostSwitches bounds how many work side by side; each is linked with each.
const mostSwitches = 8

const (
	switchesVariable = "TANDEM_SWITCHES"
	switchForm       = switchesVariable + "=pbx1=asterisk,pbx2=freeswitch"
)

// prefix is what the variables of a switch begin with.
func (s SwitchConfig) prefix() string {
	return "TANDEM_SWITCH_" + strings.ToUpper(strings.ReplaceAll(s.Name, "-", "_")) + "_"
}

// make is the part of the configuration that belongs to its make.
func (s *SwitchConfig) own() any {
	if s.Make == "freeswitch" {
		return &s.FreeSWITCH
	}
	return &s.Asterisk
}

// variables lists those of a switch.
func (s SwitchConfig) variables() (list []string) {
	for _, part := range []any{&SwitchConfig{}, s.own()} {
		params, err := env.GetFieldParamsWithOptions(part, env.Options{Prefix: s.prefix()})
		if err != nil {
			panic(err) // the types above are no configuration
		}
		for _, p := range params {
			if p.Key != s.prefix()+"NAME" { // it is in the list of switches
				list = append(list, p.Key)
			}
		}
	}
	return list
}

// nameSwitches takes the list of switches, and reads what the file and the environment say of each.
func (c *Config) nameSwitches(environ []string) error {
	if len(c.SwitchList) > 0 {
		listed := make([]SwitchConfig, 0, len(c.SwitchList))
		for _, text := range c.SwitchList {
			name, kind, ok := strings.Cut(strings.TrimSpace(text), "=")
			if !ok {
				return fmt.Errorf("configuration: %s names %q; write it as %s", switchesVariable, text, switchForm)
			}
			s := SwitchConfig{}
			if i := slices.IndexFunc(c.Switches, func(o SwitchConfig) bool { return o.Name == name }); i >= 0 {
				s = c.Switches[i]
			}
			s.Name, s.Make = name, kind
			listed = append(listed, s)
		}
		c.Switches = listed
	}
	for i := range c.Switches {
		s := &c.Switches[i]
		fillEmpty(&s.Asterisk, c.Asterisk)
		fillEmpty(&s.FreeSWITCH, c.FreeSWITCH)
		for _, part := range []any{s, s.own()} {
			if err := env.ParseWithOptions(part, env.Options{Environment: env.ToMap(environ), Prefix: s.prefix()}); err != nil {
				return wrongVariables(err, environ, func(alone []string) error {
					return env.ParseWithOptions(part, env.Options{Environment: env.ToMap(alone), Prefix: s.prefix()})
				})
			}
		}
		s.Asterisk.Name, s.FreeSWITCH.Name = s.Name, s.Name
	}
	return c.checkSwitches()
}

// fillEmpty takes for each text that is empty the one of a usual configuration.
func fillEmpty[T any](into *T, usual T) {
	to, from := reflect.ValueOf(into).Elem(), reflect.ValueOf(usual)
	for i := range to.NumField() {
		if to.Field(i).IsZero() {
			to.Field(i).Set(from.Field(i))
		}
	}
}

// checkSwitches says what is wrong with the first of several switches that cannot work beside the others.
func (c Config) checkSwitches() error {
	names, doors := map[string]bool{}, map[string]string{}
	if len(c.Switches) > mostSwitches {
		return fmt.Errorf("configuration: switches (%s) names %d; %d is the most", switchesVariable, len(c.Switches), mostSwitches)
	}
	for _, s := range c.Switches {
		door := s.Asterisk.URL
		if s.Make == "freeswitch" {
			door = s.FreeSWITCH.Address
		}
		at, err := netip.ParseAddrPort(s.SIP)
		switch {
		case !dialplan.IsSwitchName(s.Name):
			return fmt.Errorf("configuration: switches (%s) names %q; a name has %s, as in %s", switchesVariable, s.Name, dialplan.SwitchNameForm, switchForm)
		case s.Make != "asterisk" && s.Make != "freeswitch":
			return fmt.Errorf("configuration: switch %s is said to be %q; it is asterisk or freeswitch, as in %s", s.Name, s.Make, switchForm)
		case names[s.Name]:
			return fmt.Errorf("configuration: switch %s is named twice; give each a name of its own", s.Name)
		case doors[door] != "":
			return fmt.Errorf("configuration: switches %s and %s are both at %s; set %sURL or %sADDRESS", doors[door], s.Name, door, s.prefix(), s.prefix())
		case len(c.Switches) > 1 && (err != nil || !at.Addr().Is4() || at.Addr().IsUnspecified()):
			return fmt.Errorf("configuration: %sSIP is %q; give the IPv4 address and port at which the other switches reach its phones, such as 192.0.2.10:5060", s.prefix(), s.SIP)
		case s.From != "" && net.ParseIP(s.From).To4() == nil:
			return fmt.Errorf("configuration: %sFROM is %q; give the IPv4 address that its calls to the others come from", s.prefix(), s.From)
		case s.PhonesServer != "" && !serverForm.MatchString(s.PhonesServer):
			return fmt.Errorf("configuration: %sPHONES_SERVER is %q; give host:port as phones see the switch", s.prefix(), s.PhonesServer)
		}
		names[s.Name], doors[door] = true, s.Name
	}
	return nil
}

// each is the configuration of each switch as if it were the only one, in their order; the first is the one where phones are of which
// nothing is said.
func (c Config) each() []Config {
	if len(c.Switches) == 0 {
		return []Config{c}
	}
	out := make([]Config, 0, len(c.Switches))
	for _, s := range c.Switches {
		one := c
		one.Switch, one.Asterisk, one.FreeSWITCH, one.name = s.Make, s.Asterisk, s.FreeSWITCH, s.Name
		if s.PhonesServer != "" {
			one.Phones.Server = s.PhonesServer
		}
		if s.EmergencyTrunk != "" {
			one.Emergency.Trunk = s.EmergencyTrunk
		}
		out = append(out, one)
	}
	return out
}

// names lists the switches as the floor knows them.
func (c Config) names() (names []string) {
	for _, one := range c.each() {
		if names = append(names, one.Asterisk.Name); one.Switch == "freeswitch" {
			names[len(names)-1] = one.FreeSWITCH.Name
		}
	}
	return names
}

// what is a switch, or a thing of it, in a report.
func (c Config) what(thing string) string { return strings.TrimSpace(thing + " " + c.name) }

// peers are the ways to the other switches, by their names.
func (c Config) peers() map[string]string {
	ways := map[string]string{}
	for _, s := range c.Switches {
		if s.Name != c.name {
			ways[s.Name] = dialplan.LinkTo(s.Name)
		}
	}
	return ways
}

// checkEach says what is missing to reach the switches.
func (c Config) checkEach() error {
	var errs []error
	for _, one := range c.each() {
		if err := one.checkSwitch(); err != nil && one.name != "" {
			errs = append(errs, fmt.Errorf("switch %s: %w", one.name, err))
		} else {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// examineLinks asks a switch whether it has the ways to the others.
func (c Config) examineLinks(ctx context.Context, sw pbx) (findings []finding) {
	peers := c.peers()
	for _, name := range slices.Sorted(maps.Keys(peers)) {
		f := finding{what: c.what("link"), says: "to " + name + " by " + peers[name]}
		switch leaves, err := sw.leaves(ctx, peers[name]); {
		case err != nil:
			f.look, f.says = true, "the switch does not tell whether it reaches the phones of "+name
		case !leaves:
			f.look, f.says = true, "no way to the phones of "+name+": the switch has no "+peers[name]+", or the other side does not answer; write the files anew (tandem switch-files) and load them"
		}
		findings = append(findings, f)
	}
	return findings
}

// openEach makes all switches; they do nothing until they are watched.
func (c Config) openEach(log *slog.Logger) ([]pbx, error) {
	var all []pbx
	for _, one := range c.each() {
		sw, err := one.openSwitch(log)
		if err != nil {
			return nil, err
		}
		all = append(all, sw)
	}
	return all, nil
}

// watchEach makes the keepers of phones and trunks, and the switches with the keepers' ears on them.
func (c Config) watchEach(switches []pbx, store provision.Store, log *slog.Logger) (provision.Keepers, map[string]media.Switch) {
	var keepers provision.Keepers
	watched := map[string]media.Switch{}
	for i, one := range c.each() {
		sw := switches[i]
		k := &provision.Keeper{Store: store, Switch: sw.accounts, Log: log, Name: one.name, First: i == 0}
		if one.name != "" {
			k.Log = log.With("switch", one.name)
		}
		keepers = append(keepers, k)
		watched[sw.name] = k.Watched(sw)
	}
	return keepers, watched
}

// proveEach is well when one of the switches can be worked with: a program that reaches none must not take the cell from one that does.
func (c Config) proveEach(ctx context.Context) error {
	all := c.each()
	said := make(chan error, len(all))
	for _, one := range all {
		go func() { said <- one.proveSwitch(ctx) }()
	}
	var errs []error
	for range all {
		err := <-said
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
