// Command demo places a real SIP call with real audio through a running centre (make demo) and prints the story as it happens.
// Caller and agent are soft phones in this program: the caller sings 440 Hz, the agent 1000 Hz, and each says what it hears.
// When no centre runs, it starts one and ends it again.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// patience bounds the whole demonstration, a first start of the centre included.
const patience = 8 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	centre, end, err := findCentre(ctx)
	if err != nil {
		return err
	}
	defer end()
	tell := &teller{began: time.Now()}
	ctx, cancel := context.WithCancel(ctx)
	follow := make(chan error, 1)
	go func() { follow <- tell.follow(ctx, centre.client()) }()
	err = play(ctx, centre, tell)
	cancel()
	if feedErr := <-follow; err == nil && feedErr != nil && !errors.Is(feedErr, context.Canceled) {
		err = fmt.Errorf("the live feed: %w", feedErr)
	}
	return err
}

// teller prints lines of the story with the time since it began.
type teller struct {
	began time.Time
	mu    sync.Mutex // one line at a time
}

func (t *teller) say(who, format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Printf("%7.2f s  %-8s %s\n", time.Since(t.began).Seconds(), who, fmt.Sprintf(format, args...))
}
