package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"tandem/orchestrator/rules"
)

// rulesCheck checks the files of decision tables as publishing would, but for queues that exist, and calendars of flows, which only the centre knows.
func rulesCheck(_ context.Context, _ Config, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("rules check: name one or more files, .yaml or .csv")
	}
	wrong := 0
	for _, file := range args {
		t, err := readTable(file)
		if err != nil {
			wrong++
			fmt.Fprintln(out, err)
			continue
		}
		fmt.Fprintf(out, "%s: %d rows, inputs %s: good; not checked, as that needs the running centre: queues and calendars\n", file, len(t.Rows), strings.Join(t.Inputs, ", "))
		for _, note := range t.Notes() {
			fmt.Fprintln(out, note)
		}
	}
	if wrong > 0 {
		return fmt.Errorf("rules check: %d of %d files cannot be published", wrong, len(args))
	}
	return nil
}

func readTable(file string) (*rules.Table, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	format := rules.YAML
	if filepath.Ext(file) == ".csv" {
		format = rules.CSV
	}
	t, err := rules.Parse(file, format, string(text))
	if err != nil {
		return nil, err
	}
	return t, t.Check(rules.Centre{})
}
