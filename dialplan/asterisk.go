package dialplan

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"text/template"
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
		text, err := FS.ReadFile(name)
		if err != nil {
			return nil, err
		}
		page, err := template.New(path.Base(name)).Option("missingkey=error").Parse(string(text))
		if err != nil {
			return nil, fmt.Errorf("dialplan: template %s: %w", name, err)
		}
		var out bytes.Buffer
		if err := page.Execute(&out, c); err != nil {
			return nil, fmt.Errorf("dialplan: template %s: %w", name, err)
		}
		files[strings.TrimSuffix(path.Base(name), ".tmpl")] = out.String()
	}
	return files, nil
}
