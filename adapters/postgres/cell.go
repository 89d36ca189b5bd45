package postgres

import (
	"context"
	"crypto/rand"
)

// cellLetters has no vowels, so that no word comes out, and nothing that is misread on a telephone.
const cellLetters = "bcdfghjkmnpqrstvwxz"

// cellLength makes 2.5 million names: enough that two databases behind one switch hardly ever meet.
const cellLength = 5

// nameCell returns the name of the cell, and makes it up when the database is new. When two programs do it at once, the
// first name stays.
func (d *DB) nameCell(ctx context.Context) (string, error) {
	var names []string
	if err := d.q.CellName.SelectContext(ctx, &names); err != nil {
		return "", wrap("database.open", err)
	}
	if len(names) == 0 {
		if _, err := d.q.CellMake.ExecContext(ctx, randomCell()); err != nil {
			return "", wrap("database.open", err)
		}
		if err := d.q.CellName.SelectContext(ctx, &names); err != nil {
			return "", wrap("database.open", err)
		}
	}
	return names[0], nil
}

func randomCell() string {
	name := make([]byte, 0, cellLength)
	for len(name) < cellLength {
		var b [1]byte
		_, _ = rand.Read(b[:]) // It never fails (crypto/rand).
		// Bytes past the last whole multiple would favour the first letters.
		if n := len(cellLetters); int(b[0]) < 256/n*n {
			name = append(name, cellLetters[int(b[0])%n])
		}
	}
	return string(name)
}
