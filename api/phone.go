package api

import (
	"context"
	"errors"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/floor"
)

// GetPhone answers the account that was made for an agent.
func (s *Server) GetPhone(ctx context.Context, r GetPhoneRequestObject) (GetPhoneResponseObject, error) {
	a, err := s.cfg.Provision.Account(ctx, orchestrator.AgentID(r.Agent))
	if err != nil {
		return nil, err
	}
	place, err := s.cfg.Keeper.Place(ctx, a.Switch)
	if err != nil {
		return nil, err
	}
	return GetPhone200JSONResponse(s.phoneWire(a, place, s.cfg.Keeper.Failed(a.Switch, a.Name))), nil
}

// MakePhone makes the account of an agent's phone, or renews its password. The floor is asked first, as it knows whether the agent may
// have it; then the account is kept, and then the switch is told. A kill in between is made good by asking again, or by the next
// connection to the switch.
func (s *Server) MakePhone(ctx context.Context, r MakePhoneRequestObject) (MakePhoneResponseObject, error) {
	by := from(ctx)
	made, err := once(ctx, s.answers, by.once(r.Params.IdempotencyKey), by.hash, func() (PhoneAccount, error) {
		sw, err := s.switchFor(ctx, orchestrator.AgentID(r.Agent), r.Params.Switch)
		if err != nil {
			return PhoneAccount{}, err
		}
		place, err := s.cfg.Keeper.Place(ctx, sw)
		if err != nil {
			return PhoneAccount{}, err
		}
		name, password := place.Account+r.Agent, provision.Password()
		// Without the client's key: the floor would take the same key, after this program was restarted, for done, and its answer is lost.
		if _, err := s.command(ctx, "", floor.MakePhone{Agent: orchestrator.AgentID(r.Agent), Endpoint: name, Switch: sw}); err != nil {
			return PhoneAccount{}, err
		}
		a := provision.Account{
			Agent: orchestrator.AgentID(r.Agent), Name: name, Realm: place.Realm, HA1: provision.HA1(name, place.Realm, password), Made: s.cfg.Now().UTC(), Switch: sw,
		}
		if err := s.cfg.Provision.PutAccount(ctx, a); err != nil {
			return PhoneAccount{}, err
		}
		failed := s.cfg.Keeper.Account(ctx, a.Agent, a.Name, a.Switch)
		s.cfg.Log.Info("phone account made or renewed", "request", by.id, "by", by.key.ID, "agent", r.Agent, "in_force", failed == nil)
		w := s.phoneWire(a, place, failed)
		w.Password = password
		return w, nil
	})
	if err != nil {
		return nil, err
	}
	return MakePhone201JSONResponse(made), nil
}

// switchFor is the switch of a phone that is made: the one that is asked for, or where the agent's is; "" where there is only one.
func (s *Server) switchFor(ctx context.Context, agent orchestrator.AgentID, asked string) (string, error) {
	if asked == "" {
		a, err := s.cfg.Provision.Account(ctx, agent)
		if err != nil && orchestrator.KindOf(err) != orchestrator.NotFound {
			return "", err
		}
		asked = a.Switch
	}
	if asked == "" && s.cfg.Keeper.Name("") != "" {
		a, err := s.cfg.Views.Agent(ctx, agent)
		if err != nil && orchestrator.KindOf(err) != orchestrator.NotFound {
			return "", err
		}
		asked = a.Switch
	}
	return s.cfg.Keeper.Name(asked), nil
}

// RemovePhone takes the account away. One that only the store or only the floor knows is left over from a kill, and goes too.
func (s *Server) RemovePhone(ctx context.Context, r RemovePhoneRequestObject) (RemovePhoneResponseObject, error) {
	agent := orchestrator.AgentID(r.Agent)
	a, kept := s.cfg.Provision.Account(ctx, agent)
	if kept != nil && orchestrator.KindOf(kept) != orchestrator.NotFound {
		return nil, kept
	}
	_, err := s.command(ctx, "", floor.RemovePhone{Agent: agent})
	if err != nil && (orchestrator.KindOf(err) != orchestrator.NotFound || kept != nil) {
		return nil, err
	}
	if kept == nil {
		if err := s.cfg.Provision.DropAccount(ctx, agent); err != nil && orchestrator.KindOf(err) != orchestrator.NotFound {
			return nil, err
		}
		failed := s.cfg.Keeper.Account(ctx, agent, a.Name, a.Switch)
		by := from(ctx)
		s.cfg.Log.Info("phone account removed", "request", by.id, "by", by.key.ID, "agent", r.Agent, "in_force", failed == nil)
	}
	return RemovePhone204Response{}, nil
}

func (s *Server) phoneWire(a provision.Account, place provision.Place, failed error) PhoneAccount {
	return PhoneAccount{
		Agent: string(a.Agent), User: a.Name, Domain: place.Domain, Server: place.Server, Transports: place.Over, Codecs: place.Codecs,
		Switch: s.cfg.Keeper.Name(a.Switch), Made: a.Made.UTC(), InForce: failed == nil, Says: whyNot(failed),
	}
}

// whyNot is what a client may know of why the switch does not have something.
func whyNot(failed error) string {
	var e *orchestrator.Error
	switch {
	case failed == nil:
		return ""
	case errors.As(failed, &e) && e.Say != "":
		return e.Say
	}
	return failed.Error()
}
