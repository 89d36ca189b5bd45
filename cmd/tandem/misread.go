package main

import (
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// misread names the variables whose values cannot be read, for the reader's error names a field of the program only: each is read alone.
func misread(environ []string) []string {
	var names []string
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, "TANDEM_") {
			continue
		}
		if c := defaultConfig(); env.ParseWithOptions(&c, env.Options{Environment: map[string]string{name: value}}) != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
