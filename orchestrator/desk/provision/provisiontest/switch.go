package provisiontest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
	"tandem/orchestrator/media"
)

// Switch is one in memory. It is away until Connect, and tells Up and Down to whoever watches it.
type Switch struct {
	media.Switch // nil: nobody places a call here

	mu       sync.Mutex
	up       bool
	tell     func(media.Event)
	ready    chan struct{}
	accounts map[string]provision.Account
	trunks   map[string]provision.Trunk
	refuses  map[string]bool
	setup    error
	states   map[string]provision.State
	mended   chan struct{} // closed and made anew at each Mend
}

// NewSwitch returns one that is away.
func NewSwitch() *Switch {
	return &Switch{
		accounts: map[string]provision.Account{}, trunks: map[string]provision.Trunk{}, refuses: map[string]bool{},
		states: map[string]provision.State{}, ready: make(chan struct{}), mended: make(chan struct{}),
	}
}

var (
	_ provision.Switch = (*Switch)(nil)

	errAway = &orchestrator.Error{Kind: orchestrator.Unavailable, Say: "the switch is away"}
)

// Watch implements media.Switch.
func (s *Switch) Watch(ctx context.Context, tell func(media.Event)) error {
	s.mu.Lock()
	s.tell = tell
	close(s.ready)
	s.mu.Unlock()
	<-ctx.Done()
	return ctx.Err()
}

// Connect brings the line up or takes it away, and tells so. It waits until somebody watches.
func (s *Switch) Connect(up bool) {
	<-s.ready
	s.mu.Lock()
	s.up = up
	tell := s.tell
	s.mu.Unlock()
	kind := media.Down
	if up {
		kind = media.Up
	}
	tell(media.Event{Kind: kind})
}

// Refuse makes the switch refuse a name.
func (s *Switch) Refuse(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuses[name] = true
}

// NotSetUp makes it answer that it takes no accounts; nil makes it take them.
func (s *Switch) NotSetUp(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setup = why
}

// Leave puts an account on it that nobody wanted.
func (s *Switch) Leave(a provision.Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts[a.Name] = a
}

// SetState says how a trunk is.
func (s *Switch) SetState(name string, is provision.State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states[name] = is
}

// Accounts are what it has now, by name, and a channel that is closed at the next change.
func (s *Switch) Accounts() (map[string]provision.Account, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.accounts), s.mended
}

// Trunks are what it has now, by name.
func (s *Switch) Trunks() map[string]provision.Trunk {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.trunks)
}

// Place implements provision.Switch.
func (s *Switch) Place(context.Context) (provision.Place, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return provision.Place{
		Realm: "tandem", Server: "192.0.2.10:5060", Over: []string{"udp"}, Codecs: []string{"ulaw"}, Account: "tandem-", Trunk: "tandem.",
	}, s.setup
}

// Mend implements provision.Switch.
func (s *Switch) Mend(_ context.Context, w provision.Wanted) (changed int, failed map[string]error, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.up {
		return 0, nil, errAway
	}
	failed = map[string]error{}
	for _, name := range w.Gone {
		if _, there := s.accounts[name]; there {
			changed++
		}
		delete(s.accounts, name)
		delete(s.trunks, name)
	}
	for _, a := range w.Accounts {
		switch {
		case s.refuses[a.Name]:
			failed[a.Name] = errors.New("taken")
		case s.accounts[a.Name].HA1 != a.HA1:
			s.accounts[a.Name] = a
			changed++
		}
	}
	for _, t := range w.Trunks {
		if s.refuses[t.Name] {
			failed[t.Name] = errors.New("taken")
			continue
		}
		s.trunks[t.Name] = t
	}
	close(s.mended)
	s.mended = make(chan struct{})
	return changed, failed, nil
}

// Ours implements provision.Switch.
func (s *Switch) Ours(context.Context) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.up {
		return nil, errAway
	}
	names := slices.AppendSeq(slices.Collect(maps.Keys(s.accounts)), maps.Keys(s.trunks))
	slices.Sort(names)
	return names, nil
}

// TrunkStates implements provision.Switch.
func (s *Switch) TrunkStates(_ context.Context, trunks []provision.Trunk) (map[string]provision.State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.states), nil
}
