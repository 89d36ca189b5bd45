package dialplan

import (
	"fmt"
	"io/fs"
)

// Flow returns the text of one of the example flows, such as "main".
func Flow(name string) (string, error) {
	text, err := fs.ReadFile(FS, "flows/"+name+".yaml")
	if err != nil {
		return "", fmt.Errorf("dialplan: there is no example flow %q", name)
	}
	return string(text), nil
}
