package rules

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"tandem/orchestrator"
)

// csv reads a table as spreadsheets write it (RFC 4180): the first line names the columns.
func (r *reader) csv(text string) {
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	in.TrimLeadingSpace = true
	head, err := in.Read()
	if err != nil {
		r.wrong(1, "", "this cannot be read as CSV: the first line names the columns")
		return
	}
	for i, name := range head {
		head[i] = strings.TrimSpace(name)
		if slices.Contains(outcomes, head[i]) {
			continue
		}
		r.input(1, head[i])
	}
	if !slices.Contains(head, "queue") {
		r.wrong(1, "queue", "this column is missing")
	}
	for {
		line, err := in.Read()
		r.row++
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			r.row = 0
			return
		case errors.As(err, &bad):
			r.wrong(bad.StartLine, "", "this cannot be read as CSV: %s", bad.Err)
			r.row = 0
			return
		}
		at, _ := in.FieldPos(0)
		r.t.Rows = append(r.t.Rows, r.csvRow(at, head, line))
	}
}

func (r *reader) csvRow(at int, head, line []string) Row {
	row := Row{Line: at, cells: make([]cell, 0, len(r.t.Inputs))}
	for i, name := range head {
		text := strings.TrimSpace(line[i])
		switch name {
		case "queue":
			row.Queue = orchestrator.QueueID(text)
		case "skills":
			row.Skills = r.skills(at, text)
		case "priority":
			row.Priority = r.priority(at, text)
		case "reason":
			row.Reason = text
		default:
			row.cells = append(row.cells, r.cell(at, len(row.cells), strings.Split(text, "|")))
		}
	}
	return row
}
