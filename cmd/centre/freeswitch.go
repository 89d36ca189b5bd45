package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tandem/adapters/lab"
)

// eventSocket is the file that an admin with an event socket of their own does without.
const eventSocket = "autoload_configs/event_socket.conf.xml"

// findFreeSWITCH finds the FreeSWITCH that an admin runs on this machine. Until it has read Tandem's files, it writes them and
// says what to do with them.
func (c *centre) findFreeSWITCH(ctx context.Context) error {
	f, err := lab.NewFreeSWITCH(lab.FreeSWITCHConfig{
		Dir: filepath.Join(c.dir, "freeswitch"), Address: os.Getenv("TANDEM_FREESWITCH_ADDRESS"), Password: os.Getenv("TANDEM_FREESWITCH_PASSWORD"),
		Phones: os.Getenv("TANDEM_CENTRE_FREESWITCH_SIP"), Trunk: os.Getenv("TANDEM_CENTRE_FREESWITCH_TRUNK"),
		Prompts: or(os.Getenv("TANDEM_FREESWITCH_PROMPTS"), c.lab.Prompts), Recordings: os.Getenv("TANDEM_FREESWITCH_RECORDINGS"),
		Accounts: agents, Numbers: numbers, Settings: c.settings, // no robots: strangers could call them, and their numbers may be the admin's own
	})
	if err != nil {
		return err
	}
	c.say("asking FreeSWITCH at " + f.Address)
	ask, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := f.Connect(ask); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return c.explain(f, err)
	}
	c.freeswitch = f
	return nil
}

// explain writes the files and returns an error that says what is missing and what to do.
func (c *centre) explain(f *lab.FreeSWITCH, why error) error {
	conf := filepath.Join(c.dir, "freeswitch", "conf")
	if err := os.RemoveAll(conf); err != nil { // of other settings
		return err
	}
	if err := os.MkdirAll(conf, 0o700); err != nil {
		return err
	}
	var leaveOut []string
	socket := fmt.Sprintf(`
     (With an event socket of your own leave %s out
     and set TANDEM_FREESWITCH_ADDRESS and TANDEM_FREESWITCH_PASSWORD, 12 characters or more.)`, eventSocket)
	if os.Getenv("TANDEM_FREESWITCH_PASSWORD") != "" {
		leaveOut, socket = []string{eventSocket}, ""
	}
	if err := f.Write(conf, leaveOut...); err != nil {
		return err
	}
	text := fmt.Sprintf(howTo, quoted(conf), socket)
	if err := os.WriteFile(filepath.Join(c.dir, "freeswitch", "README.txt"), []byte(text), 0o600); err != nil {
		return err
	}
	return fmt.Errorf("%w\n\n%s", why, text)
}

const howTo = `A FreeSWITCH 1.10 that runs on this machine needs a few files of Tandem's once. Nothing else of it is touched:

  1. Copy them into its conf folder, readable by its user (they hold passwords):
         cd %s && cp -r . /etc/freeswitch/ &&
             find . -mindepth 1 -exec chown --reference=/etc/freeswitch/freeswitch.xml /etc/freeswitch/{} \;%s
  2. Add one line before </settings> in sip_profiles/internal.xml and external.xml:
         <X-PRE-PROCESS cmd="include" data="../tandem/profile.xml"/>
     and one before </profiles> in autoload_configs/conference.conf.xml:
         <X-PRE-PROCESS cmd="include" data="../tandem/conference.xml"/>
  3. Restart FreeSWITCH, or: fs_cli -x reloadxml; fs_cli -x 'reload mod_event_socket';
     fs_cli -x 'sofia profile internal restart'; fs_cli -x 'sofia profile external restart'
  4. make run SWITCH=freeswitch

What is asked of FreeSWITCH can be said instead: TANDEM_FREESWITCH_ADDRESS, _PASSWORD, _DOMAIN, _PROMPTS and _RECORDINGS;
TANDEM_CENTRE_FREESWITCH_SIP (where phones register) and _TRUNK (where callers come in), host:port. More: docs/freeswitch.md
`

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
