package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"tandem/dialplan"
	"tandem/orchestrator/fact"
)

// SIPConfig says where and how the switch speaks with phones. Tandem itself speaks no SIP: the files that it writes for a switch say it.
type SIPConfig struct {
	Listen   string   `yaml:"listen" env:"LISTEN"`     // IPv4 address and port, UDP; 0.0.0.0 is every address of the machine
	External string   `yaml:"external" env:"EXTERNAL"` // IPv4 address under which phones outside of the local networks reach it
	Local    []string `yaml:"local" env:"LOCAL"`       // networks whose phones reach it directly, its own among them
	RTP      string   `yaml:"rtp" env:"RTP"`           // UDP ports of the audio, FIRST-LAST
	Codecs   []string `yaml:"codecs" env:"CODECS"`     // of ulaw, alaw, g722 and opus, the preferred ones first
}

// CodesConfig are the numbers that an agent's phone dials to tell its agent's status; "none" takes one away.
type CodesConfig struct {
	SignIn   string `yaml:"sign_in" env:"SIGN_IN"`
	SignOut  string `yaml:"sign_out" env:"SIGN_OUT"`
	Pause    string `yaml:"pause" env:"PAUSE"`
	EndPause string `yaml:"end_pause" env:"END_PAUSE"`
	Language string `yaml:"language" env:"LANGUAGE"` // of what is said then: en or zh
}

// numbers says what each code does, by its number.
func (c CodesConfig) numbers() map[string]fact.CodeDoes {
	does := map[string]fact.CodeDoes{c.SignIn: fact.CodeSignIn, c.SignOut: fact.CodeSignOut, c.Pause: fact.CodePause, c.EndPause: fact.CodeEndPause}
	maps.DeleteFunc(does, func(number string, _ fact.CodeDoes) bool { return number == "" || number == dialplan.NoCode })
	return does
}

// EmergencyConfig says how emergency calls leave: past Tandem, by the switch alone.
type EmergencyConfig struct {
	Numbers []string `yaml:"numbers" env:"NUMBERS"`
	Trunk   string   `yaml:"trunk" env:"TRUNK"` // the switch's name of it; empty: emergency calls do not pass
}

// withPhones puts settings of phones into the configuration.
func (c Config) withPhones(s dialplan.Settings) Config {
	c.SIP = SIPConfig{Listen: s.Listen, External: s.External, Local: s.Local, RTP: s.RTP, Codecs: s.Codecs}
	c.Codes = CodesConfig{SignIn: s.Codes.SignIn, SignOut: s.Codes.SignOut, Pause: s.Codes.Pause, EndPause: s.Codes.EndPause, Language: "en"}
	c.Emergency = EmergencyConfig{Numbers: s.Emergency.Numbers, Trunk: s.Emergency.Trunk}
	return c
}

// phones are the settings as the switch's files take them.
func (c Config) phones() dialplan.Settings {
	trimmed := func(list []string) []string {
		list = slices.Clone(list)
		for i, text := range list {
			list[i] = strings.TrimSpace(text)
		}
		return list
	}
	return dialplan.Settings{
		Listen: c.SIP.Listen, External: c.SIP.External, Local: trimmed(c.SIP.Local), RTP: c.SIP.RTP, Codecs: trimmed(c.SIP.Codecs),
		Codes:     dialplan.Codes{SignIn: c.Codes.SignIn, SignOut: c.Codes.SignOut, Pause: c.Codes.Pause, EndPause: c.Codes.EndPause},
		Emergency: dialplan.Emergency{Numbers: trimmed(c.Emergency.Numbers), Trunk: c.Emergency.Trunk},
	}
}

// checkPhones names the first setting of phones that cannot work.
func (c Config) checkPhones() error {
	if err := c.phones().Check(); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	if c.Codes.Language != "en" && c.Codes.Language != "zh" {
		return fmt.Errorf("configuration: codes.language (TANDEM_CODE_LANGUAGE) is %q; use en or zh", c.Codes.Language)
	}
	return nil
}

// examineEmergencies looks at the emergency calls of each switch: its phones leave by its own trunk.
func (c Config) examineEmergencies(ctx context.Context) (findings []finding) {
	for _, one := range c.each() {
		f := one.examineEmergency(ctx)
		f.what = one.what(f.what)
		findings = append(findings, f)
	}
	return findings
}

// examineEmergency says loudly when a phone cannot call for help. It asks the switch about the trunk, since nobody tries it every day.
func (c Config) examineEmergency(ctx context.Context) finding {
	numbers := strings.Join(c.phones().Emergency.Numbers, ", ")
	switch {
	case numbers == "":
		return finding{what: "emergency", look: true, says: "EMERGENCY CALLS DO NOT PASS from any phone: emergency.numbers (" + dialplan.EmergencyNumbersVariable + ") is empty"}
	case c.Emergency.Trunk == "":
		return finding{what: "emergency", look: true, says: "EMERGENCY CALLS (" + numbers + ") DO NOT PASS from any phone: name the switch's trunk for them in emergency.trunk (" +
			dialplan.EmergencyTrunkVariable + "), and tell everybody at work until then; docs/phones.md"}
	}
	f := finding{what: "emergency", says: numbers + " leave by the trunk " + c.Emergency.Trunk + ", where the switch has read Tandem's files"}
	if c.checkSwitch() != nil {
		return f // said already
	}
	sw, err := c.openSwitch(slog.New(slog.DiscardHandler))
	if err != nil {
		return f // said already
	}
	switch leaves, err := sw.leaves(ctx, c.Emergency.Trunk); {
	case err != nil:
		f.look, f.says = true, "the switch does not tell whether emergency calls can leave by the trunk "+c.Emergency.Trunk
	case !leaves:
		f.look, f.says = true, "EMERGENCY CALLS ("+numbers+") DO NOT PASS now: the switch has no trunk "+c.Emergency.Trunk+" that calls can leave by, or its other side does not answer. One by which "+
			"calls only come in from addresses (hosts) will not do; docs/phones.md"
	}
	return f
}
