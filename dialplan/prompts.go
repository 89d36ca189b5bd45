package dialplan

import (
	"fmt"
	"regexp"
	"strings"
)

// Prompt is one announcement: the file is called Name plus ".wav", and says Words.
type Prompt struct {
	Name  string
	Words string
}

var promptLine = regexp.MustCompile(`^([a-z0-9-]+): (.+)$`)

// Prompts returns the announcements of a language ("en") in the order of their file.
// It fails for a language that has no file in prompts/ and for a line that is not "name: words".
func Prompts(language string) ([]Prompt, error) {
	text, err := FS.ReadFile("prompts/" + language + ".txt")
	if err != nil {
		return nil, fmt.Errorf("dialplan: no prompts in language %q: write dialplan/prompts/%s.txt", language, language)
	}
	var prompts []Prompt
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		found := promptLine.FindStringSubmatch(line)
		if found == nil {
			return nil, fmt.Errorf("dialplan: prompts/%s.txt line %d is not \"name: words\"", language, i+1)
		}
		prompts = append(prompts, Prompt{Name: found[1], Words: found[2]})
	}
	return prompts, nil
}
