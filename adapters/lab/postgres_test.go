package lab_test

import (
	"strings"
	"testing"

	"tandem/adapters/lab/labtest"
)

func TestPostgresIsDurableAndPrivate(t *testing.T) {
	p := labtest.PostgresServer(t)
	for setting, want := range map[string]string{
		"fsync": "on", "listen_addresses": "", "data_checksums": "on", "server_encoding": "UTF8",
		"unix_socket_permissions": "0700", "timezone": "UTC", "full_page_writes": "on", "synchronous_commit": "on",
	} {
		got, err := p.Query(t.Context(), "SHOW "+setting)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
}

func TestPostgresComesBackWithItsData(t *testing.T) {
	p := labtest.PostgresServer(t)
	if _, err := p.CreateDatabase(t.Context(), "kept", "template1"); err != nil {
		t.Fatal(err)
	}
	for name, end := range map[string]func() error{"fast": p.Stop, "immediate": p.StopImmediate, "kill": p.Kill} {
		if err := end(); err != nil {
			t.Fatal(name, err)
		}
		<-p.Done()
		if err := p.Start(t.Context()); err != nil {
			t.Fatal(name, err)
		}
		got, err := p.Query(t.Context(), "SELECT datname FROM pg_database WHERE datname IN ('kept','tandem') ORDER BY 1")
		if err != nil || strings.Join(got, " ") != "kept tandem" {
			t.Errorf("after %s: %v %v", name, got, err)
		}
	}
}

func TestEachTestHasItsOwnDatabase(t *testing.T) {
	if a, b := labtest.Postgres(t), labtest.Postgres(t); a == b {
		t.Fatalf("one database for two: %s", a)
	}
	built := 0
	build := func(string) error { built++; return nil }
	a, b := labtest.PostgresFrom(t, "own", build), labtest.PostgresFrom(t, "own", build)
	if a == b || built != 1 {
		t.Fatalf("template filled %d times: %s %s", built, a, b)
	}
}
