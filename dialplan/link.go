package dialplan

import (
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
)

// Link is the way to another switch of the same Tandem and back. Each calls the other's phones by it, and nothing else: a call that
// comes in by it rings one phone, and reaches neither Tandem nor a trunk. Both sides have the same password; a call needs it, and must
// come from the other's address.
type Link struct {
	Name     string // of the other switch, as Tandem's configuration names it
	Address  string // IPv4 address and port where the other's SIP is reached over UDP
	From     string // IPv4 address that the other's calls come from; "" is that of Address
	Password string // generated, the same on both sides
	Speaks   bool   // the other is an Asterisk with these files, which sends something every few seconds whatever its phone does: its silence is its end
}

// switchName is a name that can stand in the names of accounts and sections, and behind an @.
var switchName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// IsSwitchName says whether a switch among several may be called so.
func IsSwitchName(name string) bool { return switchName.MatchString(name) }

// SwitchNameForm is that form in words.
const SwitchNameForm = "1 to 31 of a-z, 0-9 and -, the first a letter"

// LinkTo is what a switch calls the way to another: an endpoint of Asterisk, a gateway of FreeSWITCH. Names that begin with tandem are
// those that a running Tandem makes and takes away.
func LinkTo(name string) string { return "link-to-" + name }

// LinkFrom is the account that a switch presents to the others.
func LinkFrom(name string) string { return "link-from-" + name }

// To is the name of the way there.
func (l Link) To() string { return LinkTo(l.Name) }

// Account is what the other presents itself as.
func (l Link) Account() string { return LinkFrom(l.Name) }

// Host is the address that its calls come from.
func (l Link) Host() string {
	if l.From != "" {
		return l.From
	}
	host, _, _ := net.SplitHostPort(l.Address)
	return host
}

// validateLinks names the first link that can't be rendered safely.
func validateLinks(name string, links []Link) error {
	if len(links) == 0 {
		return nil
	}
	if !switchName.MatchString(name) {
		return refuse("Name", name, switchName.String())
	}
	seen := []string{name}
	for _, l := range links {
		host, port, err := net.SplitHostPort(l.Address)
		n, _ := strconv.Atoi(port)
		switch {
		case !switchName.MatchString(l.Name):
			return refuse("Links.Name", l.Name, switchName.String())
		case slices.Contains(seen, l.Name):
			return fmt.Errorf("dialplan: switch %q is named twice", l.Name)
		case err != nil || !isIPv4(host) || host == everywhere || n < 1 || n > 65535:
			return fmt.Errorf("dialplan: Links.Address of %s is %q: give the IPv4 address and port at which the other switches reach its SIP, such as 192.0.2.10:5060", l.Name, l.Address)
		case l.From != "" && (!isIPv4(l.From) || l.From == everywhere):
			return fmt.Errorf("dialplan: Links.From of %s is %q: give the IPv4 address that its calls come from", l.Name, l.From)
		case !secret.MatchString(l.Password):
			return fmt.Errorf("dialplan: the password of the link to %s does not match %s", l.Name, secret)
		}
		seen = append(seen, l.Name)
	}
	return nil
}
