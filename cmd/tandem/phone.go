package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tandem/api"
)

// phone makes an agent's SIP account through the API of the Tandem that serves, and prints what to type into a phone. Only -renew
// changes one that is there: its password is nowhere.
func phone(ctx context.Context, c Config, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("phone", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	renew := flags.Bool("renew", false, "")
	usage := errors.New("usage: tandem phone [-renew] AGENT; -renew makes a new password, and throws out the phone that knows the old one")
	if err := flags.Parse(args); err != nil || flags.NArg() != 1 {
		return usage
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	client, err := c.apiClient()
	if err != nil {
		return err
	}
	path := "/api/v1/agents/" + url.PathEscape(flags.Arg(0)) + "/phone"
	var account api.PhoneAccount
	status, err := client.ask(ctx, http.MethodGet, path, nil, &account)
	made := false
	if status == http.StatusNotFound || err == nil && *renew {
		made = true
		_, err = client.ask(ctx, http.MethodPost, path, nil, &account)
	}
	if err != nil {
		return err
	}
	return printPhone(out, account, made)
}

func printPhone(out io.Writer, a api.PhoneAccount, made bool) error {
	var b strings.Builder
	row := func(name, value, otherwise string) {
		if value == "" {
			value = otherwise
		}
		fmt.Fprintf(&b, "  %-12s %s\n", name, value)
	}
	fmt.Fprintf(&b, "Phone of agent %s; type this into it:\n\n", a.Agent)
	row("server", a.Server, "(not known: set phones.server, TANDEM_PHONES_SERVER)")
	if a.Domain != "" && !strings.HasPrefix(a.Server, a.Domain+":") {
		row("domain", a.Domain, "")
		row("", "(where the phone knows no domain beside the server, let the domain lead to the server)", "")
	}
	row("user", a.User, "")
	row("password", a.Password, "(shown once, when it was made "+a.Made.Format("2006-01-02 15:04 UTC")+"; tandem phone -renew "+a.Agent+" makes a new one)")
	row("transport", strings.Join(a.Transports, ", "), "")
	row("codecs", strings.Join(a.Codecs, ", "), "as the switch says")
	row("keys (DTMF)", "RFC 4733 (also called RFC 2833)", "")
	switch {
	case !a.InForce:
		fmt.Fprintf(&b, "\nThe switch does not have it yet: %s\n", a.Says)
	case made:
		b.WriteString("\nThe switch has it now. The password is not shown again.\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}
