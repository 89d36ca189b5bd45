// Package sql is the text that the database runs: migrations, forward only, and queries by name.
// It only embeds and splits; adapters/postgres runs it and prepares every query at start, so that a typo stops the boot.
package sql

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed queries/*.sql
var queries embed.FS

// header begins a query in its file; the rest of the line is its name.
const header = "-- name: "

// Migrations returns the migrations, named 0001_noun.sql and so on. A file that was shipped is never edited.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // Impossible: the folder is part of the program.
	}
	return sub
}

// Queries returns every query under its name. A name that stands twice, and text outside of a query, are errors.
func Queries() (map[string]string, error) {
	files, err := fs.Glob(queries, "queries/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list queries: %w", err)
	}
	all := make(map[string]string)
	for _, file := range files {
		text, err := queries.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read queries: %w", err)
		}
		if err := split(all, file, string(text)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// split adds the queries of one file to all.
func split(all map[string]string, file, text string) error {
	parts := strings.Split("\n"+text, "\n"+header)
	if strings.TrimSpace(parts[0]) != "" {
		return fmt.Errorf("%s: text before the first %q line", file, strings.TrimSpace(header))
	}
	for _, part := range parts[1:] {
		name, query, _ := strings.Cut(part, "\n")
		name, query = strings.TrimSpace(name), strings.TrimSpace(query)
		if name == "" || query == "" {
			return fmt.Errorf("%s: query %q has no name or no text", file, name)
		}
		if _, twice := all[name]; twice {
			return fmt.Errorf("%s: query %q stands twice", file, name)
		}
		all[name] = query
	}
	return nil
}
