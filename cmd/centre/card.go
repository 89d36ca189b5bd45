package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"tandem/adapters/lab"
)

// Card is what a newcomer needs to know; it is kept in centre.json for the demo.
type Card struct {
	API      string            `json:"api"`
	AdminKey string            `json:"admin_key"`
	SIP      string            `json:"sip"`      // where phones register: host:port, UDP
	Trunk    string            `json:"trunk"`    // where callers without an account come in: host:port, UDP
	Number   string            `json:"number"`   // to dial
	Accounts map[string]string `json:"accounts"` // SIP user → password
	Moved    map[string]string `json:"-"`        // agents who have another phone by now → its account, whose password nobody knows here
}

// furnish makes the example centre where there is none yet, and writes the card.
func (c *centre) furnish(ctx context.Context, t *lab.Tandem) (Card, error) {
	key, err := t.AdminKey()
	if err != nil {
		return Card{}, fmt.Errorf("%w; make another: .run/bin/tandem -config %s key add admin admin > %s", err,
			quoted(filepath.Join(c.dir, "tandem.yaml")), quoted(filepath.Join(c.dir, "data", "admin.key")))
	}
	card := Card{API: t.API, AdminKey: key, Number: number, Accounts: map[string]string{}, Moved: map[string]string{}}
	if c.asterisk != nil {
		card.SIP, card.Trunk = c.asterisk.SIPAddress, c.asterisk.SIPAddress
		for _, name := range agents {
			card.Accounts[name] = c.asterisk.AccountPassword(name)
		}
	}
	if f := c.freeswitch; f != nil {
		card.SIP, card.Trunk = f.Phones, f.Trunk
		for _, name := range agents {
			card.Accounts[name] = f.AccountPassword(name)
		}
	}
	client := lab.Client{URL: t.API, Key: key}
	if err := seed(ctx, client); err != nil {
		return card, err
	}
	if err := card.move(ctx, client); err != nil {
		return card, err
	}
	text, err := json.MarshalIndent(card, "", "  ")
	if err != nil {
		return card, err
	}
	return card, os.WriteFile(filepath.Join(c.dir, "centre.json"), text, 0o600)
}

// move finds whose phone is not the one of the example centre any more: tandem phone has made another.
func (c Card) move(ctx context.Context, api interface {
	Get(ctx context.Context, path string, out any) error
}) error {
	var have struct {
		Items []struct {
			ID    string
			Phone struct{ Endpoint string }
		}
	}
	if err := api.Get(ctx, "/api/v1/agents", &have); err != nil {
		return err
	}
	for _, a := range have.Items {
		if _, ours := c.Accounts[a.ID]; ours && a.Phone.Endpoint != a.ID {
			c.Moved[a.ID] = a.Phone.Endpoint
		}
	}
	return nil
}

// account is what to type into an agent's phone.
func (c Card) account(agent string) string {
	if other, moved := c.Moved[agent]; moved {
		return fmt.Sprintf("%s (of %s: tandem phone made it; its password was shown then, and tandem phone -renew %s makes a new one)", other, agent, agent)
	}
	return agent + " / " + c.Accounts[agent]
}

// quoted is a path as a shell takes it for one word.
func quoted(path string) string {
	if !strings.ContainsFunc(path, func(r rune) bool {
		return !strings.ContainsRune("/._-+@", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

func title(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

func (c Card) text(config, ports, run string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nTandem is ready.\n\n")
	fmt.Fprintf(&b, "  API            %s   documentation: %s/api/docs\n", c.API, c.API)
	fmt.Fprintf(&b, "  health         %s/healthz  /readyz  /metrics  /api/openapi.yaml\n", c.API)
	fmt.Fprintf(&b, "  admin key      %s\n", c.AdminKey)
	if c.SIP != "" {
		fmt.Fprintf(&b, "  number         dial %s at %s (SIP over UDP, no account needed on this machine)\n", c.Number, c.Trunk)
		fmt.Fprintf(&b, "  phones         register at %s\n                 ", c.SIP)
		for i, name := range agents {
			if i > 0 {
				fmt.Fprintf(&b, "                 ")
			}
			fmt.Fprintf(&b, "%s\n", c.account(name))
		}
	}
	fmt.Fprintf(&b, "  its flow       dialplan/flows/main.yaml: language, order number, 1 sales, 2 support; docs/flows.md\n")
	fmt.Fprintf(&b, "  more numbers   7001 is sales and 7002 support directly; 7003 to 7009 lead to Tandem too\n")
	fmt.Fprintf(&b, "  SMS            %s\n", texts(os.Getenv("TANDEM_SMS_ROUTES"), filepath.Join(filepath.Dir(config), "sms.txt")))
	fmt.Fprintf(&b, "  ports          %s\n", ports)
	fmt.Fprintf(&b, "\nSign an agent in:  curl -X PUT %s/api/v1/agents/ann/status -H 'Authorization: Bearer KEY' \\\n", c.API)
	fmt.Fprintf(&b, "                     -H 'Content-Type: application/json' -d '{\"status\":\"available\"}'\n")
	fmt.Fprintf(&b, "Check everything:  .run/bin/tandem -config %s doctor\n", quoted(config))
	fmt.Fprintf(&b, "See a whole call:  make demo%s (in another terminal)      End: Ctrl-C\n\n", run)
	return b.String()
}

// texts says whether customers get texts: Tandem inherits the routes from who started the centre.
func texts(routes, file string) string {
	if routes != "" && routes != "sink" {
		return "REAL TEXTS LEAVE by " + routes + " (TANDEM_SMS_ROUTES), to every number that calls"
	}
	return "none leaves this machine; what would is in " + quoted(file)
}
