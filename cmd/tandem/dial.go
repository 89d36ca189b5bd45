package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator/floor"
	"tandem/orchestrator/hours"
	"tandem/orchestrator/media"
)

// DialConfig says whom Tandem may call outside, and how. In a fresh installation it is nobody.
type DialConfig struct {
	Trunk     string          `yaml:"trunk" env:"TRUNK"`           // the switch's name of it: an endpoint of Asterisk, a gateway of FreeSWITCH
	Switch    string          `yaml:"switch" env:"SWITCH"`         // of several, the one that has the trunk; empty is the first
	Shown     string          `yaml:"shown" env:"SHOWN"`           // our number, as the customer's phone shows it
	Allowed   []string        `yaml:"allowed" env:"ALLOWED"`       // what a number must begin with: 0,+49,!0900 (! forbids, the longest one counts)
	PerHour   int             `yaml:"per_hour" env:"PER_HOUR"`     // calls of the centre in any hour
	PerNumber int             `yaml:"per_number" env:"PER_NUMBER"` // calls of one number in any 24 hours
	RingFor   time.Duration   `yaml:"ring_for" env:"RING_FOR"`     // how long the customer's phone rings
	Retry     []time.Duration `yaml:"retry" env:"RETRY"`           // pauses after an attempt that came to nothing: 5m,30m are three attempts
	Hours     []string        `yaml:"hours" env:"HOURS"`           // in which may be called, in the centre's time zone: mon-fri 09:00-18:00; none is always
}

var (
	shownForm  = regexp.MustCompile(`^(\+?[0-9]{1,20})?$`)
	prefixForm = regexp.MustCompile(`^!?\+?[0-9]{1,20}$|^!?\+$`)
)

// checkDial names the first setting that cannot work.
func (c Config) checkDial() error {
	d := c.Dial
	switch {
	case d.Trunk != "" && !media.IsName(d.Trunk):
		return fmt.Errorf("configuration: dial.trunk (TANDEM_DIAL_TRUNK) is %q; give the switch's name of the trunk, such as tandem.provider", d.Trunk)
	case d.Switch != "" && !slices.Contains(c.names(), d.Switch):
		return fmt.Errorf("configuration: dial.switch (TANDEM_DIAL_SWITCH) is %q; there are %s", d.Switch, strings.Join(c.names(), ", "))
	case d.Trunk != "" && len(c.Switches) > 0 && slices.Contains(c.names(), d.Trunk):
		return fmt.Errorf("configuration: dial.trunk (TANDEM_DIAL_TRUNK) is %q, which is a switch's name; name the trunk another way", d.Trunk)
	case !shownForm.MatchString(d.Shown):
		return fmt.Errorf("configuration: dial.shown (TANDEM_DIAL_SHOWN) is %q; give a number", d.Shown)
	case d.PerHour < 0 || d.PerNumber < 0 || len(d.Retry) > 20:
		return fmt.Errorf("configuration: dial.per_hour, dial.per_number (TANDEM_DIAL_PER_HOUR, TANDEM_DIAL_PER_NUMBER) are 0 or more, dial.retry has at most 20 pauses")
	case d.RingFor < 5*time.Second || d.RingFor > 2*time.Minute:
		return fmt.Errorf("configuration: dial.ring_for (TANDEM_DIAL_RING_FOR) is %s; use 5s to 2m", d.RingFor)
	}
	for _, prefix := range d.Allowed {
		if !prefixForm.MatchString(strings.TrimSpace(prefix)) {
			return fmt.Errorf("configuration: dial.allowed (TANDEM_DIAL_ALLOWED) has %q; give the beginning of numbers, such as 0 or +49, with a ! before what is forbidden", prefix)
		}
	}
	for _, pause := range d.Retry {
		if pause < time.Second || pause > 7*24*time.Hour {
			return fmt.Errorf("configuration: dial.retry (TANDEM_DIAL_RETRY) has %s; use 1s to 168h", pause)
		}
	}
	_, err := d.calendar(time.UTC)
	return err
}

// calendar are the permitted hours; nil is always.
func (d DialConfig) calendar(zone *time.Location) (*hours.Calendar, error) {
	if len(d.Hours) == 0 {
		return nil, nil //nolint:nilnil // No calendar is an answer: every hour is permitted.
	}
	c := &hours.Calendar{Zone: zone, Days: map[string][]hours.Span{}}
	for _, text := range d.Hours {
		days, span, _ := strings.Cut(strings.TrimSpace(text), " ")
		on, err := hours.ParseDays(days)
		if err != nil {
			return nil, fmt.Errorf("configuration: dial.hours (TANDEM_DIAL_HOURS) has %q: %w", text, err)
		}
		from, err := hours.ParseSpan(strings.TrimSpace(span))
		if err != nil {
			return nil, fmt.Errorf("configuration: dial.hours (TANDEM_DIAL_HOURS) has %q: %w", text, err)
		}
		for _, day := range on {
			c.Week[day] = append(c.Week[day], from)
		}
	}
	return c, nil
}

// dialling is what the floor decides by.
func (c Config) dialling(zone *time.Location) floor.Dialling {
	d := c.Dial
	out := floor.Dialling{Trunk: d.Trunk, Switch: d.Switch, Country: c.SMS.Country, Never: c.phones().Emergency.Numbers, Shown: d.Shown, PerHour: d.PerHour, PerNumber: d.PerNumber, RingFor: d.RingFor, Retry: d.Retry}
	for _, prefix := range d.Allowed {
		out.Allowed = append(out.Allowed, strings.TrimSpace(prefix))
	}
	if names := c.names(); out.Switch == "" && len(names) > 1 {
		out.Switch = names[0] // where trunks are that Tandem makes
	}
	out.Hours, _ = d.calendar(zone) // checked when it was read
	return out
}

// trunks are those that Tandem may call over.
func (c Config) trunks() []string {
	if c.Dial.Trunk == "" {
		return nil
	}
	return []string{c.Dial.Trunk}
}
