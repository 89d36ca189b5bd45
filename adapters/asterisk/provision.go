package asterisk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/media/switchboard"
)

var _ provision.Switch = (*Switch)(nil)

// realm is what phones are asked a password for. It is said in each account's own object, so that it does not hang on Asterisk's files.
const realm = "tandem"

// Place implements provision.Switch. Names begin with the application's: it is ours alone, so they are.
func (s *Switch) Place(context.Context) (provision.Place, error) {
	return provision.Place{
		Realm: realm, Server: s.cfg.Server, Over: []string{"udp"}, Codecs: s.cfg.Codecs, Account: s.cfg.App + "-", Trunk: s.cfg.App + ".",
	}, nil
}

// Mend implements provision.Switch.
func (s *Switch) Mend(ctx context.Context, w provision.Wanted) (changed int, failed map[string]error, err error) {
	failed = map[string]error{}
	each := func(name string, wanted []object) error {
		n, err := s.mend(ctx, name, wanted)
		changed += n
		switch {
		case err == nil:
		case statusOf(err) == 0:
			return err // nothing is answered: neither will be what follows
		default:
			failed[name] = explainObject(err)
		}
		return nil
	}
	for _, name := range w.Gone {
		if err := each(name, nil); err != nil {
			return changed, failed, unavailable(err)
		}
	}
	for _, a := range w.Accounts {
		if err := each(a.Name, s.accountObjects(a)); err != nil {
			return changed, failed, unavailable(err)
		}
		_ = s.hearEndpoint(a.Name) // to know where its phone is; an account that failed has been told
	}
	for _, t := range w.Trunks {
		if err := each(t.Name, s.trunkObjects(t)); err != nil {
			return changed, failed, unavailable(err)
		}
	}
	return changed, failed, nil
}

// mend makes everything under one name as it is wanted. Only names of ours come here.
func (s *Switch) mend(ctx context.Context, name string, wanted []object) (changed int, err error) {
	if !s.ours(name) {
		return 0, errors.New("asterisk: " + name + " is not a name of ours")
	}
	gone := without(name, wanted)
	if len(wanted) == 0 {
		s.deafen(name) // before it goes: Asterisk would keep the subscription for one that comes back, and tell nothing
	}
	out := false // whoever registered with what was before
	signing := false
	for _, o := range gone {
		if o.kind == "auth" && signing {
			if err := pause(ctx, signOff); err != nil {
				return changed, err
			}
		}
		did, err := s.remove(ctx, o)
		if err != nil {
			return changed, err
		}
		if did {
			changed++
			out = out || o.kind == "endpoint"
			signing = signing || o.kind == "registration"
		}
	}
	for _, o := range wanted {
		did, err := s.put(ctx, o)
		if err != nil {
			return changed, err
		}
		if did {
			changed++
			out = out || o.kind == "auth"
		}
	}
	if out {
		if err := s.throwOut(ctx, name); err != nil {
			return changed, err
		}
	}
	if changed > 0 {
		s.reread(name)
	}
	return changed, nil
}

// signOff is how long Asterisk may take to sign off at a trunk, for which it needs the password.
const signOff = time.Second

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// throwOut ends the registration of an account. Asterisk does not tell where a phone is: only who was heard to register can be thrown out
// at once; any other is out when its registration ends, two minutes later at most.
func (s *Switch) throwOut(ctx context.Context, name string) error {
	s.mu.Lock()
	uri := s.contacts[name]
	delete(s.contacts, name)
	s.mu.Unlock()
	if uri == "" {
		return nil
	}
	_, err := s.remove(ctx, object{kind: "contact", id: contactID(name, uri)})
	return err
}

// reread tells the state of a phone that was made or went.
func (s *Switch) reread(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.phones[name]; p != nil {
		p.Read = false
		s.readPhones([]*switchboard.Phone{p})
	}
}

// deafen ends the subscription to an endpoint.
func (s *Switch) deafen(name string) {
	s.mu.Lock()
	heard := s.heard[name]
	delete(s.heard, name)
	s.mu.Unlock()
	if heard {
		source := url.Values{"eventSource": {"endpoint:PJSIP/" + name}}
		// If it fails, the phone that comes back is read when it is looked for the next time.
		_ = s.rest.call(context.Background(), http.MethodDelete, "/applications/"+s.cfg.App+"/subscription", source, nil, nil)
	}
}

// contactChanged notes where a phone has registered.
func (s *Switch) contactChanged(e said) {
	name := e.Endpoint.Resource
	switch {
	case e.Contact.URI == "" || !s.ours(name):
	case e.Contact.Status == "Removed" || e.Contact.Status == "Unreachable" && e.Endpoint.State == "offline":
		if s.contacts[name] == e.Contact.URI {
			delete(s.contacts, name)
		}
	default:
		s.contacts[name] = e.Contact.URI
	}
}

func (s *Switch) ours(name string) bool {
	return strings.HasPrefix(name, s.cfg.App+"-") || strings.HasPrefix(name, s.cfg.App+".")
}

// Ours implements provision.Switch.
func (s *Switch) Ours(ctx context.Context) ([]string, error) {
	all, err := s.endpoints(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range all {
		if s.ours(e.Resource) {
			names = append(names, e.Resource)
		}
	}
	slices.Sort(names)
	return names, nil
}

// TrunkStates implements provision.Switch. ARI says nothing of registrations: of a trunk that we register with we know whether its server
// answers.
func (s *Switch) TrunkStates(ctx context.Context, trunks []provision.Trunk) (map[string]provision.State, error) {
	all, err := s.endpoints(ctx)
	if err != nil {
		return nil, err
	}
	states := map[string]provision.State{}
	for _, t := range trunks {
		states[t.Name] = provision.Unknown
		for _, e := range all {
			if e.Resource != t.Name || !t.Registers() {
				continue
			}
			states[t.Name] = provision.Unreachable
			if e.State == "online" {
				states[t.Name] = provision.Reachable
			}
		}
	}
	return states, nil
}

func (s *Switch) endpoints(ctx context.Context) ([]endpoint, error) {
	var all []endpoint
	if err := s.rest.call(ctx, http.MethodGet, "/endpoints/PJSIP", nil, nil, &all); err != nil {
		return nil, unavailable(err)
	}
	return all, nil
}

func unavailable(err error) error {
	return &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "asterisk.provision", Say: "Asterisk does not answer", Err: err}
}
