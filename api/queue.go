package api

import (
	"cmp"
	"context"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
)

// ListQueues lists all queues.
func (s *Server) ListQueues(ctx context.Context, _ ListQueuesRequestObject) (ListQueuesResponseObject, error) {
	all, err := s.cfg.Views.Queues(ctx)
	if err != nil {
		return nil, err
	}
	return ListQueues200JSONResponse{Items: wireAll(all, queueWire)}, nil
}

// GetQueue answers one queue.
func (s *Server) GetQueue(ctx context.Context, r GetQueueRequestObject) (GetQueueResponseObject, error) {
	q, err := s.cfg.Views.Queue(ctx, orchestrator.QueueID(r.Queue))
	if err != nil {
		return nil, err
	}
	return GetQueue200JSONResponse(queueWire(q)), nil
}

// PutQueue makes a queue or changes it.
func (s *Server) PutQueue(ctx context.Context, r PutQueueRequestObject) (PutQueueResponseObject, error) {
	id := orchestrator.QueueID(r.Queue)
	seq, err := s.command(ctx, "", defineQueue(r.Queue, *r.Body))
	if err != nil {
		return nil, err
	}
	q, err := s.cfg.Views.Queue(ctx, id)
	if err != nil {
		return nil, err
	}
	s.cfg.Log.Info("queue defined; only the switch's dialplan leads its number here, tandem doctor names those that nobody has called",
		"request", from(ctx).id, "queue", r.Queue, "number", q.Number)
	return PutQueue200JSONResponse{Body: queueWire(q), Headers: PutQueue200ResponseHeaders{TandemSeq: seq}}, nil
}

// defineQueue is the command that a definition asks for.
func defineQueue(id string, d QueueDefinition) floor.DefineQueue {
	return floor.DefineQueue{
		Queue: orchestrator.QueueID(id), Name: d.Name, Number: d.Number, Greeting: d.Greeting, Music: d.Music,
		RingFor: time.Duration(d.RingSeconds) * time.Second, WrapUp: time.Duration(d.WrapUpSeconds) * time.Second,
		Tickets: fact.TicketPolicy(d.Tickets), Survey: fact.SurveyPolicy(d.Survey),
	}
}

func queueWire(q view.Queue) Queue {
	return Queue{
		ID: string(q.ID), Name: q.Name, Number: q.Number, Greeting: q.Greeting, Music: q.Music, RingSeconds: int(q.RingFor / time.Second),
		WrapUpSeconds: int(q.WrapUp / time.Second), Tickets: TicketPolicy(q.Tickets), Survey: cmp.Or(SurveyPolicy(q.Survey), SurveyPolicyNone), Waiting: q.Waiting, OldestSince: q.OldestSince.UTC(),
	}
}

// wireAll turns a list; an empty one is [] and never null.
func wireAll[In, Out any](in []In, one func(In) Out) []Out {
	out := make([]Out, len(in))
	for i := range in {
		out[i] = one(in[i])
	}
	return out
}
