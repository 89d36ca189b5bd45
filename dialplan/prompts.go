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

// Languages lists those that Tandem brings words for, in alphabetical order.
func Languages() []string {
	entries, err := FS.ReadDir("prompts")
	if err != nil {
		panic(err) // it is part of this program
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".txt"))
	}
	return names
}

// Prompts returns Tandem's own announcements of a language ("en") in the order of their file.
// It fails for a language that has no file in prompts/ and for a line that is not "name: words".
func Prompts(language string) ([]Prompt, error) {
	text, err := FS.ReadFile("prompts/" + language + ".txt")
	if err != nil {
		return nil, fmt.Errorf("dialplan: no prompts in language %q: write dialplan/prompts/%s.txt", language, language)
	}
	prompts, err := ReadPrompts("prompts/"+language+".txt", string(text))
	if err != nil {
		return nil, fmt.Errorf("dialplan: %w", err)
	}
	return prompts, nil
}

// ReadPrompts reads announcements, a line "name: words" each; empty lines and lines that begin with # are passed over.
// The error names the file and the line.
func ReadPrompts(file, text string) ([]Prompt, error) {
	var prompts []Prompt
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		found := promptLine.FindStringSubmatch(line)
		if found == nil {
			return nil, fmt.Errorf("%s line %d is not \"name: words\"; a name has small letters, digits and hyphens", file, i+1)
		}
		prompts = append(prompts, Prompt{Name: found[1], Words: found[2]})
	}
	return prompts, nil
}
