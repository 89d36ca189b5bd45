package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tandem/dialplan"
)

// linksFile keeps the passwords of the ways between switches, so that files which are written again fit those that are in force.
const linksFile = "links.txt"

// keepLinks gives each pair of switches a password, the old one where it has one. The name of a pair is the same seen from both.
func (c Config) keepLinks(dir string) (map[string]string, error) {
	var pairs []string
	for i, a := range c.Switches {
		for _, b := range c.Switches[i+1:] {
			pairs = append(pairs, pairOf(a.Name, b.Name))
		}
	}
	if len(pairs) == 0 {
		return nil, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	kept, err := keepSecrets(filepath.Join(dir, linksFile), pairs)
	passwords := map[string]string{}
	for _, pair := range kept {
		passwords[pair.Name] = pair.Password
	}
	return passwords, err
}

func pairOf(a, b string) string {
	if b < a {
		a, b = b, a
	}
	return a + "+" + b
}

// linksOf are the ways from one of several switches to the others.
func (c Config) linksOf(passwords map[string]string) (links []dialplan.Link) {
	for _, s := range c.Switches {
		if s.Name != c.name && c.name != "" {
			links = append(links, dialplan.Link{Name: s.Name, Address: s.SIP, From: s.From, Password: passwords[pairOf(c.name, s.Name)], Speaks: s.Make == "asterisk"})
		}
	}
	return links
}

// ownPhones are the phones of this switch: all where there is only one.
func (c Config) ownPhones(names []string) (own []string, err error) {
	for _, text := range names {
		name, sw, said := strings.Cut(text, "@")
		switch {
		case !said && len(c.Switches) > 0:
			sw = c.Switches[0].Name
		case said && !slices.ContainsFunc(c.Switches, func(s SwitchConfig) bool { return s.Name == sw }):
			return nil, fmt.Errorf("-phones names %q; there is no switch %q", text, sw)
		}
		if sw == c.name {
			own = append(own, name)
		}
	}
	return own, nil
}
