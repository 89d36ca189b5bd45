package api

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/access"
)

// lookForRevoked is how often the keys of open streams are looked at: another program may have revoked one.
const lookForRevoked = 500 * time.Millisecond

// streams counts the open event streams, so that none can take the place of all others, and ends those whose key is revoked.
type streams struct {
	keys access.Keys
	log  *slog.Logger
	most int // at once
	each int // of them by one key

	mu   sync.Mutex
	n    int
	open map[string]map[*func()]bool // by the id of the key: how to end each
}

func newStreams(cfg Config) *streams {
	return &streams{keys: cfg.Keys, log: cfg.Log, most: cfg.Streams, each: cfg.StreamsPerKey, open: map[string]map[*func()]bool{}}
}

// begin counts a stream until end is called; stop is called when its key is revoked.
func (s *streams) begin(key string, stop func()) (end func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.open[key]); n >= s.each {
		return nil, &orchestrator.Error{Kind: orchestrator.Limit, Op: "api.events",
			Say: fmt.Sprintf("this key has %d event streams open, which is all it may; close one, or use another key", n)}
	}
	if s.n >= s.most {
		return nil, &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "api.events", Say: "too many event streams are open; close one, or try again later"}
	}
	if s.open[key] == nil {
		s.open[key] = map[*func()]bool{}
	}
	s.open[key][&stop] = true
	s.n++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open[key], &stop)
		if len(s.open[key]) == 0 {
			delete(s.open, key)
		}
		s.n--
	}, nil
}

// count is how many are open.
func (s *streams) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// revoked ends all streams of a key.
func (s *streams) revoked(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for stop := range s.open[key] {
		(*stop)()
	}
}

// watch looks at the keys until ctx ends. A store that is away is no reason to cut anybody off.
func (s *streams) watch(ctx context.Context) {
	tick := time.NewTicker(lookForRevoked)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if s.count() == 0 {
			continue
		}
		all, err := s.keys.ListKeys(ctx)
		if err != nil {
			s.log.Debug("the keys of the event streams cannot be looked at", "cause", err)
			continue
		}
		for _, k := range all {
			if !k.Revoked.IsZero() {
				s.revoked(k.ID)
			}
		}
	}
}
