package switchboard

import (
	"maps"
	"slices"

	"tandem/orchestrator/media"
)

// Phones are the endpoints whose Phone events are wanted, by name. The zero value has none.
type Phones map[string]*Phone

// Phone is one of them.
type Phone struct {
	Name       string
	Registered bool
	Foreign    map[string]bool // channels on it that are not ours
	Read       bool            // on this line; nothing is told before
	Stale      bool            // something happened to it while it was being read: what was read may be older
	Failures   int             // readings that failed, one after another

	told media.Cause // the last state that was told: registered, unregistered or busy
}

// Want replaces the list. It returns those that are new: they are to be read, the others are followed already.
func (t *Phones) Want(endpoints []string) (fresh []*Phone) {
	old := *t
	*t = make(Phones, len(endpoints))
	for _, name := range endpoints {
		p := old[name]
		switch {
		case !media.IsName(name) || (*t)[name] != nil:
			continue // one that is not a name can't be dialled either
		case p == nil:
			p = &Phone{Name: name, Foreign: map[string]bool{}}
			fresh = append(fresh, p)
		}
		(*t)[name] = p
	}
	return fresh
}

// Anew returns all, to be read and told again on a new line.
func (t Phones) Anew() []*Phone {
	list := slices.Collect(maps.Values(t))
	for _, p := range list {
		p.told, p.Read, p.Failures = "", false, 0
	}
	return list
}

// Happens returns the phone to which something happens, nil when it is not wanted or not read: then it is stale.
func (t Phones) Happens(name string) *Phone {
	p := t[name]
	if p != nil && !p.Read {
		p.Stale = true
		return nil
	}
	return p
}

// Reads takes over what was read of a phone.
func (p *Phone) Reads(registered bool, foreign []string) {
	p.Read, p.Failures, p.Registered = true, 0, registered
	clear(p.Foreign)
	for _, channel := range foreign {
		p.Foreign[channel] = true
	}
}

// Tell is what differs from what was told, in one event: "registered" ahead of "busy" would be an invitation to offer a call to
// somebody who talks.
func (p *Phone) Tell() []media.Event {
	is := media.PhoneRegistered
	switch {
	case !p.Read:
		return nil
	case len(p.Foreign) > 0:
		is = media.PhoneBusy
	case !p.Registered:
		is = media.PhoneUnregistered
	}
	if is == p.told {
		return nil
	}
	why := is
	if is == media.PhoneRegistered && p.told == media.PhoneBusy {
		why = media.PhoneIdle
	}
	p.told = is
	return []media.Event{{Kind: media.Phone, At: Now(), Text: p.Name, Why: why}}
}
