package dialplan

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"text/template"
)

// render fills one template in with c. A field that c does not have is an error, never an empty text.
func render(files embed.FS, name string, c any) (string, error) {
	text, err := files.ReadFile(name)
	if err != nil {
		return "", err
	}
	page, err := template.New(path.Base(name)).Option("missingkey=error").Parse(string(text))
	if err != nil {
		return "", fmt.Errorf("dialplan: template %s: %w", name, err)
	}
	var out bytes.Buffer
	if err := page.Execute(&out, c); err != nil {
		return "", fmt.Errorf("dialplan: template %s: %w", name, err)
	}
	return out.String(), nil
}
