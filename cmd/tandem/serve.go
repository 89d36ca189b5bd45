package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"tandem/adapters/lookup"
	"tandem/adapters/postgres"
	"tandem/adapters/shelf"
	"tandem/adapters/webhook"
	"tandem/api"
	"tandem/dialplan"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/whatif"
)

// leaveTime is how long open requests may take once we are told to end.
const leaveTime = 5 * time.Second

// serve runs Tandem until ctx ends. Everything that it starts has ended when it returns; calls go on.
func serve(ctx context.Context, c Config, _ []string, _ io.Writer) error {
	log := newLog(c, os.Stderr)
	if err := errors.Join(c.needDatabase(), c.checkEach()); err != nil {
		return err
	}
	log.Info("starting", "version", version(), "listen", c.Listen, "switches", c.names(), "data", c.DataDir)
	db, err := prepareDatabase(ctx, c, log)
	if err != nil {
		return err
	}
	defer db.Close()
	switches, err := c.openEach(log)
	if err != nil {
		return err
	}
	files, err := shelf.New(filepath.Join(c.DataDir, "recordings"))
	if err != nil {
		return err
	}
	if err := firstKey(ctx, db, c.DataDir, log); err != nil {
		return err
	}
	// Bound before anything is decided: a second program on the same address stops here and fences nobody.
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("the API cannot listen on %s (TANDEM_LISTEN): %w", c.Listen, err)
	}
	zone, err := c.zone()
	if err != nil {
		return err
	}
	keepers, watched := c.watchEach(switches, db, log)
	m := newMetrics()
	eng := engine.New(engine.Config{
		Journal: db.Journal(), Lease: db.Lease(), Prove: c.proveEach,
		Switches: watched, Looker: looker{db, c.customerBook(db), lookup.New(c.LookupInside), m.found}, Log: log, Observe: m.observe,
		Floor: c.floorConfig(zone),
	})
	texts, err := c.SMS.openTexting(db, m, log)
	if err != nil {
		return err
	}
	m.registry.MustRegister(live{db, switches, eng}, texts.live(db), liveHooks{db}, liveLines{db, keepers})
	caller := webhook.New(c.WebhookInside)
	simulations := whatif.New(time.Now, db, log)
	simulations.Stand = func(ctx context.Context, before time.Time) (*floor.Floor, error) {
		return engine.Earlier(ctx, db.Journal(), before)
	}
	door, err := api.New(api.Config{
		Simulations: simulations, Zone: zone,
		Centre: eng, Views: db, Tickets: db, Recordings: db, Shelf: files, Messages: db, Surveys: db, Customers: db, Places: db, Inbox: db, Hooks: texts.hooks, Keys: db,
		Webhooks: db, Inside: caller.Inside, Provision: db, Keeper: keepers,
		Health: health{db, eng, c.DataDir}, Prompt: c.recordings(), Prompts: c.allRecordings(), Country: c.SMS.Country, Guesses: c.Customers.guesses(),
		Metrics: m.registry, Log: log, Version: version(), Reserved: dialplan.Reserved(), Emergency: c.each()[0].Emergency.Trunk,
	})
	if err != nil {
		return err
	}
	parts := append(deskParts(c, db, switches, files, log), onceDeciding(eng, c.teller(db, eng, log).Run), onceDeciding(eng, forgetter(db, eng, log).Run), keepers.Run)
	traces, err := c.traceParts(db, m, log)
	if err != nil {
		return err
	}
	for _, part := range slices.Concat(texts.parts(), traces) {
		parts = append(parts, onceDeciding(eng, part))
	}
	parts = append(parts, simulations.Run, onceDeciding(eng, hookSender(db, caller, m, log).Run))
	return runAll(ctx, log, eng, door, listener, parts)
}

// floorConfig is what the floor decides by.
func (c Config) floorConfig(zone *time.Location) func(cell string) floor.Config {
	return func(cell string) floor.Config {
		f := floor.Defaults(cell)
		f.Switches, f.Guard, f.Zone, f.Language = c.names(), c.Guard, zone, c.Language
		f.CustomerWait, f.Mobile = c.Customers.Wait, c.SMS.Country.Mobile
		if c.Chat.Link != "" {
			f.ChatFor = c.Chat.For
		}
		f.Dialling = c.dialling(zone)
		f.Codes, f.CodeLanguage = c.Codes.numbers(), c.Codes.Language
		return f
	}
}

// deskParts are the parts that follow the journal or carry things out of the house.
func deskParts(c Config, db *postgres.DB, switches []pbx, files *shelf.Disk, log *slog.Logger) []func(context.Context) error {
	var parts []func(context.Context) error
	for _, r := range desk.ReactionsWith(c.inviter(), c.linker()) {
		// A reactor that cannot go on stops alone and loudly: calls are more important, and /readyz tells.
		parts = append(parts, func(ctx context.Context) error {
			if err := db.Follow(ctx, r.Name, r.React); err != nil {
				log.Error("a reactor has stopped; calls go on, what it writes does not", "reactor", r.Name, "cause", err)
			}
			return nil
		})
	}
	sources := map[string]recording.Source{}
	for _, sw := range switches {
		sources[sw.name] = sw
	}
	collector := &recording.Collector{
		Jobs: db, Sources: sources, Shelf: files, Log: log, Wake: db.Stopped, Now: time.Now, Jitter: rand.Float64,
	}
	return append(parts, collector.Run)
}

// onceDeciding runs a part from the moment on at which this program decides: one that stands by must not bind to a message centre
// a second time.
func onceDeciding(eng interface{ Status() engine.Status }, part func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		look := time.NewTicker(200 * time.Millisecond)
		defer look.Stop()
		for !eng.Status().Running {
			select {
			case <-ctx.Done():
				return nil
			case <-look.C:
			}
		}
		return part(ctx)
	}
}

// runAll runs everything until ctx ends or a part that nothing works without has ended.
func runAll(ctx context.Context, log *slog.Logger, eng *engine.Engine, door *api.Server, l net.Listener, parts []func(context.Context) error) error {
	collectSeldom()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return eng.Run(ctx) })
	for _, part := range parts {
		group.Go(func() error { return part(ctx) })
	}
	group.Go(func() error { return door.Serve(l) })
	group.Go(func() error {
		<-ctx.Done()
		log.Info("ending; calls go on without us")
		leave, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTime)
		defer cancel()
		return door.Shutdown(leave)
	})
	return group.Wait()
}

// prepareDatabase migrates and opens the database, and waits for a server that is just starting.
func prepareDatabase(ctx context.Context, c Config, log *slog.Logger) (*postgres.DB, error) {
	deadline := time.Now().Add(time.Minute)
	for {
		db, err := openMigrated(ctx, c, log)
		if err == nil || !isAway(err) || time.Now().After(deadline) {
			return db, err
		}
		log.Warn("the database does not answer yet", "cause", err)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func openMigrated(ctx context.Context, c Config, log *slog.Logger) (*postgres.DB, error) {
	if err := postgres.Migrate(ctx, string(c.Database)); err != nil {
		return nil, err
	}
	return postgres.Open(ctx, string(c.Database), log)
}
