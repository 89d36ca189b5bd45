package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tandem/dialplan"
)

// phonesFile keeps the passwords of phones, so that files which are written again bring no new ones.
const phonesFile = "phones.txt"

// switchFiles writes what the admin's own switch includes, below a folder, and says where it goes. It asks nobody and changes no switch.
func switchFiles(_ context.Context, c Config, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("switch-files", flag.ContinueOnError)
	numbers := flags.String("numbers", "7000", "`numbers` that lead to Tandem, with commas between")
	phones := flags.String("phones", "", "`names` of agents' phones that get an account in the files, with commas between")
	calls := flags.Int("calls", 1000, "more calls at once than this `count` are refused; emergency calls never (Asterisk)")
	if err := parseOptions(flags, args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("usage: tandem switch-files [-numbers 7000,7001] [-phones ann,bob] FOLDER")
	}
	if err := c.checkEach(); err != nil {
		return err
	}
	links, err := c.keepLinks(flags.Arg(0))
	if err != nil {
		return err
	}
	for _, one := range c.each() {
		if err := one.writeSwitch(filepath.Join(flags.Arg(0), one.name), split(*numbers), split(*phones), *calls, links, out); err != nil {
			return err
		}
	}
	return nil
}

// writeSwitch writes the files of one switch below a folder. Of the phones those are its own that are named name@switch, or are named
// bare where it is the first.
func (c Config) writeSwitch(dir string, numbers, phones []string, calls int, links map[string]string, out io.Writer) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	own, err := c.ownPhones(phones)
	if err != nil {
		return err
	}
	accounts, err := keepSecrets(filepath.Join(dir, phonesFile), own)
	if err != nil {
		return err
	}
	files, where, err := c.renderSwitch(numbers, accounts, calls, c.linksOf(links))
	if err != nil {
		return err
	}
	if c.name != "" {
		fmt.Fprintf(out, "# %s, %s\n", c.name, c.Switch)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(files[name]), 0o600); err != nil {
			return err
		}
		fmt.Fprintln(out, path)
	}
	_, err = fmt.Fprintf(out, "\n%s\n", where)
	return err
}

// renderSwitch makes the files of the switch that the configuration names, and what to do with them.
func (c Config) renderSwitch(numbers []string, accounts []dialplan.Account, calls int, links []dialplan.Link) (files map[string]string, where string, err error) {
	if err := c.needPrompts(); err != nil {
		return nil, "", err
	}
	s := c.phones()
	guard := int(c.Guard / time.Second)
	if c.Switch == "freeswitch" {
		files, err = dialplan.FreeSwitch(dialplan.FreeSwitchConfig{
			Password: string(c.FreeSWITCH.Password), ESLPort: portOf(c.FreeSWITCH.Address), Domain: c.FreeSWITCH.Domain, Prompts: c.FreeSWITCH.Prompts, Music: "default",
			Accounts: accounts, Numbers: numbers, Codes: s.Codes.List(), EmergencyNumbers: s.Emergency.Numbers, EmergencyTrunk: s.Emergency.Trunk,
			GuardSeconds: guard, RingSeconds: 20, Rounds: 30, Name: c.name, Links: links,
		})
		return files, "Copy them into FreeSWITCH's conf, readable by its user; docs/freeswitch.md says which two lines of yours include them.", err
	}
	parts, err := dialplan.AsteriskIncluded(dialplan.Config{
		App: c.Asterisk.App, User: c.Asterisk.User, Password: string(c.Asterisk.Password), Dirs: dialplan.Dirs{Prompts: c.Asterisk.Prompts}, MaxCalls: calls,
		Codecs: s.Codecs, Accounts: accounts, Numbers: numbers, Codes: s.Codes.List(), EmergencyNumbers: s.Emergency.Numbers, EmergencyTrunk: s.Emergency.Trunk,
		GuardSeconds: guard, RingSeconds: 20, Rounds: 30, Name: c.name, Links: links,
	})
	files = map[string]string{}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		files["tandem/"+name] = parts[name]
		lines = append(lines, "    "+name+": #include tandem/"+name)
	}
	return files, "Copy the folder tandem into Asterisk's configuration folder, readable by its user, and add a last line to each of:\n" + strings.Join(lines, "\n"), err
}

// needPrompts asks for the folder of the announcements, which the switch's files name.
func (c Config) needPrompts() error {
	setting, folder := "asterisk.prompts (TANDEM_ASTERISK_PROMPTS)", c.Asterisk.Prompts
	if c.Switch == "freeswitch" {
		setting, folder = "freeswitch.prompts (TANDEM_FREESWITCH_PROMPTS)", c.FreeSWITCH.Prompts
	}
	if folder == "" {
		return fmt.Errorf("configuration: %s is not set; give the folder of the announcements as the switch sees it, such as /usr/share/asterisk/sounds/tandem", setting)
	}
	return nil
}

// keepSecrets gives each name a password, the old one where it has one.
func keepSecrets(file string, names []string) ([]dialplan.Account, error) {
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	old := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, password, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			old[name] = password
		}
	}
	var accounts []dialplan.Account
	for _, name := range names {
		if old[name] == "" {
			old[name] = rand.Text()
		}
		accounts = append(accounts, dialplan.Account{Name: name, Password: old[name]})
	}
	if len(old) == 0 {
		return nil, nil
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(old)) {
		fmt.Fprintf(&b, "%s %s\n", name, old[name])
	}
	return accounts, os.WriteFile(file, []byte(b.String()), 0o600)
}

// portOf is the port of host:port; 0 for none, which is refused when the file is made.
func portOf(address string) int {
	_, text, _ := net.SplitHostPort(address)
	port, _ := strconv.Atoi(text)
	return port
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
