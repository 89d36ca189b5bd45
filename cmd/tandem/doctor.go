package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tandem/adapters/postgres"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/flow"
)

// finding is one line of the doctor's report.
type finding struct {
	what string
	err  error  // nil: well
	says string // beside what is well
	look bool   // well as far as we can see, and a person should look
}

// doctor checks everything that Tandem depends on. It changes nothing but a file that it writes and deletes again, and may run
// beside a serving Tandem. The error counts what must be mended.
func doctor(ctx context.Context, c Config, _ []string, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	findings := append(examineDatabase(ctx, c), examineSwitches(ctx, c)...)
	findings = append(append(findings, append(c.examineEmergencies(ctx), c.examineDial(ctx))...), append(examineLines(ctx, c), examineSMS(ctx, c)...)...)
	findings = append(append(findings, examineSurvey(c), examineTraces(ctx, c)), examineMachine(ctx, c)...)
	ill := 0
	for _, f := range findings {
		mark, text := "ok  ", f.says
		if f.look {
			mark = "LOOK"
		}
		if f.err != nil {
			mark, text = "MEND", f.err.Error()
			ill++
		}
		fmt.Fprintf(out, "%s  %-12s %s\n", mark, f.what, text)
	}
	if ill > 0 {
		return fmt.Errorf("%d of %d checks need mending", ill, len(findings))
	}
	return nil
}

func examineDatabase(ctx context.Context, c Config) []finding {
	if err := c.needDatabase(); err != nil {
		return []finding{{what: "database", err: err}}
	}
	db, err := postgres.Open(ctx, string(c.Database), slog.New(slog.DiscardHandler))
	if err != nil {
		return []finding{{what: "database", err: err}}
	}
	defer db.Close()
	e, err := db.Examine(ctx)
	if err != nil {
		return []finding{{what: "database", err: err}}
	}
	findings := []finding{
		{what: "database", says: "PostgreSQL " + e.Version + ", UTF8, schema up to date"},
		{what: "durability", says: "fsync and synchronous_commit are on"},
		{what: "clock", says: fmt.Sprintf("the database's differs by %s", e.ClockAhead.Abs().Round(time.Millisecond))},
	}
	if !e.Durable {
		findings[1].err = errors.New("fsync, synchronous_commit or full_page_writes is off: a power cut loses calls that were promised; set them on in postgresql.conf")
	}
	if e.ClockAhead.Abs() > 2*time.Second {
		findings[2].err = fmt.Errorf("the database's clock differs by %s: run a time service on both machines", e.ClockAhead.Round(time.Millisecond))
	}
	return append(findings, examineNumbers(ctx, db), examineHooks(ctx, db), examineFlows(ctx, db), examineTables(ctx, db))
}

// examineFlows reads every flow that is in force, as a start of this program would.
func examineFlows(ctx context.Context, db *postgres.DB) finding {
	all, err := db.Flows(ctx, "")
	if err != nil {
		return finding{what: "flows", err: err}
	}
	return readFlows(all)
}

// readFlows names the flows that this program cannot read.
func readFlows(published []fact.Entry) finding {
	var ill error
	for _, e := range published {
		x, ok := e.Fact.(fact.FlowPublished)
		if !ok {
			continue
		}
		if _, err := flow.Parse(string(x.Flow), x.Text); err != nil {
			ill = errors.Join(ill, fmt.Errorf("flow %s: %s", x.Flow, unreadable(x.Version, x.Numbers, err)))
		}
	}
	return finding{what: "flows", err: ill, says: fmt.Sprintf("%d in force, and this program can read them", len(published))}
}

// examineTables reads every decision table that is in force, as a start of this program would.
func examineTables(ctx context.Context, db *postgres.DB) finding {
	all, err := db.Tables(ctx, "")
	if err != nil {
		return finding{what: "tables", err: err}
	}
	return readTables(all)
}

// readTables names the decision tables that this program cannot read.
func readTables(published []fact.Entry) finding {
	var ill error
	for _, e := range published {
		x, ok := e.Fact.(fact.RulesPublished)
		if !ok {
			continue
		}
		if _, err := floor.ReadTable(x); err != nil {
			ill = errors.Join(ill, fmt.Errorf("decision table %s: %s", x.Table, unruled(x.Version, err)))
		}
	}
	return finding{what: "tables", err: ill, says: fmt.Sprintf("%d decision tables in force, and this program can read them", len(published))}
}

// examineNumbers names the queues that nobody has ever called. Only the switch's dialplan leads a number to Tandem, and neither
// switch tells which: a number that stands in no dialplan looks like one that nobody has called yet.
func examineNumbers(ctx context.Context, db *postgres.DB) finding {
	silent, err := db.SilentNumbers(ctx)
	switch {
	case err != nil:
		return finding{what: "numbers", err: err}
	case len(silent) == 0:
		return finding{what: "numbers", says: "calls have arrived at the number of each queue"}
	}
	return finding{what: "numbers", look: true,
		says: "no call has ever arrived at " + strings.Join(silent, ", ") + ": see that the switch's dialplan leads it to Tandem, and call it once"}
}

// examineSwitches looks at each switch, and at the ways between them.
func examineSwitches(ctx context.Context, c Config) (findings []finding) {
	for _, one := range c.each() {
		findings = append(findings, examineSwitch(ctx, one)...)
	}
	return findings
}

func examineSwitch(ctx context.Context, c Config) []finding {
	what := c.what(c.Switch)
	if err := c.checkSwitch(); err != nil {
		return []finding{{what: what, err: err}}
	}
	sw, err := c.openSwitch(slog.New(slog.DiscardHandler))
	if err != nil {
		return []finding{{what: what, err: err}}
	}
	e, err := sw.examine(ctx)
	if err != nil {
		return []finding{{what: what, err: err}}
	}
	findings := append([]finding{{what: what, says: e.Version}, {what: c.what("modules"), says: "all that is needed runs"}}, c.examineLinks(ctx, sw)...)
	if e.TooOld {
		findings[0].err = fmt.Errorf("%s is too old: install Asterisk 20 or 22 LTS, or FreeSWITCH 1.10", e.Version)
	}
	if len(e.Missing) > 0 {
		findings[1].err = fmt.Errorf("load in modules.conf: %s", strings.Join(e.Missing, " "))
	}
	if c.Asterisk.Prompts == "" && c.FreeSWITCH.Prompts == "" {
		findings = append(findings, finding{what: c.what("prompts"), err: errors.New("the prompts' folder (TANDEM_ASTERISK_PROMPTS, TANDEM_FREESWITCH_PROMPTS) is not set: prompt:… cannot be played")})
	}
	return findings
}

func examineMachine(ctx context.Context, c Config) []finding {
	recordings := filepath.Join(c.DataDir, "recordings")
	folder := finding{what: "recordings", says: recordings + " can be written"}
	there := existing(recordings)
	if there != recordings {
		folder.says = recordings + " will be made by tandem serve"
	}
	if err := writable(there); err != nil {
		folder.err = fmt.Errorf("%s cannot be written: free the disk or mend its rights: %w", there, err)
	}
	address := finding{what: "listen", says: c.Listen + " is free"}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	switch {
	case err == nil:
		_ = l.Close()
	case answersHere(ctx, c.Listen):
		address.says = c.Listen + " is served by a running Tandem"
	default:
		address.err = fmt.Errorf("%s cannot be listened on (TANDEM_LISTEN): %w", c.Listen, err)
	}
	return []finding{folder, address}
}

// existing is the folder itself, or the nearest one above it that is there.
func existing(folder string) string {
	for {
		if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) || folder == filepath.Dir(folder) {
			return folder
		}
		folder = filepath.Dir(folder)
	}
}
