package dialplan

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Config is all that the Asterisk configuration depends on. Asterisk fills no gaps: see Validate for what is required.
type Config struct {
	App      string // name of the ARI application that takes the calls
	User     string // ARI account
	Password string // of the ARI account; generated, never a default

	Address  string // IPv4 address of SIP and RTP, 127.0.0.1 in the lab; 0.0.0.0 is all of the machine's
	SIPPort  int    // UDP
	ARIPort  int    // TCP, always on 127.0.0.1
	RTPFirst int    // first UDP port of the audio, even
	RTPLast  int    // last UDP port of the audio; a leg takes two
	MaxCalls int    // more calls to Numbers than this are refused with 503; emergency calls are never

	External string   // IPv4 address under which phones outside of Local reach the switch; "" is Address
	Local    []string // networks (CIDR) whose phones reach it directly
	Codecs   []string // in the order of preference; none is ulaw, alaw, g722, opus

	Dirs     Dirs
	Accounts []Account // agents' phones
	Numbers  []string  // numbers that reach Tandem, such as 7000
	Codes    []string  // feature codes: what phones dial to tell Tandem something

	EmergencyNumbers []string // what phones dial for help
	EmergencyTrunk   string   // endpoint by which those calls leave; "" is none: they don't

	Name  string // of this switch among several; "" without Links
	Links []Link // to the others

	GuardSeconds int // how long a call that Tandem took waits for Tandem's first order before the fallback takes it
	RingSeconds  int // how long one round of the fallback rings the phones
	Rounds       int // rounds before the fallback says goodbye

	Robots bool // extensions 9001 to 9007: parties played by the switch, for tests
	Bench  bool // extensions 7900 and 7901: the switch's own queue with the same phones, for the comparison
}

// Dirs are the folders of one instance. All are absolute and hold no white space.
type Dirs struct {
	Etc, Modules, Data, Var, Spool, Run, Log string

	Music   string // waiting music, *.wav 8 kHz mono
	Prompts string // announcements by name
}

// Account is one phone: it registers as Name and is dialled as PJSIP/Name.
type Account struct {
	Name     string
	Password string
}

var (
	word     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)
	secret   = regexp.MustCompile(`^[A-Za-z0-9_-]{16,128}$`)
	number   = regexp.MustCompile(`^[0-9]{2,15}$`)
	folder   = regexp.MustCompile(`^/[A-Za-z0-9._/+@~-]+$`)
	dotted   = regexp.MustCompile(`^[0-9]{1,3}(\.[0-9]{1,3}){3}$`)
	reserved = map[string]bool{"loopback": true, "robots": true, "udp": true, "global": true, "system": true}
)

// Reserved lists the names in the switch's configuration that cannot be a phone's.
func Reserved() []string { return slices.Sorted(maps.Keys(reserved)) }

// Validate names the first field that can't be rendered safely.
func (c Config) Validate() error {
	for _, text := range []struct {
		field, value string
		form         *regexp.Regexp
	}{
		{"App", c.App, word}, {"User", c.User, word}, {"Password", c.Password, secret}, {"Address", c.Address, dotted},
		{"Dirs.Etc", c.Dirs.Etc, folder}, {"Dirs.Modules", c.Dirs.Modules, folder}, {"Dirs.Data", c.Dirs.Data, folder},
		{"Dirs.Var", c.Dirs.Var, folder}, {"Dirs.Spool", c.Dirs.Spool, folder}, {"Dirs.Run", c.Dirs.Run, folder},
		{"Dirs.Log", c.Dirs.Log, folder}, {"Dirs.Music", c.Dirs.Music, folder}, {"Dirs.Prompts", c.Dirs.Prompts, folder},
	} {
		if !text.form.MatchString(text.value) {
			return refuse(text.field, text.value, text.form.String())
		}
	}
	for _, count := range []struct {
		field            string
		value, low, high int
	}{
		{"SIPPort", c.SIPPort, 1, 65535}, {"ARIPort", c.ARIPort, 1, 65535},
		{"RTPFirst", c.RTPFirst, 1024, 65534}, {"RTPLast", c.RTPLast, c.RTPFirst + 1, 65535},
		{"MaxCalls", c.MaxCalls, 1, 100000}, {"GuardSeconds", c.GuardSeconds, 1, 3600},
		{"RingSeconds", c.RingSeconds, 1, 3600}, {"Rounds", c.Rounds, 1, 1000},
	} {
		if count.value < count.low || count.value > count.high {
			return fmt.Errorf("dialplan: %s is %d: give a number from %d to %d", count.field, count.value, count.low, count.high)
		}
	}
	return c.validateLists()
}

// Me is what this switch presents itself to the others as.
func (c Config) Me() string { return LinkFrom(c.Name) }

// Itself is the address at which the switch reaches itself.
func (c Config) Itself() string {
	if c.Address == everywhere {
		return "127.0.0.1"
	}
	return c.Address
}

// Bound says whether SIP and RTP keep to one address.
func (c Config) Bound() bool { return c.Address != everywhere }

// everywhere stands for all addresses of a machine.
const everywhere = "0.0.0.0"

// Allow is the list of codecs as Asterisk takes it.
func (c Config) Allow() string {
	if len(c.Codecs) == 0 {
		return strings.Join(codecs, ",")
	}
	return strings.Join(c.Codecs, ",")
}

// validateLists checks what stands in lists, with the same words as the admin's settings where they are one.
func (c Config) validateLists() error {
	if len(c.Numbers) == 0 {
		return fmt.Errorf("dialplan: Numbers is empty: give at least one number that reaches the centre")
	}
	for _, n := range c.Numbers {
		if !number.MatchString(n) {
			return refuse("Numbers", n, number.String())
		}
	}
	for _, code := range c.Codes {
		if !codeForm.MatchString(code) {
			return refuse("Codes", code, codeForm.String())
		}
	}
	chosen := DefaultSettings()
	chosen.External, chosen.Local, chosen.Emergency = c.External, c.Local, Emergency{c.EmergencyNumbers, c.EmergencyTrunk}
	if len(c.Codecs) > 0 {
		chosen.Codecs = c.Codecs
	}
	if err := chosen.Check(); err != nil {
		return fmt.Errorf("dialplan: %w", err)
	}
	if err := validateLinks(c.Name, c.Links); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, a := range c.Accounts {
		switch {
		case !word.MatchString(a.Name):
			return refuse("Accounts.Name", a.Name, word.String())
		case reserved[a.Name] || seen[a.Name] || strings.HasPrefix(a.Name, LinkTo("")) || strings.HasPrefix(a.Name, LinkFrom("")):
			return fmt.Errorf("dialplan: account %q is taken: give each phone a name of its own", a.Name)
		case !secret.MatchString(a.Password):
			return fmt.Errorf("dialplan: password of account %q does not match %s", a.Name, secret)
		}
		seen[a.Name] = true
	}
	return nil
}

// refuse never shows the value of a password.
func refuse(field, value, form string) error {
	if field == "Password" {
		return fmt.Errorf("dialplan: %s does not match %s", field, form)
	}
	return fmt.Errorf("dialplan: %s is %q: it must match %s", field, value, form)
}
