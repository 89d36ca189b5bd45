package lab

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"tandem/dialplan"
)

// AsteriskConfig describes one private Asterisk. Zero values are filled in as said.
type AsteriskConfig struct {
	Dir      string   // of this instance; required
	App      string   // ARI application; "" is tandem
	SIPPort  int      // UDP, where Settings.Listen is empty; 0 is a free one
	ARIPort  int      // TCP; 0 is a free one
	RTPFirst int      // audio ports; 0 is a free block (about 190 legs)
	RTPLast  int      //
	Accounts []string // agents' phones by name; passwords are generated
	Numbers  []string // numbers that reach Tandem; none is 7000
	MaxCalls int      // 0 is 1000
	Prompts  string   // folder of the announcements; "" is Lab.Prompts

	GuardSeconds int // see dialplan.Config; 0 is 20
	RingSeconds  int // see dialplan.Config; 0 is 20
	Rounds       int // see dialplan.Config; 0 is 30

	Robots bool // see dialplan.Config
	Bench  bool // see dialplan.Config

	Name  string          // of this switch among several
	Links []dialplan.Link // to the others

	Settings dialplan.Settings // of phones; zero fields are those of dialplan.DefaultSettings, with the ports above
}

// prepare takes the folder and the ports, and fixes the configuration.
func (a *Asterisk) prepare(ctx context.Context, c AsteriskConfig) (err error) {
	if a.who, err = asteriskOwner(); err != nil {
		return err
	}
	if a.lock, err = takeInstance(ctx, a.Dir, a.who); err != nil {
		return err
	}
	sub := func(name string) string { return filepath.Join(a.Dir, name) }
	for _, name := range []string{"etc", "var", "spool", "spool/recording", "spool/tmp", "run", "log"} {
		if err := a.who.makeDir(sub(name)); err != nil {
			return err
		}
	}
	if c.Settings.Listen == "" && c.SIPPort == 0 || c.ARIPort == 0 || c.RTPFirst == 0 && c.Settings.RTP == "" {
		if a.ports, err = takePorts(); err != nil {
			return err
		}
	}
	first := a.ports.first
	address, port, err := c.listen(first)
	if err != nil {
		return err
	}
	a.config = dialplan.Config{
		App: or(c.App, "tandem"), User: "tandem", Address: address,
		SIPPort: port, ARIPort: or(c.ARIPort, first+1),
		RTPFirst: c.RTPFirst, RTPLast: c.RTPLast, MaxCalls: or(c.MaxCalls, 1000),
		Dirs: dialplan.Dirs{
			Etc: sub("etc"), Modules: a.program.Modules, Data: a.program.Data, Var: sub("var"), Spool: sub("spool"),
			Run: sub("run"), Log: sub("log"), Music: a.program.Music, Prompts: a.Prompts,
		},
		Numbers: c.Numbers, GuardSeconds: or(c.GuardSeconds, 20), RingSeconds: or(c.RingSeconds, 20), Rounds: or(c.Rounds, 30),
		Robots: c.Robots, Bench: c.Bench, Name: c.Name, Links: c.Links,
	}
	c.chosen(&a.config)
	if a.config.RTPFirst == 0 {
		a.config.RTPFirst, a.config.RTPLast = first+audioFirst, first+blockSize-1
	}
	if len(c.Numbers) == 0 {
		a.config.Numbers = []string{"7000"}
	}
	if a.passwords, err = loadSecrets(a.Dir, a.who, append([]string{"ari"}, accountKeys(c.Accounts)...)); err != nil {
		return err
	}
	a.config.Password = a.passwords["ari"]
	for _, name := range c.Accounts {
		a.config.Accounts = append(a.config.Accounts, dialplan.Account{Name: name, Password: a.AccountPassword(name)})
	}
	a.App, a.User, a.Password = a.config.App, a.config.User, a.config.Password
	a.ARIURL = "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(a.config.ARIPort)) + "/ari"
	a.SIPAddress = net.JoinHostPort(a.config.Itself(), strconv.Itoa(a.config.SIPPort))
	a.RTP = fmt.Sprintf("%d-%d", a.config.RTPFirst, a.config.RTPLast)
	a.Recordings = sub("spool/recording")
	return a.writeConfig()
}

// listen is where SIP is listened for; first is the port where nothing is said.
func (c AsteriskConfig) listen(first int) (address string, port int, err error) {
	if c.Settings.Listen == "" {
		return "127.0.0.1", or(c.SIPPort, first), nil
	}
	address, text, err := net.SplitHostPort(c.Settings.Listen)
	if err != nil {
		return "", 0, fmt.Errorf("lab: %w", err)
	}
	port, err = strconv.Atoi(text)
	return address, port, err
}

// chosen puts the settings of phones into the configuration.
func (c AsteriskConfig) chosen(into *dialplan.Config) {
	s, otherwise := c.Settings, dialplan.DefaultSettings()
	into.External, into.Local, into.Codecs = s.External, s.Local, s.Codecs
	into.Codes, into.EmergencyNumbers, into.EmergencyTrunk = s.Codes.List(), s.Emergency.Numbers, s.Emergency.Trunk
	if s.Codes == (dialplan.Codes{}) {
		into.Codes = otherwise.Codes.List()
	}
	if len(s.Emergency.Numbers) == 0 {
		into.EmergencyNumbers = otherwise.Emergency.Numbers
	}
	if s.RTP != "" { // checked with the settings
		into.RTPFirst, into.RTPLast, _ = s.Ports()
	}
}

func (a *Asterisk) writeConfig() error {
	files, err := dialplan.Asterisk(a.config)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := a.who.writeFile(filepath.Join(a.config.Dirs.Etc, name), text); err != nil {
			return err
		}
	}
	// A way to this switch's own command line, for people: cli "core show channels".
	cli := filepath.Join(a.Dir, "cli")
	if err := os.WriteFile(cli, []byte("#!/bin/sh\ncd "+a.config.Dirs.Run+" && exec "+strings.Join(a.command(context.Background(), "-r", "-x").Args, " ")+" \"$*\"\n"), 0o700); err != nil {
		return err
	}
	return os.Chmod(cli, 0o700)
}

func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// accountKey keeps phones and ARI apart in the file of passwords: a phone may be called ari.
func accountKey(name string) string { return "phone " + name }

func accountKeys(names []string) []string {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = accountKey(name)
	}
	return keys
}
