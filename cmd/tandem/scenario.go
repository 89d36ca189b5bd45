package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"tandem/orchestrator/simulate"
)

// maxScenario bounds a scenario file, recorded times included.
const maxScenario = 64 << 20

// readScenario reads a scenario of YAML or JSON, which is YAML too. What is wrong is told with its place: file:line:column.
func readScenario(file string) (simulate.Scenario, error) {
	text, err := readBounded(file)
	if err != nil {
		return simulate.Scenario{}, err
	}
	return parseScenario(file, text)
}

func readBounded(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("scenario: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxScenario+1))
	if err != nil {
		return nil, fmt.Errorf("scenario: %w", err)
	}
	if len(text) > maxScenario {
		return nil, fmt.Errorf("scenario %s is larger than %d MiB", file, maxScenario>>20)
	}
	return text, nil
}

func parseScenario(file string, text []byte) (simulate.Scenario, error) {
	s, err := decodeScenario(file, text)
	if err != nil {
		return s, err
	}
	return checkScenario(file, text, s)
}

func decodeScenario(file string, text []byte) (simulate.Scenario, error) {
	var s simulate.Scenario
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&s); errors.Is(err, io.EOF) {
		return s, fmt.Errorf("scenario %s is empty", file)
	} else if err != nil {
		return s, fmt.Errorf("scenario %s: %s", file, plainYAML(err))
	}
	return s, nil
}

// checkScenario fills in the defaults, and tells of what is wrong where it stands in the text.
func checkScenario(file string, text []byte, s simulate.Scenario) (simulate.Scenario, error) {
	s = s.WithDefaults()
	var wrong *simulate.Error
	if err := s.Check(); errors.As(err, &wrong) {
		var root yaml.Node
		if yaml.Unmarshal(text, &root) != nil || len(root.Content) == 0 {
			return s, fmt.Errorf("scenario %s: %w", file, err)
		}
		line, column := placeOf(root.Content[0], wrong.Path)
		return s, fmt.Errorf("scenario %s:%d:%d: %w", file, line, column, err)
	}
	return s, nil
}

// plainYAML takes our types' names out of what the parser says.
func plainYAML(err error) string {
	var several *yaml.TypeError
	if !errors.As(err, &several) {
		return strings.TrimPrefix(err.Error(), "yaml: ")
	}
	lines := make([]string, len(several.Errors))
	for i, e := range several.Errors {
		before, _, unknown := strings.Cut(e, " not found in type ")
		if lines[i] = before; unknown {
			lines[i] += " is not known"
		}
	}
	return strings.ReplaceAll(strings.Join(lines, "; "), "into time.Duration", "as a time; write 90s, 15m or 8h")
}

// placeOf finds where a path such as "queues[1].service.mean" stands, or as much of it as is there.
func placeOf(n *yaml.Node, path string) (line, column int) {
	for part := range strings.SplitSeq(path, ".") {
		name, index, listed := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		next := field(n, name)
		if next == nil {
			break
		}
		n = next
		if i, err := strconv.Atoi(index); listed && err == nil && n.Kind == yaml.SequenceNode && i < len(n.Content) {
			n = n.Content[i]
		}
	}
	return n.Line, n.Column
}

func field(n *yaml.Node, name string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}
