package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tandem/adapters/memory"
	"tandem/api"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/access"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/whatif"
)

// served is a floor without a switch behind the real API.
type served struct {
	mu      sync.Mutex // guards floor
	floor   *floor.Floor
	journal engine.Journal
}

// Do implements api.Centre.
func (s *served) Do(ctx context.Context, cmd floor.Command) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	facts, err := s.floor.Step(cmd, time.Now())
	if err == nil && len(facts) > 0 {
		err = s.journal.Append(ctx, facts)
	}
	return s.floor.Seq, err
}

// Health implements api.Health.
func (s *served) Health(context.Context) []api.HealthCheck { return nil }

// serveAPI starts the API on a loopback port, with an admin key in the environment, and answers the configuration that finds it.
func serveAPI(t *testing.T) Config {
	t.Helper()
	fatal := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	store := memory.New(time.Now)
	s := &served{journal: store.Journal()}
	cell, err := s.journal.Open(t.Context())
	fatal(err)
	s.floor = floor.New(floor.Defaults(cell.Name))
	var reactors sync.WaitGroup
	ctx, stop := context.WithCancel(context.Background())
	for _, r := range desk.Reactions() {
		reactors.Go(func() { _ = store.Follow(ctx, r.Name, r.React) })
	}
	server, err := api.New(api.Config{
		Centre: s, Views: store, Tickets: store, Recordings: store, Messages: store, Surveys: store, Customers: store, Places: store, Inbox: store, Keys: store, Webhooks: store, Provision: store,
		Health: s, Shelf: struct{ api.Shelf }{}, Keeper: struct{ api.Keeper }{}, // neither is asked
		Simulations: whatif.New(time.Now, nil, slog.New(slog.DiscardHandler)), Metrics: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler), Now: time.Now, Version: "test",
	})
	fatal(err)
	web := httptest.NewServer(server)
	t.Cleanup(func() {
		_ = server.Shutdown(context.Background())
		web.Close()
		stop()
		reactors.Wait()
	})
	k, key, sum, err := access.New("test", []access.Scope{access.Admin}, time.Now())
	fatal(err)
	fatal(store.AddKey(t.Context(), k, sum))
	t.Setenv(clientKey, key)
	return Config{Listen: strings.TrimPrefix(web.URL, "http://")}
}

func TestFlowsArePublishedShownAndRolledBack(t *testing.T) {
	c := serveAPI(t)
	file := filepath.Join(t.TempDir(), "door.yaml")
	first := "flow: door\nnumbers: ['7009']\nlanguage: en\nstart: a\nnodes:\n  a: {announce: hello, next: b}\n  b: {hangup: x}\n"
	second := strings.Replace(first, "hello", "welcome", 1)
	for i, step := range []struct {
		run        func(context.Context, Config, []string, io.Writer) error
		text       string // of the file from now on
		args       []string
		says, errs string
	}{
		{run: flowPublish, text: first, args: []string{file}, says: "flow door, version 1, numbers 7009: new calls enter it\n"},
		{run: flowPublish, args: []string{file}, says: "version 1, numbers 7009: was in force already"},
		{run: flowPublish, text: second, args: []string{file}, says: "version 2, numbers 7009: new calls enter it"},
		{run: flowShow, args: []string{"door", "1"}, says: first},
		{run: flowShow, args: []string{"door"}, says: second},
		{run: flowRollback, args: []string{"door", "1"}, says: "version 3, numbers 7009: new calls enter it"},
		{run: flowShow, args: []string{"door"}, says: first},
		{run: flowList, says: "door  3        "},
		{run: flowRollback, args: []string{"door", "9"}, errs: "no version 9 among its newest, 1 to 3"},
		{run: flowRollback, args: []string{"none", "1"}, errs: `there is no flow "none"`},
		// What only the centre knows has the line of the file, too.
		{run: flowPublish, text: strings.Replace(first, "{hangup: x}", "{queue: nowhere}", 1), args: []string{file}, errs: file + `:7: node "b": `},
		// Nothing is published when one of the files cannot be read.
		{run: flowPublish, text: strings.Replace(first, "next: b", "nexd: b", 1), args: []string{file}, errs: file + ":6: "},
		{run: flowShow, args: []string{"door"}, says: first},
	} {
		if step.text != "" {
			if err := os.WriteFile(file, []byte(step.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		err := step.run(t.Context(), c, step.args, &out)
		said := out.String()
		if step.errs == "" && err != nil || step.errs != "" && (err == nil || !strings.Contains(err.Error(), step.errs)) || !strings.Contains(said, step.says) {
			t.Fatalf("step %d %v says %q, error %v; want %q, error %q", i, step.args, said, err, step.says, step.errs)
		}
	}
}

// TestFlowCommandsWithoutTheirArguments say what they want.
func TestFlowCommandsWithoutTheirArguments(t *testing.T) {
	for _, args := range [][]string{{"flow", "publish"}, {"flow", "show"}, {"flow", "rollback", "door"}} {
		if err := run(t.Context(), args, &bytes.Buffer{}, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "usage: tandem flow "+args[1]) {
			t.Errorf("%v: %v", args, err)
		}
	}
}
