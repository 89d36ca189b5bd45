package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/problem"
)

// ListFlows lists the newest version of every flow.
func (s *Server) ListFlows(ctx context.Context, _ ListFlowsRequestObject) (ListFlowsResponseObject, error) {
	all, err := s.cfg.Views.Flows(ctx, "")
	if err != nil {
		return nil, err
	}
	out := ListFlows200JSONResponse{Items: wireAll(all, flowWire)}
	for i := range out.Items {
		out.Items[i].Text = ""
	}
	return out, nil
}

// GetFlow answers the newest version of a flow.
func (s *Server) GetFlow(ctx context.Context, r GetFlowRequestObject) (GetFlowResponseObject, error) {
	all, err := s.versions(ctx, r.Flow)
	if err != nil {
		return nil, err
	}
	return GetFlow200JSONResponse(flowWire(all[0])), nil
}

// ListFlowVersions lists the versions of a flow, newest first.
func (s *Server) ListFlowVersions(ctx context.Context, r ListFlowVersionsRequestObject) (ListFlowVersionsResponseObject, error) {
	all, err := s.versions(ctx, r.Flow)
	if err != nil {
		return nil, err
	}
	return ListFlowVersions200JSONResponse{Items: wireAll(all, flowWire)}, nil
}

// PutFlow publishes a flow, after a look at the recordings, of which the floor knows nothing.
func (s *Server) PutFlow(ctx context.Context, r PutFlowRequestObject) (PutFlowResponseObject, error) {
	file := r.Flow + ".yaml"
	f, err := flow.Parse(file, r.Body.Text)
	if err == nil {
		err = f.Check(file, flow.Centre{Prompt: s.cfg.Prompt})
	}
	switch {
	case err != nil:
		return nil, refuseText(err)
	case f.Name != r.Flow:
		return nil, wrongField(http.StatusUnprocessableEntity, "invalid", "text", fmt.Sprintf("is flow %q; send it to /api/v1/flows/%s", f.Name, f.Name))
	}
	seq, err := s.command(ctx, "", floor.PublishFlow{File: file, Text: r.Body.Text})
	if err != nil {
		return nil, refuseText(err)
	}
	all, err := s.versions(ctx, r.Flow)
	if err != nil {
		return nil, err
	}
	return PutFlow200JSONResponse{Body: flowWire(all[0]), Headers: PutFlow200ResponseHeaders{TandemSeq: seq}}, nil
}

// FlowLine is what the name of a field begins with that is a line of a text; its number follows.
const FlowLine = "text line "

// refuseText names each line of a flow or a decision table that is wrong.
func refuseText(err error) error {
	var all problem.List
	if !errors.As(err, &all) {
		return err
	}
	r := &refusal{status: http.StatusUnprocessableEntity, kind: "invalid", detail: printable(strings.ReplaceAll(all.Error(), "\n", "; "))}
	for _, p := range all {
		r.fields = append(r.fields, FieldProblem{Field: FlowLine + strconv.Itoa(p.Line), Says: printable(p.Where())})
	}
	return r
}

func (s *Server) versions(ctx context.Context, id string) ([]fact.Entry, error) {
	all, err := s.cfg.Views.Flows(ctx, orchestrator.FlowID(id))
	if err == nil && len(all) == 0 {
		err = &orchestrator.Error{Kind: orchestrator.NotFound, Op: "flow", Say: fmt.Sprintf("there is no flow %q", id)}
	}
	return all, err
}

func flowWire(e fact.Entry) Flow {
	x, _ := e.Fact.(fact.FlowPublished) // The reader gives no other kind.
	return Flow{ID: string(x.Flow), Version: x.Version, Numbers: x.Numbers, Published: e.At.UTC(), Text: x.Text}
}

// way is how an interaction went through a flow.
type way struct {
	subject        string // of a channel without a line
	flow, language string
	version        int
	attributes     map[string]string
}

// masked stands for what was keyed in and checked, and is not known any more.
const masked = "(masked)"

// way reads it out of the timeline, where what was keyed in is kept and can be erased.
func (s *Server) way(ctx context.Context, id orchestrator.InteractionID) (way, error) {
	entries, err := s.cfg.Views.Timeline(ctx, id)
	if orchestrator.KindOf(err) == orchestrator.NotFound {
		return way{}, nil // A ticket need not have come by a call.
	}
	w := way{}
	for _, e := range entries {
		switch x := e.Fact.(type) {
		case fact.InteractionOpened:
			w.subject = x.Who.Text
		case fact.FlowEntered:
			w.flow, w.version, w.language = string(x.Flow), x.Version, x.Language
		case fact.LanguageChosen:
			w.language = x.Language
		case fact.AttributeSet:
			if w.attributes == nil {
				w.attributes = map[string]string{}
			}
			if w.attributes[x.Name] = x.Who.Text; x.Masked {
				w.attributes[x.Name] = masked
			}
			if w.attributes[x.Name] == "" {
				delete(w.attributes, x.Name) // Erased, or an answer that did not have it.
			}
		}
	}
	return w, err
}
