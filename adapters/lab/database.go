package lab

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

var databaseName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// CreateDatabase makes a database as a copy of another and returns its DSN. Nobody may be connected to the template.
func (p *Postgres) CreateDatabase(ctx context.Context, name, template string) (string, error) {
	if !databaseName.MatchString(name) || !databaseName.MatchString(template) {
		return "", fmt.Errorf("lab: database %q from %q: names must match %s", name, template, databaseName)
	}
	_, err := p.Query(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template)
	return p.dsn(name), err
}

// DropDatabase removes a database and cuts its connections.
func (p *Postgres) DropDatabase(ctx context.Context, name string) error {
	if !databaseName.MatchString(name) {
		return fmt.Errorf("lab: database %q: the name must match %s", name, databaseName)
	}
	_, err := p.Query(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	return err
}

// Query runs one statement in the server's maintenance database with psql, and returns the rows as text. Only one
// package of the project speaks the database's protocol, and this is not it.
func (p *Postgres) Query(ctx context.Context, statement string) ([]string, error) {
	out, err := p.command(ctx, "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-h", p.socket, "-U", superuser, "-d", "postgres",
		"-c", statement).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("lab: psql: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return strings.Fields(string(out)), nil
}

// postgresBin is the folder of the server's programs: of one major version, or (0) of the newest one installed.
func postgresBin(major int) (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	best, bin := 0, ""
	for _, path := range found {
		dir := filepath.Dir(path)
		version, err := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
		if err == nil && version > best && (major == 0 || version == major) {
			best, bin = version, dir
		}
	}
	if bin != "" {
		return bin, nil
	}
	if major != 0 {
		return "", fmt.Errorf("lab: the data was made by PostgreSQL %d, which is not installed: apt-get install postgresql-%d, or move the folder away", major, major)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", fmt.Errorf("lab: PostgreSQL is not installed: apt-get install postgresql")
}
