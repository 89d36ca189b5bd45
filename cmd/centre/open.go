package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"tandem/dialplan"
)

// alone keeps a second centre out of the folder of one that runs.
func (c *centre) alone() (*os.File, error) {
	if err := os.MkdirAll(c.dir, 0o755); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(c.dir, "centre.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = fmt.Errorf("a centre runs here already; what it printed stands in %s. End it with Ctrl-C in its terminal, or run another clone with other ports "+
			"(TANDEM_LISTEN, %s, TANDEM_CENTRE_ARI_PORT)", filepath.Join(c.dir, "centre.json"), dialplan.ListenVariable)
	}
	if err != nil {
		_ = lock.Close()
		return nil, err
	}
	return lock, nil
}

// openText says what a centre opens whose switch other machines reach.
func openText(s dialplan.Settings, rtp string) string {
	_, port, _ := net.SplitHostPort(s.Listen)
	var b strings.Builder
	fmt.Fprintf(&b, "OPEN: %s lets every machine that reaches this one try to register a phone and to call.\n", dialplan.ListenVariable)
	fmt.Fprintf(&b, "  open now       UDP port %s (SIP) and UDP ports %s (audio); API and ARI stay on this machine\n", port, rtp)
	fmt.Fprintf(&b, "  who gets in    the accounts above, by password; SIP and audio are not encrypted. Keep it inside your own network,\n")
	fmt.Fprintf(&b, "                 and never open it to the internet without a firewall that names who may come in\n")
	fmt.Fprintf(&b, "  phones use     %s as server\n\n", strings.Join(addresses(s, port), " or "))
	return b.String()
}

// addresses are those under which phones of the network may reach the switch.
func addresses(s dialplan.Settings, port string) (out []string) {
	if host, _, _ := net.SplitHostPort(s.Listen); host != "0.0.0.0" {
		return []string{s.Listen}
	}
	list, _ := net.InterfaceAddrs()
	for _, a := range list {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
			out = append(out, net.JoinHostPort(n.IP.String(), port))
		}
	}
	if s.External != "" {
		out = append(out, net.JoinHostPort(s.External, port)+" from outside")
	}
	return out
}
