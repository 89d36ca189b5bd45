package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"tandem/adapters/prompts"
)

// DirVariable names the environment variable that moves the lab, so that a fresh clone may reuse an old one's.
const DirVariable = "TANDEM_LAB_DIR"

// Dir is the folder that Prepare would choose; see Options.Dir.
func Dir(asked string) (string, error) { return chooseDir(asked, func(string) {}) }

// chooseDir returns an existing absolute folder. As root the children run as other users, who can't pass a closed
// folder such as a root's home: then a place below /var/lib is chosen, always the same for the same clone.
func chooseDir(asked string, say func(string)) (string, error) {
	named := asked
	if named == "" {
		named = os.Getenv(DirVariable)
	}
	dir := named
	if dir == "" {
		top, err := repositoryTop()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(top, ".run")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if closed := closedAncestor(dir); os.Geteuid() == 0 && closed != "" {
		if named != "" {
			return "", fmt.Errorf("lab: other users can't pass %s, and the servers don't run as root: set %s to a folder that they can reach",
				closed, DirVariable)
		}
		sum := sha256.Sum256([]byte(dir))
		dir = filepath.Join("/var/lib/tandem-lab", hex.EncodeToString(sum[:4]))
		say(closed + " is closed to other users; the servers' files go to " + dir)
	}
	return dir, prompts.MakeOpenDir(dir)
}

// repositoryTop is the folder above the working directory that holds go.mod.
func repositoryTop() (string, error) {
	at, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := at; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("lab: no go.mod above %s: start inside the repository, or set %s", at, DirVariable)
		}
	}
}

// closedAncestor returns the first existing folder above dir, or dir itself, that others may not pass; "" if none.
func closedAncestor(dir string) string {
	for d := dir; ; d = filepath.Dir(d) {
		if info, err := os.Stat(d); err == nil && info.Mode().Perm()&0o001 == 0 {
			return d
		}
		if d == filepath.Dir(d) {
			return ""
		}
	}
}
