package main

import (
	"io"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"tandem/orchestrator/routing"
	"tandem/orchestrator/simulate"
)

// writeScenario writes a scenario as a person would: without what is not said, and each caller, person and skill on a line of their own.
func writeScenario(out io.Writer, s simulate.Scenario) error {
	var root yaml.Node
	if err := root.Encode(unsaid(s)); err != nil {
		return err
	}
	prune(&root)
	encoder := yaml.NewEncoder(out)
	encoder.SetIndent(2)
	if err := encoder.Encode(&root); err != nil {
		return err
	}
	return encoder.Close()
}

// unsaid takes the defaults out of a scenario.
func unsaid(s simulate.Scenario) simulate.Scenario {
	voice := map[string]int{routing.Voice.String(): 1}
	s.Queues, s.Agents = slices.Clone(s.Queues), slices.Clone(s.Agents)
	for i := range s.Queues {
		if s.Queues[i].Media == routing.Voice.String() {
			s.Queues[i].Media = ""
		}
	}
	for i := range s.Agents {
		g := &s.Agents[i]
		if g.Pace == 1 {
			g.Pace = 0
		}
		if g.End == s.Length {
			g.End = 0
		}
		if len(g.People) > 0 {
			g.Count = 0
		}
		if maps.Equal(g.Slots, voice) {
			g.Slots = nil
		}
	}
	return s
}

// prune takes out what says nothing, and writes small things in one line. It says whether anything is left.
func prune(n *yaml.Node) bool {
	switch n.Kind {
	case yaml.ScalarNode:
		return !slices.Contains([]string{"", "0", "0s", "false", "null"}, n.Value)
	case yaml.SequenceNode:
		for _, item := range n.Content {
			prune(item)
		}
	case yaml.MappingNode:
		var kept []*yaml.Node
		for i := 0; i+1 < len(n.Content); i += 2 {
			if prune(n.Content[i+1]) {
				kept = append(kept, n.Content[i], n.Content[i+1])
			}
		}
		n.Content = kept
	}
	if size(n) <= lineful || listed(n) {
		n.Style = yaml.FlowStyle
	}
	return len(n.Content) > 0
}

// lineful is how many words a line takes.
const lineful = 16

// listed says whether all items are plain: long lists of numbers stay in one line.
func listed(n *yaml.Node) bool {
	return n.Kind == yaml.SequenceNode && !slices.ContainsFunc(n.Content, func(i *yaml.Node) bool { return i.Kind != yaml.ScalarNode })
}

// size counts the words of a node.
func size(n *yaml.Node) int {
	total := 1
	for _, c := range n.Content {
		total += size(c)
	}
	return total
}
