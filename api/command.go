package api

import (
	"context"
	"fmt"

	"tandem/orchestrator"
	"tandem/orchestrator/floor"
)

// command has the centre carry out what a client asks for and waits until the views show it. key is the client's idempotency key,
// "" for none.
func (s *Server) command(ctx context.Context, key string, do any) (seq int64, err error) {
	if seq, err = s.do(ctx, key, do); err != nil {
		return 0, err
	}
	return seq, s.shown(ctx, seq)
}

// do has the centre carry out what a client asks for; the views may show it later.
func (s *Server) do(ctx context.Context, key string, do any) (seq int64, err error) {
	r := from(ctx)
	seq, err = s.cfg.Centre.Do(ctx, floor.Command{Key: r.once(key), Hash: r.hash, Do: do})
	if err != nil {
		return 0, err
	}
	for last := s.done.Load(); last < seq && !s.done.CompareAndSwap(last, seq); last = s.done.Load() {
	}
	return seq, nil
}

// shown waits until the views show the journal up to a line.
func (s *Server) shown(ctx context.Context, seq int64) error {
	if _, err := s.cfg.Views.WaitFor(ctx, seq); err != nil {
		return &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "api.command", Err: err,
			Say: fmt.Sprintf("it is done and written (line %d of the journal), but the views are behind; read it again in a few seconds", seq)}
	}
	return nil
}
