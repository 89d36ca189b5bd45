package main

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"tandem/sql"
)

// TestHouseMigrations: migrations are numbered from 0001 without a gap and without a number that stands twice, of which a database
// would know only one.
func TestHouseMigrations(t *testing.T) {
	files, err := fs.Glob(sql.Migrations(), "*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for i, name := range files {
		if want := fmt.Sprintf("%04d_", i+1); !strings.HasPrefix(name, want) {
			t.Errorf("%s should begin with %s: give each migration the next number", name, want)
		}
	}
}
