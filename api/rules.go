package api

import (
	"cmp"
	"context"
	"fmt"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/rules"
)

// ListTables lists the newest version of every decision table.
func (s *Server) ListTables(ctx context.Context, _ ListTablesRequestObject) (ListTablesResponseObject, error) {
	all, err := s.cfg.Views.Tables(ctx, "")
	if err != nil {
		return nil, err
	}
	out := ListTables200JSONResponse{Items: wireAll(all, tableWire)}
	for i := range out.Items {
		out.Items[i].Text = ""
	}
	return out, nil
}

// GetTable answers the newest version of a decision table.
func (s *Server) GetTable(ctx context.Context, r GetTableRequestObject) (GetTableResponseObject, error) {
	out, err := s.table(ctx, r.Table)
	return GetTable200JSONResponse(out), err
}

// ListTableVersions lists the versions of a decision table, newest first.
func (s *Server) ListTableVersions(ctx context.Context, r ListTableVersionsRequestObject) (ListTableVersionsResponseObject, error) {
	all, err := s.tableVersions(ctx, r.Table)
	return ListTableVersions200JSONResponse{Items: wireAll(all, tableWire)}, err
}

// PutTable publishes a decision table.
func (s *Server) PutTable(ctx context.Context, r PutTableRequestObject) (PutTableResponseObject, error) {
	format := cmp.Or(rules.Format(r.Body.Format), rules.YAML)
	do := floor.PublishTable{Table: orchestrator.TableID(r.Table), Format: format, File: fmt.Sprintf("%s.%s", r.Table, format), Text: r.Body.Text}
	var err error
	if do.Read, err = floor.ReadNewTable(do); err != nil { // here, and not while calls wait for the floor
		return nil, refuseText(err)
	}
	seq, err := s.command(ctx, "", do)
	if err != nil {
		return nil, refuseText(err)
	}
	out, err := s.table(ctx, r.Table)
	return PutTable200JSONResponse{Body: out, Headers: PutTable200ResponseHeaders{TandemSeq: seq}}, err
}

func (s *Server) table(ctx context.Context, id string) (Table, error) {
	all, err := s.tableVersions(ctx, id)
	if err != nil {
		return Table{}, err
	}
	out := tableWire(all[0])
	x, _ := all[0].Fact.(fact.RulesPublished)
	t, err := floor.ReadTable(x)
	if err != nil {
		out.Notes = []string{"this program cannot read it, so that no row holds: " + printable(err.Error())}
		return out, nil
	}
	for _, p := range t.Notes() {
		out.Notes = append(out.Notes, printable(p.Where()))
	}
	return out, nil
}

func (s *Server) tableVersions(ctx context.Context, id string) ([]fact.Entry, error) {
	all, err := s.cfg.Views.Tables(ctx, orchestrator.TableID(id))
	if err == nil && len(all) == 0 {
		err = &orchestrator.Error{Kind: orchestrator.NotFound, Op: "table", Say: fmt.Sprintf("there is no decision table %q", id)}
	}
	return all, err
}

func tableWire(e fact.Entry) Table {
	x, _ := e.Fact.(fact.RulesPublished) // The reader gives no other kind.
	return Table{ID: string(x.Table), Version: x.Version, Format: TableFormat(x.Format), Published: e.At.UTC(), Text: x.Text}
}
