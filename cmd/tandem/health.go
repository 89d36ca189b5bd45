package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tandem/adapters/postgres"
	"tandem/api"
	"tandem/orchestrator"
	"tandem/orchestrator/desk/access"
	"tandem/orchestrator/engine"
)

// health tells how the parts are.
type health struct {
	db   *postgres.DB
	eng  *engine.Engine
	data string
}

// Health implements api.Health.
func (h health) Health(ctx context.Context) []api.HealthCheck {
	status := h.eng.Status()
	checks := []api.HealthCheck{
		check("database", h.db.Ping(ctx), "the database does not answer; see its log and database_url"),
		{Name: "engine", OK: status.Running, Says: unless(status.Running, "nothing is decided: "+status.Why)},
	}
	checks = append(checks, switchChecks(status.Switches)...)
	for _, u := range status.Unreadable {
		checks = append(checks, api.HealthCheck{Name: "flow " + string(u.Flow), Says: unreadable(u.Version, u.Numbers, u.Err)})
	}
	for _, u := range status.Unruled {
		checks = append(checks, api.HealthCheck{Name: "decision table " + string(u.Table), Says: unruled(u.Version, u.Err)})
	}
	for name, r := range h.db.Reactors() {
		checks = append(checks, check("reactor "+name, r.Err, "it waits or has stopped; see the log"))
	}
	return append(checks, check("recordings", writable(filepath.Join(h.data, "recordings")), "the folder of the recordings cannot be written; free the disk or mend its rights"))
}

// switchChecks: with one of several switches calls are served. Those that are away say so, and make nobody send the others' calls away.
func switchChecks(switches map[string]bool) (checks []api.HealthCheck) {
	some := false
	for _, up := range switches {
		some = some || up
	}
	for _, name := range slices.Sorted(maps.Keys(switches)) {
		up := switches[name]
		checks = append(checks, api.HealthCheck{Name: "switch " + name, OK: some, Says: unless(up, "the line is away; see the switch and tandem doctor")})
	}
	return checks
}

// unreadable says what a flow that cannot be read means, and what to do.
func unreadable(version int, numbers []string, err error) string {
	return fmt.Sprintf("version %d cannot be read by this program, so callers of %s go to the switch's fallback; publish it anew, or install the program that read it: %v",
		version, strings.Join(numbers, ", "), err)
}

// unruled says what a decision table that cannot be read means, and what to do.
func unruled(version int, err error) string {
	return fmt.Sprintf("version %d cannot be read by this program, so that no row of it holds; publish it anew, or install the program that read it: %v", version, err)
}

func check(name string, err error, says string) api.HealthCheck {
	return api.HealthCheck{Name: name, OK: err == nil, Says: unless(err == nil, says)}
}

func unless(ok bool, says string) string {
	if ok {
		return ""
	}
	return says
}

// writable writes a file, to find a full disk before a recording does.
func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".health-*")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, 4096))
	return errors.Join(err, f.Close(), os.Remove(f.Name()))
}

func isAway(err error) bool { return orchestrator.KindOf(err) == orchestrator.Unavailable }

// firstKey makes an admin key when there is none, and leaves it in a file that only its owner can read.
func firstKey(ctx context.Context, db *postgres.DB, dir string, log *slog.Logger) error {
	keys, err := db.ListKeys(ctx)
	if err != nil || len(keys) > 0 {
		return err
	}
	key, secret, sum, err := access.New("first admin key", []access.Scope{access.Admin}, time.Now())
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "admin.key")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		return fmt.Errorf("the first admin key cannot be written: %w", err)
	}
	if err := db.AddKey(ctx, key, sum); err != nil {
		return err
	}
	log.Info("the first admin key was made; it stands in a file that only its owner can read", "file", file)
	return nil
}

// answersHere says whether a Tandem serves at an address.
func answersHere(ctx context.Context, address string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/healthz", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}
