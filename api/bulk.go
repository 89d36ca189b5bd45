package api

import (
	"context"
	"fmt"
	"net/http"
)

// PutQueues makes queues or changes them, each for itself.
func (s *Server) PutQueues(ctx context.Context, r PutQueuesRequestObject) (PutQueuesResponseObject, error) {
	items := make([]entry, len(r.Body.Items))
	for i, q := range r.Body.Items {
		items[i] = entry{q.ID, func() (any, error) {
			return defineQueue(q.ID, QueueDefinition{
				Name: q.Name, Number: q.Number, Greeting: q.Greeting, Music: q.Music, RingSeconds: q.RingSeconds,
				WrapUpSeconds: q.WrapUpSeconds, Tickets: q.Tickets, Survey: q.Survey,
			}), nil
		}}
	}
	out, seq, err := s.define(ctx, "/api/v1/queues/", items)
	if err != nil {
		return nil, err
	}
	return PutQueues200JSONResponse{Body: out, Headers: PutQueues200ResponseHeaders{TandemSeq: seq}}, nil
}

// PutAgents makes agents or changes them, each for themselves.
func (s *Server) PutAgents(ctx context.Context, r PutAgentsRequestObject) (PutAgentsResponseObject, error) {
	items := make([]entry, len(r.Body.Items))
	for i, a := range r.Body.Items {
		items[i] = entry{a.ID, func() (any, error) {
			return s.defineAgent(ctx, a.ID, AgentDefinition{Name: a.Name, Endpoint: a.Endpoint, Switch: a.Switch, Queues: a.Queues})
		}}
	}
	out, seq, err := s.define(ctx, "/api/v1/agents/", items)
	if err != nil {
		return nil, err
	}
	return PutAgents200JSONResponse{Body: out, Headers: PutAgents200ResponseHeaders{TandemSeq: seq}}, nil
}

// entry is one definition of many.
type entry struct {
	id      string
	command func() (any, error)
}

// define carries out one command after the other, whatever became of those before. It waits for the views once, at the end. Whoever
// changes one of them alone, under the address below at, and has its version compared, waits for the one command and not for all.
func (s *Server) define(ctx context.Context, at string, items []entry) (out BulkResult, seq int64, err error) {
	there := map[string]bool{}
	for i, e := range items {
		if there[e.id] {
			return out, 0, wrongField(http.StatusUnprocessableEntity, "invalid", fmt.Sprintf("items.%d.id", i), "is there twice; name each once")
		}
		there[e.id] = true
	}
	for _, e := range items {
		line, err := s.defineOne(ctx, at+e.id, e)
		if ctx.Err() != nil {
			return out, 0, ctx.Err()
		}
		if err != nil && refuse(err).status >= http.StatusInternalServerError {
			s.cfg.Log.Error("one of many failed", "request", from(ctx).id, "at", at+e.id, "cause", err)
		}
		out.add(e.id, err)
		seq = max(seq, line)
	}
	s.cfg.Log.Info("many were defined", "request", from(ctx).id, "at", at, "done", out.Done, "failed", out.Failed)
	return out, seq, s.shown(ctx, seq)
}

func (s *Server) defineOne(ctx context.Context, at string, e entry) (seq int64, err error) {
	give, err := s.take(ctx, at)
	if err != nil {
		return 0, err
	}
	defer give()
	do, err := e.command()
	if err != nil {
		return 0, err
	}
	return s.do(ctx, "", do)
}
