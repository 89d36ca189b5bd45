package dialplan

import (
	"maps"
	"slices"
	"strings"
)

// AsteriskIncluded renders what an Asterisk of the admin's own includes: file name to text, such as "pjsip.conf", each to be included by
// the file of the same name. It is the text of Asterisk without what is that Asterisk's own: its general sections, its transports, its
// trunks, its modules. Of the folders of c only Prompts counts, and of its ports none.
func AsteriskIncluded(c Config) (map[string]string, error) {
	c.Address, c.External, c.Local = everywhere, "", nil // the transports are theirs
	c.SIPPort, c.ARIPort, c.RTPFirst, c.RTPLast = 5060, 8088, 10000, 20000
	p := c.Dirs.Prompts
	c.Dirs = Dirs{Etc: p, Modules: p, Data: p, Var: p, Spool: p, Run: p, Log: p, Music: p, Prompts: p}
	all, err := Asterisk(c)
	if err != nil {
		return nil, err
	}
	ours := map[string]func(section string) bool{
		"extensions.conf": func(section string) bool { return strings.HasPrefix(section, "tandem-") },
		"queues.conf":     func(section string) bool { return strings.HasPrefix(section, "tandem-") },
		"sorcery.conf":    func(string) bool { return true },
		"ari.conf":        func(section string) bool { return section == c.User },
		"pjsip.conf": func(section string) bool {
			return section == "phone" || strings.HasPrefix(section, LinkTo("")) || strings.HasPrefix(section, LinkFrom("")) || slices.ContainsFunc(c.Accounts, func(a Account) bool { return a.Name == section })
		},
	}
	files := map[string]string{}
	for name, is := range maps.All(ours) {
		files[name] = "; Tandem's part of " + name + ": include it there, and change nothing here.\n" + sections(all[name], is)
	}
	// A name that is theirs no other template of that Asterisk has; which transport a phone uses is found by the address it came from.
	files["pjsip.conf"] = strings.NewReplacer("[phone](!)", "[tandem-phone](!)", "](phone)", "](tandem-phone)", "\ntransport = udp\n", "\n").Replace(files["pjsip.conf"])
	return files, nil
}

// sections keeps those sections of a configuration file that are wanted, with the comments inside them.
func sections(text string, is func(section string) bool) string {
	var b strings.Builder
	kept := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "[") {
			name, _, _ := strings.Cut(line[1:], "]")
			kept = is(name)
		}
		if kept {
			b.WriteString(line)
		}
	}
	return b.String()
}
