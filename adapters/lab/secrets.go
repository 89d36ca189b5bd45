package lab

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// secrets are the generated passwords of one instance, by name; they stay the same from start to start.
type secrets map[string]string

// loadSecrets reads the passwords in dir and generates those that are missing (128 bits each).
func loadSecrets(dir string, who owner, names []string) (secrets, error) {
	path := filepath.Join(dir, "secrets.json")
	s := secrets{}
	text, err := os.ReadFile(path)
	if err == nil {
		if err := json.Unmarshal(text, &s); err != nil {
			return nil, fmt.Errorf("lab: %s is damaged; delete it to have new passwords generated: %w", path, err)
		}
	} else if !os.IsNotExist(err) {
		return nil, fmt.Errorf("lab: %w", err)
	}
	for _, name := range names {
		if s[name] == "" {
			s[name] = rand.Text()
		}
	}
	text, err = json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, err
	}
	return s, who.writeFile(path, string(text)+"\n")
}
