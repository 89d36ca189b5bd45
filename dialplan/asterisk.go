package dialplan

import (
	"io/fs"
	"path"
	"strings"
)

// Asterisk renders the configuration folder of one Asterisk 20 or newer: file name to text, such as "pjsip.conf".
// Texts hold passwords: write them readable by the switch only.
func Asterisk(c Config) (map[string]string, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	names, err := fs.Glob(FS, "asterisk/*.tmpl")
	if err != nil {
		return nil, err
	}
	files := make(map[string]string, len(names))
	for _, name := range names {
		text, err := render(FS, name, c)
		if err != nil {
			return nil, err
		}
		files[strings.TrimSuffix(path.Base(name), ".tmpl")] = text
	}
	return files, nil
}
