package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mirror is where this machine gets Debian from.
type mirror struct {
	URI      string
	SignedBy string // keyring file; "" is apt's own trust
}

// machineMirror reads apt's sources. The project itself knows no mirror's address.
func machineMirror() (mirror, error) {
	release, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return mirror{}, fmt.Errorf("lab: %w", err)
	}
	codename := ""
	for _, line := range strings.Split(string(release), "\n") {
		if value, found := strings.CutPrefix(line, "VERSION_CODENAME="); found {
			codename = strings.Trim(value, `"`)
		}
	}
	files, _ := filepath.Glob("/etc/apt/sources.list.d/*")
	for _, name := range append([]string{"/etc/apt/sources.list"}, files...) {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		parse := map[string]func(string, string) []mirror{".sources": parseStanzas, ".list": parseLines}[filepath.Ext(name)]
		if parse == nil {
			continue
		}
		if found := parse(string(text), codename); len(found) > 0 {
			return found[0], nil
		}
	}
	return mirror{}, fmt.Errorf("lab: no mirror of Debian %q in /etc/apt: install Asterisk 20 or newer, or add the distribution's mirror to apt's sources", codename)
}

// parseStanzas reads deb822 text (sources.list(5), "DEB822-STYLE FORMAT") and returns the mirrors of the suite's main.
func parseStanzas(text, suite string) []mirror {
	var found []mirror
	for _, stanza := range strings.Split(text, "\n\n") {
		field := map[string]string{}
		last := ""
		for _, line := range strings.Split(stanza, "\n") {
			if strings.HasPrefix(line, "#") {
				continue
			}
			if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
				field[last] += "\n" + strings.TrimSpace(line)
				continue
			}
			if name, value, ok := strings.Cut(line, ":"); ok {
				last = strings.ToLower(name)
				field[last] = strings.TrimSpace(value)
			}
		}
		if strings.EqualFold(field["enabled"], "no") || !slices.Contains(strings.Fields(field["types"]), "deb") {
			continue
		}
		found = appendMirror(found, suite, field["uris"], field["suites"], field["components"], field["signed-by"])
	}
	return found
}

// parseLines reads one-line text (sources.list(5), "ONE-LINE-STYLE FORMAT").
func parseLines(text, suite string) []mirror {
	var found []mirror
	for _, line := range strings.Split(text, "\n") {
		line, isBinary := strings.CutPrefix(strings.TrimSpace(line), "deb ")
		if !isBinary {
			continue
		}
		signedBy := ""
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "[") {
			options, rest, _ := strings.Cut(line[1:], "]")
			line = rest
			for _, option := range strings.Fields(options) {
				if value, ok := strings.CutPrefix(option, "signed-by="); ok {
					signedBy = value
				}
			}
		}
		if words := strings.Fields(line); len(words) >= 3 {
			found = appendMirror(found, suite, words[0], words[1], strings.Join(words[2:], " "), signedBy)
		}
	}
	return found
}

func appendMirror(found []mirror, suite, uris, suites, components, signedBy string) []mirror {
	names := strings.Fields(suites)
	ours := slices.ContainsFunc(names, func(name string) bool {
		return name == suite || slices.Contains([]string{"oldstable", "stable", "testing", "unstable", "sid"}, name)
	})
	if !ours || !slices.Contains(strings.Fields(components), "main") {
		return found
	}
	if !strings.HasPrefix(signedBy, "/") {
		signedBy = "" // A key written into the stanza itself: apt's own trust is tried instead.
	}
	for _, uri := range strings.Fields(uris) {
		if !strings.HasPrefix(uri, "cdrom:") {
			return append(found, mirror{URI: uri, SignedBy: signedBy})
		}
	}
	return found
}
