package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tandem/orchestrator/flow"
)

// flowCheck checks the files of flows as publishing would, but for queues that exist and numbers that are free, which only the centre knows.
func flowCheck(_ context.Context, c Config, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("flow check: name one or more files")
	}
	recordings := c.recordings()
	if recordings == nil {
		fmt.Fprintln(out, "recordings are not checked: the switch's folder of prompts is not configured, or is not on this machine")
	}
	wrong := 0
	for _, file := range args {
		f, err := readFlow(file, recordings)
		if err != nil {
			wrong++
			fmt.Fprintln(out, err)
			continue
		}
		fmt.Fprintf(out, "%s: flow %s, %d nodes, numbers %v: good; not checked, as that needs the running centre: queues, numbers\n", file, f.Name, len(f.Nodes), f.Numbers)
	}
	if wrong > 0 {
		return fmt.Errorf("flow check: %d of %d files cannot be published", wrong, len(args))
	}
	return nil
}

func readFlow(file string, recordings func(language, name string) bool) (*flow.Flow, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	f, err := flow.Parse(file, string(text))
	if err != nil {
		return nil, err
	}
	return f, f.Check(file, flow.Centre{Prompt: recordings})
}

// recordings tells whether there is a recording, in any format; nil when the folder that the switch plays from is not on this
// machine, so that nobody can tell.
func (c Config) recordings() func(language, name string) bool {
	dir := c.promptFolder()
	if dir == "" {
		return nil
	}
	return func(language, name string) bool {
		found, err := filepath.Glob(filepath.Join(dir, language, name) + ".*") // both are of a form without the signs of a pattern
		return err == nil && len(found) > 0
	}
}
