package api

import (
	"context"
	"maps"
	"slices"

	"tandem/orchestrator"
)

// ListPrompts lists the recordings, by name.
func (s *Server) ListPrompts(context.Context, ListPromptsRequestObject) (ListPromptsResponseObject, error) {
	if s.cfg.Prompts == nil {
		return nil, &orchestrator.Error{Kind: orchestrator.NotFound, Op: "prompts",
			Say: "the folder that the switch plays from is not on the machine of Tandem, or its configuration does not name it; look on the switch"}
	}
	byLanguage, err := s.cfg.Prompts()
	if err != nil {
		return nil, err
	}
	out := ListPrompts200JSONResponse{Languages: []string{}, Items: []Prompt{}}
	there := map[string][]string{}
	for _, language := range slices.Sorted(maps.Keys(byLanguage)) {
		out.Languages = append(out.Languages, language)
		for _, name := range byLanguage[language] {
			there[name] = append(there[name], language)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(there)) {
		out.Items = append(out.Items, Prompt{Name: name, Languages: there[name]})
	}
	return out, nil
}
