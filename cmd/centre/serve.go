package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"tandem/adapters/lab"
)

// program is Tandem itself, started again when it dies: its calls go on meanwhile.
type program struct {
	tandem *lab.Tandem
	config string      // file
	served atomic.Bool // it has been ready once
	failed chan error
	stop   chan struct{}
	ended  chan struct{}
}

// againAfter is the pause before Tandem is started again.
const againAfter = 500 * time.Millisecond

// tooOften is how many deaths in a row, each within a few seconds of the start, end the centre.
const tooOften = 5

func startTandem(_ context.Context, c *centre) (*program, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	listen := os.Getenv("TANDEM_LISTEN")
	if listen == "" {
		listen = "127.0.0.1:8080"
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("the API cannot listen on %s: end the program that does, or set TANDEM_LISTEN: %w", listen, err)
	}
	_ = l.Close()
	config, err := c.writeConfig(listen)
	if err != nil {
		return nil, err
	}
	c.say("starting Tandem")
	t, err := lab.StartTandem(lab.TandemConfig{
		Binary: filepath.Join(filepath.Dir(self), "tandem"), Dir: c.dir, Listen: listen, Env: append(os.Environ(), "TANDEM_CONFIG="+config),
	})
	if err != nil {
		return nil, err
	}
	p := &program{tandem: t, config: config, failed: make(chan error, 1), stop: make(chan struct{}), ended: make(chan struct{})}
	return p, nil
}

func (p *program) ready(ctx context.Context, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := p.tandem.Ready(ctx)
	p.served.Store(err == nil)
	return err
}

// lastWords says that Tandem has ended: calls go on only once there were any, and before that its own last words are the cause.
func (p *program) lastWords() string {
	if p.served.Load() {
		return "Tandem has ended; it is started again, calls go on"
	}
	return "Tandem has ended before it was ready, and is tried again; it said last:\n" + p.tandem.LogTail(3)
}

// keep starts Tandem again whenever it dies, until end.
func (p *program) keep(say func(string)) {
	defer close(p.ended)
	quick := 0
	for {
		began := time.Now()
		select {
		case <-p.stop:
			return
		case <-p.tandem.Done():
		}
		if quick++; time.Since(began) > 5*time.Second {
			quick = 0
		}
		if quick == tooOften {
			p.failed <- fmt.Errorf("tandem ends again and again:\n%s", p.tandem.LogTail(20))
			return
		}
		say(p.lastWords())
		select {
		case <-p.stop:
			return
		case <-time.After(againAfter):
		}
		if err := p.tandem.Start(); err != nil {
			p.failed <- err
			return
		}
	}
}

// end ends Tandem.
func (p *program) end() {
	close(p.stop)
	<-p.ended
	_ = p.tandem.Stop()
}
