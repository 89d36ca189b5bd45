package dialplan

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// FreeSwitchFS holds the templates of what an admin includes into a FreeSWITCH installation.
//
//go:embed freeswitch/*.tmpl
var FreeSwitchFS embed.FS

// FreeSwitchConfig is all that the FreeSWITCH configuration depends on. The installation's own files (SIP profiles, trunks, music)
// are the admin's. See Validate for what is required.
type FreeSwitchConfig struct {
	Password string // of the event socket; generated, never a default
	ESLPort  int    // TCP, always on 127.0.0.1
	Domain   string // of the accounts, as the directory names it; "" is the installation's own (its variable domain)
	Prompts  string // folder of announcements by name, absolute, without white space
	Music    string // stream of mod_local_stream that is heard while the fallback rings

	Accounts []Account // agents' phones
	Numbers  []string  // numbers that reach Tandem, such as 7000
	Codes    []string  // feature codes: what phones dial to tell Tandem something

	EmergencyNumbers []string // what phones dial for help
	EmergencyTrunk   string   // gateway by which those calls leave; "" is none: they don't

	Name  string // of this switch among several; "" without Links
	Links []Link // to the others

	GuardSeconds int // how long a call that Tandem took waits for Tandem's first order before the fallback takes it
	RingSeconds  int // how long one round of the fallback rings the phones; FreeSWITCH plays for 2 or more
	Rounds       int // rounds before the fallback says goodbye

	Robots bool // extensions 9001 to 9007, parties played by the switch, and 9990, where nobody is: for tests
	Bench  bool // extensions 7900 and 7901: mod_callcenter with the same phones, for the comparison
}

// Validate names the first field that can't be rendered safely. Texts of FreeSWITCH are XML whose values are patterns or
// arguments of applications: nothing with a meaning there is let in.
func (c FreeSwitchConfig) Validate() error {
	switch {
	case !secret.MatchString(c.Password):
		return refuse("Password", c.Password, secret.String())
	case c.Domain != "" && !word.MatchString(c.Domain):
		return refuse("Domain", c.Domain, word.String())
	case !word.MatchString(c.Music):
		return refuse("Music", c.Music, word.String())
	case !folder.MatchString(c.Prompts):
		return refuse("Prompts", c.Prompts, folder.String())
	}
	for _, count := range []struct {
		field            string
		value, low, high int
	}{
		{"ESLPort", c.ESLPort, 1, 65535}, {"GuardSeconds", c.GuardSeconds, 1, 3600}, {"RingSeconds", c.RingSeconds, 2, 3600}, {"Rounds", c.Rounds, 1, 1000},
	} {
		if count.value < count.low || count.value > count.high {
			return fmt.Errorf("dialplan: %s is %d: give a number from %d to %d", count.field, count.value, count.low, count.high)
		}
	}
	return Config{
		Accounts: c.Accounts, Numbers: c.Numbers, Codes: c.Codes, EmergencyNumbers: c.EmergencyNumbers, EmergencyTrunk: c.EmergencyTrunk,
		Name: c.Name, Links: c.Links,
	}.validateLists()
}

// Me is what this switch presents itself to the others as.
func (c FreeSwitchConfig) Me() string { return LinkFrom(c.Name) }

// NumberForm matches the numbers that reach Tandem; they are digits.
func (c FreeSwitchConfig) NumberForm() string { return strings.Join(c.Numbers, "|") }

// CodeForm matches the feature codes.
func (c FreeSwitchConfig) CodeForm() string {
	return strings.ReplaceAll(strings.Join(c.Codes, "|"), "*", `\*`)
}

// EmergencyForm matches the emergency numbers.
func (c FreeSwitchConfig) EmergencyForm() string { return strings.Join(c.EmergencyNumbers, "|") }

// Realm is the domain of the accounts; FreeSWITCH puts its own in when it reads the file.
func (c FreeSwitchConfig) Realm() string {
	if c.Domain == "" {
		return "$${domain}"
	}
	return c.Domain
}

// freeSwitchPaths says where in a FreeSWITCH installation's conf each file goes.
var freeSwitchPaths = map[string]string{
	"dialplan.xml":          "dialplan/tandem.xml",
	"inside.xml":            "dialplan/tandem-inside/00_tandem.xml",
	"public.xml":            "dialplan/public/00_tandem.xml",
	"directory.xml":         "directory/default/tandem.xml",
	"event_socket.conf.xml": "autoload_configs/event_socket.conf.xml",
	"profile.xml":           "tandem/profile.xml",
	"conference.xml":        "tandem/conference.xml",
	linksFile:               "sip_profiles/external/link-tandem.xml",
	benchFile:               "autoload_configs/callcenter.conf.xml",
}

// linksFile is there with Links only.
const linksFile = "links.xml"

// benchFile is there with Bench only.
const benchFile = "callcenter.conf.xml"

// FreeSwitch renders what an admin puts into the conf folder of a FreeSWITCH 1.10: path within it to text. Texts hold
// passwords: write them readable by the switch only.
func FreeSwitch(c FreeSwitchConfig) (map[string]string, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	names, err := fs.Glob(FreeSwitchFS, "freeswitch/*.tmpl")
	if err != nil {
		return nil, err
	}
	files := make(map[string]string, len(names))
	for _, name := range names {
		short := strings.TrimSuffix(path.Base(name), ".tmpl")
		if short == benchFile && !c.Bench || short == linksFile && len(c.Links) == 0 {
			continue
		}
		text, err := render(FreeSwitchFS, name, c)
		if err != nil {
			return nil, err
		}
		files[freeSwitchPaths[short]] = text
	}
	return files, nil
}
