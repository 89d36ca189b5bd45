package postgres

import (
	"context"

	"tandem/orchestrator"
)

// page clamps the length of a page: 0 is the whole of what is allowed.
func page(limit int) int {
	const most = 200
	if limit <= 0 {
		return most
	}
	return min(limit, most)
}

// pageAfter refuses a page that would begin after a row which is not there: one says what a row is. "" is the first page.
func pageAfter[ID ~string, Row any](ctx context.Context, op string, before ID, one func(context.Context, ID) (Row, error)) error {
	if before == "" {
		return nil
	}
	_, err := one(ctx, before)
	if orchestrator.KindOf(err) == orchestrator.NotFound {
		return invalid(op, "there is no page after "+string(before)+"; begin again at the first page")
	}
	return err
}

// rowsOf turns rows into nouns; the answer is never nil.
func rowsOf[Noun any, Row interface{ plain() Noun }](rows []Row) []Noun {
	out := make([]Noun, len(rows))
	for i, r := range rows {
		out[i] = r.plain()
	}
	return out
}
