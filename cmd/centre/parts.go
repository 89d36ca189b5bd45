package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"tandem/adapters/lab"
)

// agents of the example centre.
var agents = []string{"ann", "bob", "cho"}

// number of the example centre.
const number = "7000"

// centre is what runs besides Tandem; nil parts are the admin's own.
type centre struct {
	lab      *lab.Lab
	dir      string
	say      func(string)
	postgres *lab.Postgres
	asterisk *lab.Asterisk
}

// startParts starts the database and the switch, unless the environment names the admin's own.
func (c *centre) startParts(ctx context.Context) (err error) {
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return err
	}
	if os.Getenv("TANDEM_DATABASE_URL") == "" {
		c.say("starting PostgreSQL")
		if c.postgres, err = c.lab.StartPostgres(ctx, lab.PostgresConfig{Dir: filepath.Join(c.dir, "postgres")}); err != nil {
			return err
		}
	}
	if os.Getenv("TANDEM_ASTERISK_URL") != "" {
		return nil
	}
	sip, err := port("TANDEM_CENTRE_SIP_PORT", 5060)
	if err != nil {
		return err
	}
	ari, err := port("TANDEM_CENTRE_ARI_PORT", 8088)
	if err != nil {
		return err
	}
	c.say("starting Asterisk")
	c.asterisk, err = c.lab.StartAsterisk(ctx, lab.AsteriskConfig{
		Dir: filepath.Join(c.dir, "asterisk"), SIPPort: sip, ARIPort: ari, Accounts: agents, Numbers: []string{number}, Robots: true,
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

// environment is what tandem serve is told, over the caller's own environment.
func (c *centre) environment() []string {
	out := append(os.Environ(), "TANDEM_DATA_DIR="+filepath.Join(c.dir, "data"))
	if c.postgres != nil {
		out = append(out, "TANDEM_DATABASE_URL="+c.postgres.DSN)
	}
	if a := c.asterisk; a != nil {
		out = append(out, "TANDEM_ASTERISK_URL="+a.ARIURL, "TANDEM_ASTERISK_APP="+a.App, "TANDEM_ASTERISK_USER="+a.User,
			"TANDEM_ASTERISK_PASSWORD="+a.Password, "TANDEM_ASTERISK_PROMPTS="+a.Prompts)
	}
	return out
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
