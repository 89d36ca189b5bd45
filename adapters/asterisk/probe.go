package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// A socket that is open need not be one on which Asterisk tells anything: when it notices the end of an older socket of ours after the new
// one was taken, it switches the application off, and the new socket stays open and silent (session_unregister_apps in
// res/ari/ari_websockets.c, seen in 22.10). Its own pings would be answered all the same. So we send ourselves an event and wait for
// it: before Up, and whenever nothing was heard for a while. That also notices a half-open line.

// probeEvent is the kind and the beginning of the name of such an event.
const probeKind, probeEvent = "ChannelUserevent", "tandem-probe-"

// probe ends with an error if an event does not come back in time.
func (s *Switch) probe(l *line, patience time.Duration) error {
	ctx, stop := context.WithTimeoutCause(l.Ctx, patience, errors.New("Asterisk tells nothing on the event line"))
	defer stop()
	name := probeEvent + strconv.FormatInt(s.probes.Add(1), 10)
	back := l.expect(name)
	err := s.rest.call(ctx, http.MethodPost, "/events/user/"+name, url.Values{"application": {s.cfg.App}}, nil, nil)
	if err != nil {
		return fmt.Errorf("asking for an event: %w", err)
	}
	select {
	case <-back:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// keepProbing probes the line whenever nothing was heard for Config.Ping. In a flood of events the answer comes behind them, so a line on
// which something was heard meanwhile is alive.
func (s *Switch) keepProbing(l *line) {
	tick := time.NewTicker(s.cfg.Ping)
	defer tick.Stop()
	silent := func() bool { return time.Since(time.Unix(0, l.heard.Load())) >= s.cfg.Ping }
	for {
		select {
		case <-l.Ctx.Done():
			return
		case <-tick.C:
		}
		if !silent() {
			continue
		}
		if err := s.probe(l, s.cfg.Ping); err != nil && silent() {
			l.Lose(fmt.Errorf("the event line is dead: %w", err))
			return
		}
	}
}

// expect returns a channel that is closed when the probe of that name is read.
func (l *line) expect(name string) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.probing, l.back = name, make(chan struct{})
	return l.back
}

// probed notes a probe that has come back; it says whether the event was one.
func (l *line) probed(e said) bool {
	if e.Type != probeKind {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.probing != "" && e.EventName == l.probing {
		l.probing = ""
		close(l.back)
	}
	return true
}
