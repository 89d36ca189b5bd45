package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mostPrompts are the files that are listed of a folder of prompts; more are no folder of prompts.
const mostPrompts = 20_000

// promptFolder is the folder that the switch plays from; "" when it is not on this machine, or not configured.
func (c Config) promptFolder() string {
	one := c.each()[0] // all play the same
	dir := one.Asterisk.Prompts
	if one.Switch == "freeswitch" {
		dir = one.FreeSWITCH.Prompts
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return ""
	}
	return dir
}

// allRecordings lists the names of all recordings by language; nil when nobody can tell.
func (c Config) allRecordings() func() (map[string][]string, error) {
	dir := c.promptFolder()
	if dir == "" {
		return nil
	}
	return func() (map[string][]string, error) { return listPrompts(dir) }
}

func listPrompts(dir string) (map[string][]string, error) {
	all, n := map[string][]string{}, 0
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("the folder of prompts: %w", err)
		}
		in, err := filepath.Rel(dir, path)
		language, name, below := strings.Cut(filepath.ToSlash(in), "/")
		switch {
		case err != nil || in == ".":
			return err
		case strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case !below && entry.IsDir():
			all[language] = []string{}
		case below && !entry.IsDir() && filepath.Ext(name) != "":
			if n++; n > mostPrompts {
				return fmt.Errorf("the folder of prompts has more than %d files", mostPrompts)
			}
			all[language] = append(all[language], strings.TrimSuffix(name, filepath.Ext(name)))
		}
		return nil
	})
	for language, names := range all {
		slices.Sort(names) // The same one may be there in several formats.
		all[language] = slices.Compact(names)
	}
	return all, err
}
