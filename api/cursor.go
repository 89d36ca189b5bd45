package api

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
)

// A cursor is where a page ended: the kind of list and the key of its last row. It is opaque to clients, carries no right, and
// is checked like any other input.

var cursorForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,128}$`)

func cursorAt(kind, key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(kind + ":" + key))
}

// readCursor returns the key; "" for none.
func readCursor(kind, cursor string) (string, error) {
	if cursor == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	key, ours := strings.CutPrefix(string(b), kind+":")
	if err != nil || !ours || !cursorForm.MatchString(key) {
		return "", wrongField(http.StatusBadRequest, "malformed", "cursor", "is not one that this list gave; leave it out to begin at the newest")
	}
	return key, nil
}

// page cuts the one row too many that was asked for, and says where to go on when there is one.
func page[Row any](rows []Row, limit int, kind string, key func(Row) string) ([]Row, string) {
	if len(rows) <= limit {
		return rows, ""
	}
	rows = rows[:limit]
	return rows, cursorAt(kind, key(rows[limit-1]))
}
