package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"tandem/adapters/lab"
	"tandem/dialplan"
)

// agents of the example centre.
var agents = []string{"ann", "bob", "cho"}

// number leads to the flow of the example centre.
const number = "7000"

// numbers are those that the switch of the example centre hands to Tandem: the flow, its two queues, and what a newcomer adds.
var numbers = []string{number, "7001", "7002", "7003", "7004", "7005", "7006", "7007", "7008", "7009"}

// centre is what runs besides Tandem; nil parts are the admin's own.
type centre struct {
	lab        *lab.Lab
	which      string // switch: asterisk or freeswitch
	settings   dialplan.Settings
	dir        string
	say        func(string)
	postgres   *lab.Postgres
	asterisk   *lab.Asterisk
	freeswitch *lab.FreeSWITCH // the admin's own, whose phones we know
}

// chosenSwitch is what TANDEM_SWITCH says, as for Tandem itself.
func chosenSwitch() (string, error) {
	switch which := os.Getenv("TANDEM_SWITCH"); which {
	case "", "asterisk":
		return "asterisk", nil
	case "freeswitch":
		return which, nil
	default:
		return "", fmt.Errorf("the switch (SWITCH=, TANDEM_SWITCH) is %q; use asterisk or freeswitch", which)
	}
}

// startParts starts the database and the switch, unless the environment names the admin's own.
func (c *centre) startParts(ctx context.Context) (err error) {
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return err
	}
	if c.which == "freeswitch" { // first: most likely it asks the admin for something
		if err := c.findFreeSWITCH(ctx); err != nil {
			return err
		}
	}
	if os.Getenv("TANDEM_DATABASE_URL") == "" {
		c.say("starting PostgreSQL")
		if c.postgres, err = c.lab.StartPostgres(ctx, lab.PostgresConfig{Dir: filepath.Join(c.dir, "postgres")}); err != nil {
			return err
		}
	}
	if c.which == "freeswitch" || os.Getenv("TANDEM_ASTERISK_URL") != "" {
		return nil
	}
	return c.startAsterisk(ctx)
}

func (c *centre) startAsterisk(ctx context.Context) error {
	ari, err := port(lab.ARIPortVariable, 8088)
	if err != nil {
		return err
	}
	c.say("starting Asterisk")
	c.asterisk, err = c.lab.StartAsterisk(ctx, lab.AsteriskConfig{
		Dir: filepath.Join(c.dir, "asterisk"), ARIPort: ari, Accounts: agents, Numbers: numbers, Settings: c.settings,
		Robots: !c.settings.Open(), // parties for tests have no place where others call
	})
	return err
}

func port(variable string, otherwise int) (int, error) {
	text := os.Getenv(variable)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 65535 {
		return 0, fmt.Errorf("%s is %q; give a port from 1 to 65535", variable, text)
	}
	return n, nil
}

// writeConfig writes Tandem's configuration, so that the other commands of tandem work on this centre too. What the caller's own
// environment says goes over it.
func (c *centre) writeConfig(listen string) (file string, err error) {
	var b strings.Builder
	fmt.Fprintf(&b, "# Made by make run; tandem -config FILE doctor, journal show, … work on this centre.\n")
	fmt.Fprintf(&b, "listen: %q\ndata_dir: %q\n", listen, filepath.Join(c.dir, "data"))
	fmt.Fprintf(&b, "public_url: %q\nsms:\n  sink_file: %q\n", "http://"+listen, c.textsFile())
	if c.postgres != nil {
		fmt.Fprintf(&b, "database_url: %q\n", c.postgres.DSN)
	}
	if a := c.asterisk; a != nil && !c.settings.Open() {
		// Callbacks reach the switch's own robots, which answer (9001), are busy (9002) or never answer (9003); nobody else.
		fmt.Fprintf(&b, "dial:\n  trunk: robots\n  shown: %q\n  allowed: [\"900\"]\n", number)
	}
	if a := c.asterisk; a != nil {
		fmt.Fprintf(&b, "phones:\n  server: %q\n", c.server())
		fmt.Fprintf(&b, "asterisk:\n  transport: udp\n  url: %q\n  app: %q\n  user: %q\n  password: %q\n  prompts: %q\n", a.ARIURL, a.App, a.User, a.Password, a.Prompts)
	}
	if f := c.freeswitch; f != nil {
		fmt.Fprintf(&b, "switch: freeswitch\nfreeswitch:\n  address: %q\n  password: %q\n  domain: %q\n  prompts: %q\n  recordings: %q\n",
			f.Address, f.Password, f.Domain, f.Prompts, f.Recordings)
	}
	file = filepath.Join(c.dir, "tandem.yaml")
	return file, os.WriteFile(file, []byte(b.String()), 0o600)
}

// textsFile is where the texts go that a gateway would send.
func (c *centre) textsFile() string { return filepath.Join(c.dir, "sms.txt") }

// server is where phones are told to register.
func (c *centre) server() string {
	if !c.settings.Open() {
		return c.asterisk.SIPAddress
	}
	_, port, _ := net.SplitHostPort(c.settings.Listen)
	for _, address := range addresses(c.settings, port) {
		return address
	}
	return c.asterisk.SIPAddress
}

// end ends the switch and the database.
func (c *centre) end() {
	if c.asterisk != nil {
		if err := c.asterisk.Close(); err != nil {
			c.say("asterisk: " + err.Error())
		}
	}
	if c.postgres != nil {
		if err := c.postgres.Close(); err != nil {
			c.say("postgres: " + err.Error())
		}
	}
}
