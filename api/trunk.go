package api

import (
	"context"
	"net/http"
	"net/netip"
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/floor"
)

const (
	maxTrunks = 100
	// A trunk from a whole part of the world would be no trunk (SECURITY A4).
	widestIPv4, widestIPv6 = 16, 32
)

// ListTrunks lists all trunks.
func (s *Server) ListTrunks(ctx context.Context, _ ListTrunksRequestObject) (ListTrunksResponseObject, error) {
	all, err := s.cfg.Provision.Trunks(ctx)
	if err != nil {
		return nil, err
	}
	items, err := s.trunksWire(ctx, all)
	return ListTrunks200JSONResponse{Items: items}, err
}

// GetTrunk answers one trunk.
func (s *Server) GetTrunk(ctx context.Context, r GetTrunkRequestObject) (GetTrunkResponseObject, error) {
	t, err := s.cfg.Provision.Trunk(ctx, orchestrator.TrunkID(r.Trunk))
	if err != nil {
		return nil, err
	}
	items, err := s.trunksWire(ctx, []provision.Trunk{t})
	if err != nil {
		return nil, err
	}
	return GetTrunk200JSONResponse(items[0]), nil
}

// PutTrunk makes a trunk or changes it.
func (s *Server) PutTrunk(ctx context.Context, r PutTrunkRequestObject) (PutTrunkResponseObject, error) {
	place, err := s.cfg.Keeper.Place(ctx, "")
	if err != nil {
		return nil, err
	}
	all, err := s.cfg.Provision.Trunks(ctx)
	if err != nil {
		return nil, err
	}
	t := provision.Trunk{
		ID: orchestrator.TrunkID(r.Trunk), Name: place.Trunk + r.Trunk, Server: r.Body.Server, User: r.Body.User,
		Password: provision.Secret(r.Body.Password), Set: s.cfg.Now().UTC(),
	}
	if t.Hosts, err = hostsOf(r.Body.Hosts); err != nil {
		return nil, err
	}
	if err := complete(&t, all); err != nil {
		return nil, err
	}
	if !t.Registers() && t.Name == s.cfg.Emergency {
		return nil, wrongField(http.StatusUnprocessableEntity, "invalid", "server", "is needed: emergency calls leave by this trunk (TANDEM_EMERGENCY_TRUNK), and there is nowhere to send them by hosts")
	}
	seq, err := s.command(ctx, "", floor.NoteTrunk{Trunk: t.ID})
	if err != nil {
		return nil, err
	}
	if err := s.cfg.Provision.PutTrunk(ctx, t); err != nil {
		return nil, err
	}
	s.tellTrunk(ctx, t, "trunk set")
	items, err := s.trunksWire(ctx, []provision.Trunk{t})
	if err != nil {
		return nil, err
	}
	return PutTrunk200JSONResponse{Body: items[0], Headers: PutTrunk200ResponseHeaders{TandemSeq: seq}}, nil
}

// RemoveTrunk removes a trunk.
func (s *Server) RemoveTrunk(ctx context.Context, r RemoveTrunkRequestObject) (RemoveTrunkResponseObject, error) {
	t, err := s.cfg.Provision.Trunk(ctx, orchestrator.TrunkID(r.Trunk))
	if err != nil {
		return nil, err
	}
	if t.Name == s.cfg.Emergency {
		return nil, &orchestrator.Error{Kind: orchestrator.Conflict, Op: "trunk.remove", Say: "emergency calls leave by this trunk: name another one in emergency.trunk (TANDEM_EMERGENCY_TRUNK) and in the switch's files first"}
	}
	if _, err := s.command(ctx, "", floor.NoteTrunk{Trunk: t.ID, Removed: true}); err != nil {
		return nil, err
	}
	if err := s.cfg.Provision.DropTrunk(ctx, t.ID); err != nil {
		return nil, err
	}
	s.tellTrunk(ctx, t, "trunk removed")
	return RemoveTrunk204Response{}, nil
}

// tellTrunk has the switch take what the store has. What fails now is done later; the answer says so.
func (s *Server) tellTrunk(ctx context.Context, t provision.Trunk, what string) {
	failed := s.cfg.Keeper.Trunk(ctx, t.ID, t.Name)
	by := from(ctx)
	s.cfg.Log.Info(what, "request", by.id, "by", by.key.ID, "trunk", t.ID, "in_force", failed == nil)
}

// hostsOf reads addresses and networks in their one spelling.
func hostsOf(texts []string) ([]string, error) {
	var hosts []string
	for _, text := range texts {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			var ip netip.Addr
			if ip, err = netip.ParseAddr(text); err == nil {
				network = netip.PrefixFrom(ip, ip.BitLen())
			}
		}
		widest := widestIPv4
		if network.Addr().Is6() {
			widest = widestIPv6
		}
		switch {
		case err != nil || network.Addr().Is4In6(): // ::ffff:0.0.0.0/96 is everybody, in another spelling.
			return nil, wrongField(http.StatusUnprocessableEntity, "invalid", "hosts", "must be IP addresses, or networks such as 192.0.2.0/24")
		case network.Bits() < widest:
			return nil, wrongField(http.StatusUnprocessableEntity, "invalid", "hosts", "a network that large would let the world in; name those of the provider")
		}
		if host := network.Masked().String(); !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts, nil
}

// complete holds a trunk against the others, and gives it the password that it had.
func complete(t *provision.Trunk, all []provision.Trunk) error {
	wrong := func(field, says string) error {
		return wrongField(http.StatusUnprocessableEntity, "invalid", field, says)
	}
	old := slices.IndexFunc(all, func(o provision.Trunk) bool { return o.ID == t.ID })
	if old >= 0 && t.Password.Reveal() == "" && all[old].Server == t.Server && all[old].User == t.User {
		t.Password = all[old].Password
	}
	switch secret := t.Password.Reveal(); {
	case t.Registers() == (len(t.Hosts) > 0):
		return wrong("hosts", "give either the hosts that calls come from, or the server to register with")
	case t.Registers() && t.User == "":
		return wrong("user", "is needed to register")
	case t.User != "" && secret == "":
		return wrong("password", "is needed with a user")
	case t.User == "" && secret != "":
		return wrong("user", "is needed with a password")
	case old < 0 && len(all) >= maxTrunks:
		return &orchestrator.Error{Kind: orchestrator.Limit, Op: "trunk.put", Say: "there are too many trunks"}
	}
	for _, o := range all {
		if host, theirs, both := shared(t.Hosts, o.Hosts); both && o.ID != t.ID {
			says := "calls from " + host + " belong to trunk " + string(o.ID) + " already"
			if host != theirs {
				says = "calls from " + host + " would belong to two trunks: " + string(o.ID) + " has " + theirs + "; a switch takes the one that it finds first"
			}
			return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "trunk.put", Field: "hosts", Say: says}
		}
	}
	return nil
}

// shared finds a network of ours and one of theirs that have an address in common.
func shared(ours, theirs []string) (our, their string, ok bool) {
	for _, our := range ours {
		a, err := netip.ParsePrefix(our)
		if err != nil {
			continue // the store has what hostsOf wrote
		}
		for _, their := range theirs {
			if b, err := netip.ParsePrefix(their); err == nil && a.Overlaps(b) {
				return our, their, true
			}
		}
	}
	return "", "", false
}

// trunksWire asks the switch how trunks are. One that does not tell is no reason not to answer.
func (s *Server) trunksWire(ctx context.Context, all []provision.Trunk) ([]Trunk, error) {
	states, err := s.cfg.Keeper.States(ctx, all)
	if err != nil {
		s.cfg.Log.Warn("the switch does not tell how trunks are", "cause", err)
	}
	return wireAll(all, func(t provision.Trunk) Trunk {
		failed := s.cfg.Keeper.Failed("", t.Name)
		w := Trunk{
			ID: string(t.ID), Hosts: t.Hosts, Server: t.Server, User: t.User, State: TrunkState(states[t.ID]), InForce: failed == nil,
			Says: whyNot(failed), Set: t.Set.UTC(),
		}
		if w.Hosts == nil {
			w.Hosts = []string{}
		}
		if w.State == "" {
			w.State = TrunkState(provision.Unknown)
		}
		return w
	}), nil
}
