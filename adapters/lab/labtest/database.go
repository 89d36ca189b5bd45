package labtest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"tandem/adapters/lab"
)

// sharedSlot is held until the program ends: nothing may collect its lock, or another program takes the same folder.
var sharedSlot *lab.Slot

// shared is the test program's one server. It ends with the program; its folder is used again by a later one.
var shared = sync.OnceValues(func() (*lab.Postgres, error) {
	l, err := prepare()
	if err != nil {
		return nil, err
	}
	if sharedSlot, err = l.TakeSlot("postgres"); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), prepareTime)
	defer cancel()
	p, err := l.StartPostgres(ctx, lab.PostgresConfig{Dir: sharedSlot.Dir})
	if err != nil {
		return nil, err
	}
	left, err := p.Query(ctx, "SELECT datname FROM pg_database WHERE datname LIKE 'test%'")
	if err != nil {
		return nil, err
	}
	for _, name := range left { // of a test program that was killed
		if err := p.DropDatabase(ctx, name); err != nil {
			return nil, err
		}
	}
	return p, nil
})

var (
	databases atomic.Int64
	templates sync.Map // name to func() error, once each
)

// Postgres returns the DSN of a new empty database, which is dropped when the test ends.
func Postgres(t testing.TB) string {
	t.Helper()
	return create(t, "template1")
}

// PostgresFrom returns the DSN of a new copy of a template, which build fills once per test program and name (with the
// migrations, say). Copying is faster than filling. build closes its connections before it returns.
func PostgresFrom(t testing.TB, name string, build func(dsn string) error) string {
	t.Helper()
	template := "test_template_" + strings.ToLower(name)
	once, _ := templates.LoadOrStore(template, sync.OnceValue(func() error {
		p, err := shared()
		if err != nil {
			return err
		}
		dsn, err := p.CreateDatabase(context.Background(), template, "template1")
		if err != nil {
			return err
		}
		return build(dsn)
	}))
	if err := once.(func() error)(); err != nil {
		t.Fatal(err)
	}
	return create(t, template)
}

func create(t testing.TB, template string) string {
	t.Helper()
	p, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test_%d", databases.Add(1))
	dsn, err := p.CreateDatabase(t.Context(), name, template)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.DropDatabase(context.Background(), name); err != nil {
			t.Error(err)
		}
	})
	return dsn
}
