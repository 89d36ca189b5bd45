package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"

	"tandem/dialplan"
)

// FreeSWITCH is one that its admin runs: it is asked and told over its event socket, never started or ended here.
type FreeSWITCH struct {
	Address    string // of the event socket, host:port
	Password   string // of the event socket
	Phones     string // host:port where phones register (SIP over UDP)
	Trunk      string // host:port where callers without an account come in
	Domain     string // of the phones' accounts
	Prompts    string // folder of the announcements
	Recordings string // folder that it writes and Tandem reads

	config    dialplan.FreeSwitchConfig
	passwords secrets
}

// FreeSWITCHConfig describes one. Zero values are filled in as said.
type FreeSWITCHConfig struct {
	Dir      string // where generated passwords are kept; required
	Address  string // of the event socket; 127.0.0.1:8021
	Password string // of the event socket; generated
	Phones   string // asked: the SIP profile internal
	Trunk    string // asked: the SIP profile external

	Prompts    string // required
	Recordings string // asked: FreeSWITCH's own folder of recordings
	Music      string // stream that is heard while the fallback rings; default

	Accounts []string // agents' phones by name; passwords are generated
	Numbers  []string // numbers that reach Tandem; none is 7000

	GuardSeconds int // see dialplan.FreeSwitchConfig; 0 is 20
	RingSeconds  int // see dialplan.FreeSwitchConfig; 0 is 20
	Rounds       int // see dialplan.FreeSwitchConfig; 0 is 30

	Robots bool // see dialplan.FreeSwitchConfig
	Bench  bool // see dialplan.FreeSwitchConfig

	Name  string          // of this switch among several
	Links []dialplan.Link // to the others

	Settings dialplan.Settings // of phones: codes and emergency numbers; the rest is the admin's. Zero is dialplan.DefaultSettings
}

// NewFreeSWITCH fixes passwords and files. It asks nothing yet: see Connect.
func NewFreeSWITCH(c FreeSWITCHConfig) (*FreeSWITCH, error) {
	f := &FreeSWITCH{
		Address: or(c.Address, "127.0.0.1:8021"), Phones: c.Phones, Trunk: c.Trunk, Prompts: c.Prompts, Recordings: c.Recordings,
	}
	_, port, err := net.SplitHostPort(f.Address)
	if err != nil {
		return nil, fmt.Errorf("lab: the event socket's address is %q: give host:port", f.Address)
	}
	esl, err := net.LookupPort("tcp", port)
	if err != nil {
		return nil, fmt.Errorf("lab: the event socket's address is %q: give host:port", f.Address)
	}
	if err := self().makeDir(c.Dir); err != nil {
		return nil, err
	}
	if f.passwords, err = loadSecrets(c.Dir, self(), append([]string{"esl"}, accountKeys(c.Accounts)...)); err != nil {
		return nil, err
	}
	f.Password = or(c.Password, f.passwords["esl"])
	f.config = dialplan.FreeSwitchConfig{
		Password: f.passwords["esl"], ESLPort: esl, Prompts: c.Prompts, Music: or(c.Music, "default"), Numbers: c.Numbers,
		GuardSeconds: or(c.GuardSeconds, 20), RingSeconds: or(c.RingSeconds, 20), Rounds: or(c.Rounds, 30), Robots: c.Robots, Bench: c.Bench,
		Name: c.Name, Links: c.Links,
	}
	if len(c.Numbers) == 0 {
		f.config.Numbers = []string{"7000"}
	}
	var same dialplan.Config
	AsteriskConfig{Settings: c.Settings}.chosen(&same)
	f.config.Codes, f.config.EmergencyNumbers, f.config.EmergencyTrunk = same.Codes, same.EmergencyNumbers, same.EmergencyTrunk
	for _, name := range c.Accounts {
		f.config.Accounts = append(f.config.Accounts, dialplan.Account{Name: name, Password: f.AccountPassword(name)})
	}
	return f, nil
}

// AccountPassword is the generated SIP password of a phone; "" for a name that is not in Accounts.
func (f *FreeSWITCH) AccountPassword(name string) string { return f.passwords[accountKey(name)] }

// Connect asks FreeSWITCH for what was not said, and whether it has read the files of Write.
func (f *FreeSWITCH) Connect(ctx context.Context) error {
	for _, ask := range []struct {
		into    *string
		command string
		read    func(string) string
	}{
		{&f.Domain, "global_getvar domain", strings.TrimSpace},
		{&f.Recordings, "global_getvar recordings_dir", strings.TrimSpace},
		{&f.Phones, "sofia status profile internal", sipAddress},
		{&f.Trunk, "sofia status profile external", sipAddress},
	} {
		if *ask.into != "" {
			continue
		}
		text, err := f.Command(ctx, ask.command)
		if err != nil {
			return err
		}
		if *ask.into = ask.read(text); *ask.into == "" {
			return fmt.Errorf("lab: FreeSWITCH has no answer to %q: %s", ask.command, lastLines(text, 3))
		}
	}
	return f.hasRead(ctx)
}

// errNotIncluded says that FreeSWITCH runs and does not know Tandem's files, or older ones.
var errNotIncluded = errors.New("FreeSWITCH has not read Tandem's files")

func (f *FreeSWITCH) hasRead(ctx context.Context) error {
	for _, context := range []string{"tandem", "tandem-phones"} {
		text, err := f.Command(ctx, "xml_locate dialplan context name "+context)
		if err != nil {
			return err
		}
		if !strings.Contains(text, "<extension") {
			return fmt.Errorf("lab: %w: no context %s in the dialplan", errNotIncluded, context)
		}
	}
	for _, a := range f.config.Accounts {
		text, err := f.Command(ctx, "user_data "+a.Name+"@"+f.Domain+" param password")
		if err != nil {
			return err
		}
		if strings.TrimSpace(text) != a.Password {
			return fmt.Errorf("lab: %w: the phone %s has another password in its directory, or none", errNotIncluded, a.Name)
		}
	}
	return nil
}

// sipAddress reads the address of a SIP profile from what "sofia status profile" says.
func sipAddress(status string) string {
	for _, line := range strings.Split(status, "\n") {
		if f := strings.Fields(line); len(f) == 2 && f[0] == "URL" {
			_, address, _ := strings.Cut(f[1], "@")
			address, _, _ = strings.Cut(address, ";")
			return address
		}
	}
	return ""
}

// Files are what FreeSWITCH must read: path within its conf folder to text.
func (f *FreeSWITCH) Files() (map[string]string, error) { return dialplan.FreeSwitch(f.config) }

// Write writes the files below dir, each where it belongs in a conf folder, readable by the owner of dir only.
func (f *FreeSWITCH) Write(dir string, leaveOut ...string) error {
	files, err := f.Files()
	if err != nil {
		return err
	}
	for _, name := range leaveOut {
		delete(files, name)
	}
	who, err := ownerOf(dir)
	if err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := who.makeDirs(dir, filepath.Dir(path)); err != nil {
			return err
		}
		if err := who.writeFile(path, text); err != nil {
			return err
		}
	}
	return nil
}
