package api

import (
	"context"
	"time"

	"tandem/orchestrator/desk/webhook"
)

// ListWebhooks lists all webhooks.
func (s *Server) ListWebhooks(ctx context.Context, _ ListWebhooksRequestObject) (ListWebhooksResponseObject, error) {
	all, err := s.cfg.Webhooks.Hooks(ctx)
	if err != nil {
		return nil, err
	}
	out := ListWebhooks200JSONResponse{Items: make([]Webhook, len(all))}
	for i, h := range all {
		if out.Items[i], err = s.webhookWire(ctx, h); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// GetWebhook answers one webhook.
func (s *Server) GetWebhook(ctx context.Context, r GetWebhookRequestObject) (GetWebhookResponseObject, error) {
	h, err := s.cfg.Webhooks.Hook(ctx, r.Webhook)
	if err != nil {
		return nil, err
	}
	out, err := s.webhookWire(ctx, h)
	return GetWebhook200JSONResponse(out), err
}

// PutWebhook makes a webhook or changes it, and shows the secret of a new one.
func (s *Server) PutWebhook(ctx context.Context, r PutWebhookRequestObject) (PutWebhookResponseObject, error) {
	h := webhook.Hook{
		ID: r.Webhook, URL: r.Body.URL, Events: wireAll(r.Body.Events, func(e WebhookEvent) string { return string(e) }),
		Person: len(r.Body.Include) > 0, State: webhook.State(r.Body.State), Secret: webhook.NewSecret(),
	}
	if err := webhook.Check(h, s.cfg.Inside); err != nil {
		return nil, err
	}
	h, made, err := s.cfg.Webhooks.PutHook(ctx, h)
	if err != nil {
		return nil, err
	}
	out, err := s.webhookWire(ctx, h)
	if made {
		out.Secret = h.Secret
	}
	by := from(ctx)
	s.cfg.Log.Info("webhook defined", "request", by.id, "by", by.key.ID, "webhook", h.ID, "state", h.State, "persons", h.Person)
	return PutWebhook200JSONResponse(out), err
}

// DeleteWebhook forgets a webhook.
func (s *Server) DeleteWebhook(ctx context.Context, r DeleteWebhookRequestObject) (DeleteWebhookResponseObject, error) {
	if err := s.cfg.Webhooks.DeleteHook(ctx, r.Webhook); err != nil {
		return nil, err
	}
	by := from(ctx)
	s.cfg.Log.Info("webhook deleted", "request", by.id, "by", by.key.ID, "webhook", r.Webhook)
	return DeleteWebhook204Response{}, nil
}

// RotateWebhookSecret gives a webhook another secret and shows it.
func (s *Server) RotateWebhookSecret(ctx context.Context, r RotateWebhookSecretRequestObject) (RotateWebhookSecretResponseObject, error) {
	by := from(ctx)
	out, err := once(ctx, s.answers, by.once(r.Params.IdempotencyKey), by.hash, func() (Webhook, error) {
		until := s.cfg.Now().Add(time.Duration(r.Body.OverlapSeconds) * time.Second)
		h, err := s.cfg.Webhooks.RotateHook(ctx, r.Webhook, webhook.NewSecret(), until)
		if err != nil {
			return Webhook{}, err
		}
		s.cfg.Log.Info("webhook has another secret", "request", by.id, "by", by.key.ID, "webhook", h.ID, "old_until", until)
		out, err := s.webhookWire(ctx, h)
		out.Secret = h.Secret
		return out, err
	})
	return RotateWebhookSecret200JSONResponse(out), err
}

// ListDeadLetters lists a page of what could not be delivered, newest first.
func (s *Server) ListDeadLetters(ctx context.Context, r ListDeadLettersRequestObject) (ListDeadLettersResponseObject, error) {
	before, err := readNumber("dead-letter", r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := s.cfg.Webhooks.DeadDeliveries(ctx, r.Webhook, before, r.Params.Limit+1)
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, r.Params.Limit, "dead-letter", func(d webhook.Delivery) string { return number(d.ID) })
	return ListDeadLetters200JSONResponse{Items: wireAll(rows, deadLetterWire), NextCursor: next}, nil
}

// ResendDeadLetters sends dead letters again.
func (s *Server) ResendDeadLetters(ctx context.Context, r ResendDeadLettersRequestObject) (ResendDeadLettersResponseObject, error) {
	n, err := s.cfg.Webhooks.ResendDeliveries(ctx, r.Webhook, r.Body.Ids)
	if err != nil {
		return nil, err
	}
	by := from(ctx)
	s.cfg.Log.Info("dead letters are sent again", "request", by.id, "by", by.key.ID, "webhook", r.Webhook, "count", n)
	return ResendDeadLetters200JSONResponse{Count: n}, nil
}

func (s *Server) webhookWire(ctx context.Context, h webhook.Hook) (Webhook, error) {
	st, err := s.cfg.Webhooks.Standing(ctx, h.ID)
	out := Webhook{
		ID: h.ID, URL: h.URL, Events: wireAll(h.Events, func(e string) WebhookEvent { return WebhookEvent(e) }), Include: []WebhookInclude{},
		State: WebhookState(h.State), Created: h.Created.UTC(), Changed: h.Changed.UTC(), Waiting: st.Waiting, OldestSince: st.Oldest.UTC(),
		DeadLetters: st.Dead, Failures: h.Failures, FailingSince: h.Failing.UTC(), RetryAt: h.RetryAt.UTC(), Why: h.Why,
	}
	if h.Person {
		out.Include = []WebhookInclude{WebhookIncludePerson}
	}
	if h.OldUntil.After(s.cfg.Now()) {
		out.OldSecretUntil = h.OldUntil.UTC()
	}
	return out, err
}

func deadLetterWire(d webhook.Delivery) DeadLetter {
	out := DeadLetter{
		ID: d.ID, Event: WebhookEvent(d.Event.Type), Seq: d.Event.Seq, Ticket: d.Event.Ticket, At: d.Event.At.UTC(), Attempts: d.Attempts,
		Why: d.Why, Queued: d.Queued.UTC(),
	}
	if d.Event.Ticket == "" {
		out.Interaction = d.Event.Lane
	}
	return out
}
