// Command centre starts a working contact centre on this machine (make run): it installs what is missing, starts a private
// PostgreSQL, a private Asterisk and Tandem as children, seeds a small example, and prints where everything is.
//
//	centre ──┬── postgres        .run/centre/postgres    (or TANDEM_DATABASE_URL: yours)
//	         ├── asterisk        .run/centre/asterisk    (or TANDEM_ASTERISK_URL: yours; or with TANDEM_SWITCH=freeswitch
//	         │                                            the FreeSWITCH that runs here, see docs/freeswitch.md)
//	         └── tandem serve    .run/centre/data        started again when it dies
//
// Ctrl-C ends all that it started, and only that. What it printed stands in .run/centre/centre.json too, readable by its owner.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"tandem/adapters/lab"
	"tandem/dialplan"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	began := time.Now()
	say := func(line string) { fmt.Printf("[%5.1f s] %s\n", time.Since(began).Seconds(), line) }
	if err := run(ctx, say); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "centre:", err)
		os.Exit(1)
	}
}

// run starts everything, waits for the end of ctx, and ends everything in the other order.
func run(ctx context.Context, say func(string)) error {
	which, err := chosenSwitch()
	if err != nil {
		return err
	}
	settings, err := dialplan.ReadSettings(os.Getenv)
	if err != nil {
		return err
	}
	l, err := lab.Prepare(ctx, lab.Options{Progress: say, NoAsterisk: which == "freeswitch"})
	if err != nil {
		return err
	}
	c := &centre{lab: l, which: which, settings: settings, dir: filepath.Join(l.Dir, "centre"), say: say}
	alone, err := c.alone()
	if err != nil {
		return err
	}
	defer alone.Close()
	defer c.end()
	if err := c.startParts(ctx); err != nil {
		return err
	}
	tandem, err := startTandem(ctx, c)
	if err != nil {
		return err
	}
	go tandem.keep(say)
	defer tandem.end()
	if err := tandem.ready(ctx, 60*time.Second); err != nil {
		return err
	}
	card, err := c.furnish(ctx, tandem.tandem)
	if err != nil {
		return err
	}
	ports, way := "TANDEM_LISTEN, "+dialplan.ListenVariable+" and "+lab.ARIPortVariable+" choose others", ""
	if c.freeswitch != nil {
		ports, way = "TANDEM_LISTEN chooses another for the API; those of the switch are yours", " SWITCH=freeswitch"
	}
	fmt.Print(card.text(tandem.config, ports, way))
	if c.asterisk != nil && settings.Open() {
		fmt.Print(openText(settings, c.asterisk.RTP))
	}
	select {
	case <-ctx.Done():
		say("ending what was started")
		return nil
	case err := <-tandem.failed:
		return err
	}
}
