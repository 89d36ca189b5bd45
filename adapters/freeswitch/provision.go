package freeswitch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/media"
)

var _ provision.Switch = (*Switch)(nil)

// What the names of accounts and trunks of ours begin with, and of their files.
const (
	accountPrefix = "tandem-"
	trunkPrefix   = "tandem."
)

func invalid(say string) error {
	return &orchestrator.Error{Kind: orchestrator.Invalid, Op: "freeswitch.provision", Say: say}
}

func unavailable(err error) error {
	return &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "freeswitch.provision", Say: "FreeSWITCH does not answer", Err: err}
}

// Place implements provision.Switch. The realm is the domain of the accounts: it is part of what FreeSWITCH keeps of a password.
func (s *Switch) Place(ctx context.Context) (provision.Place, error) {
	if s.cfg.Directory == "" {
		return provision.Place{}, invalid("the switch's directory folder is not set: name the folder of FreeSWITCH's directory in which Tandem may make accounts as TANDEM_FREESWITCH_DIRECTORY (docs/freeswitch.md)")
	}
	s.mu.Lock()
	domain := s.domain
	s.mu.Unlock()
	if domain == "" {
		domain = s.cfg.Domain
	}
	if domain == "" {
		return provision.Place{}, unavailable(errors.New("its domain is not known yet"))
	}
	place := provision.Place{
		Realm: domain, Domain: domain, Server: s.cfg.Server, Over: []string{"udp"}, Account: accountPrefix, Trunk: trunkPrefix,
	}
	l, leave, ok := s.present.Enter()
	if !ok {
		return place, nil // What FreeSWITCH would add is left out while it is away.
	}
	defer leave()
	status, err := l.api("sofia status profile " + s.cfg.Internal)
	if err != nil {
		return place, nil //nolint:nilerr // As above.
	}
	for _, row := range strings.Split(status, "\n") {
		f := strings.Fields(row)
		switch {
		case len(f) == 2 && f[0] == "URL" && place.Server == "":
			_, address, _ := strings.Cut(f[1], "@")
			place.Server, _, _ = strings.Cut(address, ";")
		case len(f) == 3 && f[0] == "CODECS" && f[1] == "IN":
			place.Codecs = strings.Split(strings.ToLower(f[2]), ",")
		}
	}
	return place, nil
}

// Mend implements provision.Switch: one file for each, then FreeSWITCH is told to read them.
func (s *Switch) Mend(ctx context.Context, w provision.Wanted) (changed int, failed map[string]error, err error) {
	l, leave, ok := s.present.Enter()
	if !ok {
		return 0, nil, unavailable(errDown)
	}
	defer leave()
	m := &mending{s: s, l: l, failed: map[string]error{}}
	for _, name := range w.Gone {
		m.take(name)
	}
	for _, a := range w.Accounts {
		m.account(a)
	}
	for _, t := range w.Trunks {
		m.trunk(t)
	}
	if err := m.settle(); err != nil {
		return m.changed, m.failed, unavailable(err)
	}
	return m.changed, m.failed, nil
}

// mending is one comparison.
type mending struct {
	s       *Switch
	l       *line
	changed int
	failed  map[string]error
	err     error // FreeSWITCH does not answer

	accounts []string // that FreeSWITCH must know afterwards
	out      []string // accounts whose phones are thrown out
	networks bool     // trunks by address have changed
	gateways []string // that have changed or gone
}

// places are where something of a name may stand.
func (s *Switch) places(name string) (account, gateway string) {
	if s.cfg.Directory != "" {
		account = filepath.Join(s.cfg.Directory, name+".xml")
	}
	if s.cfg.Gateways != "" && strings.HasPrefix(name, trunkPrefix) {
		gateway = filepath.Join(s.cfg.Gateways, name+".xml")
	}
	return account, gateway
}

func ours(name string) bool {
	return media.IsName(name) && (strings.HasPrefix(name, accountPrefix) || strings.HasPrefix(name, trunkPrefix))
}

func (m *mending) fail(name string, err error) bool {
	if err != nil {
		m.failed[name] = err
	}
	return err != nil
}

// take removes all that stands under a name.
func (m *mending) take(name string) {
	if !ours(name) {
		m.fail(name, errors.New("freeswitch: "+name+" is not a name of ours"))
		return
	}
	account, gateway := m.s.places(name)
	did, err := removeFile(account)
	if !m.fail(name, err) && did {
		m.changed++
		m.out = append(m.out, name)
		m.networks = m.networks || strings.HasPrefix(name, trunkPrefix)
	}
	if did, err = removeFile(gateway); !m.fail(name, err) && did {
		m.changed++
		m.gateways = append(m.gateways, name)
	}
}

func (m *mending) account(a provision.Account) {
	if !ours(a.Name) {
		m.fail(a.Name, errors.New("freeswitch: "+a.Name+" is not a name of ours"))
		return
	}
	file, _ := m.s.places(a.Name)
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) && m.knows(a.Name) {
		m.fail(a.Name, errors.New("FreeSWITCH's own directory has an account of this name"))
		return
	}
	did, err := writeFile(file, accountXML(a, m.s.cfg.Phones))
	if m.fail(a.Name, err) {
		return
	}
	m.accounts = append(m.accounts, a.Name)
	if did {
		m.changed++
		m.out = append(m.out, a.Name)
	}
}

func (m *mending) trunk(t provision.Trunk) {
	if !ours(t.Name) {
		m.fail(t.Name, errors.New("freeswitch: "+t.Name+" is not a name of ours"))
		return
	}
	account, gateway := m.s.places(t.Name)
	if !t.Registers() && t.User != "" {
		m.fail(t.Name, errors.New("FreeSWITCH lets calls in by their address alone: leave user and password out"))
		return
	}
	if t.Registers() {
		if gateway == "" {
			m.fail(t.Name, invalid("the folder for trunks is not set: name the folder of FreeSWITCH's external SIP profile as TANDEM_FREESWITCH_GATEWAYS (docs/freeswitch.md)"))
			return
		}
		did, err := removeFile(account)
		m.networks = m.networks || did
		wrote, also := writeFile(gateway, gatewayXML(t, m.s.cfg.Inbound))
		if m.fail(t.Name, errors.Join(err, also)) {
			return
		}
		if wrote {
			m.gateways = append(m.gateways, t.Name)
		}
		if did || wrote {
			m.changed++
		}
		return
	}
	did, err := removeFile(gateway)
	if did {
		m.gateways = append(m.gateways, t.Name)
	}
	wrote, also := writeFile(account, networksXML(t, m.s.cfg.Inbound))
	if m.fail(t.Name, errors.Join(err, also)) {
		return
	}
	m.networks = m.networks || wrote
	if did || wrote {
		m.changed++
	}
}

// knows says whether FreeSWITCH has an account of that name.
func (m *mending) knows(name string) bool {
	m.s.mu.Lock()
	domain := m.s.domain
	m.s.mu.Unlock()
	text, err := m.l.api("user_exists id " + name + " " + domain)
	if _, no := refused(err); err != nil && !no {
		m.err = err
	}
	return err == nil && strings.TrimSpace(text) == "true"
}

// settle has FreeSWITCH read what has changed, and throws out who registered with what was before.
func (m *mending) settle() error {
	if m.changed > 0 {
		m.ask("reloadxml")
	}
	if m.networks {
		m.ask("reloadacl")
	}
	for _, name := range m.gateways {
		m.ask("sofia profile " + m.s.cfg.External + " killgw " + name)
		m.ask("sofia profile " + m.s.cfg.External + " killgw " + name + unregistered)
	}
	if len(m.gateways) > 0 {
		m.ask("sofia profile " + m.s.cfg.External + " rescan")
	}
	m.s.mu.Lock()
	domain := m.s.domain
	m.s.mu.Unlock()
	for _, name := range m.out {
		m.ask("sofia profile " + m.s.cfg.Internal + " flush_inbound_reg " + name + "@" + domain)
	}
	if m.changed > 0 {
		for _, name := range m.accounts {
			if !m.knows(name) && m.err == nil {
				m.fail(name, fmt.Errorf("FreeSWITCH does not read %s: see that its directory includes the folder (docs/freeswitch.md)", m.s.cfg.Directory))
			}
		}
	}
	return m.err
}

// ask runs a command whose refusal is no matter: there was nothing of that name.
func (m *mending) ask(command string) {
	if _, err := m.l.api(command); err != nil {
		if text, no := refused(err); no {
			m.s.log.Debug("not needed", "command", command, "answer", text)
			return
		}
		m.err = err
	}
}

// Ours implements provision.Switch.
func (s *Switch) Ours(context.Context) ([]string, error) {
	if s.cfg.Directory == "" && s.cfg.Gateways == "" {
		return nil, invalid("the switch's directory folder is not set")
	}
	var names []string
	for _, dir := range []string{s.cfg.Directory, s.cfg.Gateways} {
		if dir == "" {
			continue
		}
		files, err := filepath.Glob(filepath.Join(dir, "*.xml"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".xml")
			if ours(name) && marked(file) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names, nil
}

// TrunkStates implements provision.Switch. Of a trunk by address nobody knows anything until it calls.
func (s *Switch) TrunkStates(ctx context.Context, trunks []provision.Trunk) (map[string]provision.State, error) {
	if len(trunks) == 0 {
		return nil, nil
	}
	api, leave, err := s.asker(ctx)
	if err != nil {
		return nil, unavailable(err)
	}
	defer leave()
	states := map[string]provision.State{}
	for _, t := range trunks {
		states[t.Name] = provision.Unknown
		if !t.Registers() {
			continue
		}
		states[t.Name] = provision.Unregistered
		text, err := api("sofia xmlstatus gateway " + t.Name)
		if _, no := refused(err); err != nil && !no {
			return nil, unavailable(err)
		}
		if strings.Contains(text, "<state>REGED</state>") {
			states[t.Name] = provision.Registered
		}
	}
	return states, nil
}

// asker asks on the line, or on a connection of its own where this program has no line: the doctor's.
func (s *Switch) asker(ctx context.Context) (api func(string) (string, error), leave func(), err error) {
	if l, leave, ok := s.present.Enter(); ok {
		return l.api, leave, nil
	}
	w, err := dialWire(ctx, s.cfg, func(error) {}, func() {}, nil)
	if err != nil {
		return nil, nil, err
	}
	p := &post{wire: w, cfg: s.cfg, figures: new(figures), lose: func(error) {}}
	return func(command string) (string, error) { return p.api(ctx, command) }, w.close, nil
}
