package api

import (
	"context"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/access"
)

// ListKeys lists all keys.
func (s *Server) ListKeys(ctx context.Context, _ ListKeysRequestObject) (ListKeysResponseObject, error) {
	all, err := s.cfg.Keys.ListKeys(ctx)
	if err != nil {
		return nil, err
	}
	return ListKeys200JSONResponse{Items: wireAll(all, func(k access.Key) Key {
		return Key{ID: k.ID, Name: k.Name, Scopes: wireAll(k.Scopes, scopeWire), Created: k.Created.UTC(), Revoked: k.Revoked.UTC()}
	})}, nil
}

// CreateKey makes a key and shows it.
func (s *Server) CreateKey(ctx context.Context, r CreateKeyRequestObject) (CreateKeyResponseObject, error) {
	by := from(ctx)
	made, err := once(ctx, s.answers, by.once(r.Params.IdempotencyKey), by.hash, func() (NewKey, error) {
		k, key, sum, err := access.New(r.Body.Name, wireAll(r.Body.Scopes, func(s Scope) access.Scope { return access.Scope(s) }), s.cfg.Now())
		if err != nil {
			return NewKey{}, err
		}
		if err := s.cfg.Keys.AddKey(ctx, k, sum); err != nil {
			return NewKey{}, err
		}
		s.cfg.Log.Info("API key made", "request", by.id, "by", by.key.ID, "key", k.ID, "scopes", list(k.Scopes))
		return NewKey{ID: k.ID, Name: k.Name, Scopes: r.Body.Scopes, Created: k.Created.UTC(), Key: key}, nil
	})
	if err != nil {
		return nil, err
	}
	return CreateKey201JSONResponse(made), nil
}

// RevokeKey revokes a key, but never the last one that could make others.
func (s *Server) RevokeKey(ctx context.Context, r RevokeKeyRequestObject) (RevokeKeyResponseObject, error) {
	all, err := s.cfg.Keys.ListKeys(ctx)
	if err != nil {
		return nil, err
	}
	admins, last := 0, false
	for _, k := range all {
		if k.Revoked.IsZero() && k.May(access.Admin) {
			admins++
			last = last || k.ID == r.Key
		}
	}
	if last && admins == 1 {
		return nil, &orchestrator.Error{Kind: orchestrator.Conflict, Op: "key.revoke", Say: "this is the last key with the scope admin; make another one first"}
	}
	if err := s.cfg.Keys.RevokeKey(ctx, r.Key, s.cfg.Now()); err != nil {
		return nil, err
	}
	s.streams.revoked(r.Key)
	by := from(ctx)
	s.cfg.Log.Info("API key revoked", "request", by.id, "by", by.key.ID, "key", r.Key)
	return RevokeKey204Response{}, nil
}

func scopeWire(s access.Scope) Scope { return Scope(s) }
