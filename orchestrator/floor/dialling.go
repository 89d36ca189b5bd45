package floor

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/hours"
)

// Dialling says whom the centre may call outside, and how. The zero value calls nobody.
type Dialling struct {
	Trunk     string               // the switch's name of the trunk; "" calls nobody
	Switch    string               // that has the trunk, of several; "" is whichever the customer called on
	Never     []string             // numbers that nobody has called back, whatever Allowed says: those of emergency calls, in every spelling
	Country   orchestrator.Country // in which national numbers are at home; "" tells them from international ones by their spelling alone
	Shown     string               // our number, as the customer's phone shows it; "" leaves it to the trunk
	Allowed   []string             // what a number must begin with, such as "0" or "+49"; none calls nobody. "!0900" forbids; the longest one counts
	PerHour   int                  // calls of the centre in any hour
	PerNumber int                  // calls of one number in any 24 hours
	RingFor   time.Duration        // how long the customer's phone rings
	Retry     []time.Duration      // after an attempt that came to nothing, until the next one; there is one attempt more than pauses
	Hours     *hours.Calendar      // in which customers may be called; nil is always
}

const (
	hourly = time.Hour
	// lookAgain is when a callback that found the line crowded is looked at again.
	lookAgain = time.Minute
	// lookLate is when it is looked at again at the latest, however many are to be called before it.
	lookLate = 15 * time.Minute
	daily    = 24 * time.Hour
	// nextLook is how far ahead the next opening is looked for, and lookStep how exactly.
	nextLook = 31 * daily
	lookStep = 15 * time.Minute
)

// outsideForm is what counts as a number outside.
var outsideForm = regexp.MustCompile(`^\+?[0-9]{3,20}$`)

// Allows says whether a number may be called. An international number needs a prefix that is international itself: "0" does not allow
// 0049…, nor "" anything.
func (d Dialling) Allows(number string) bool {
	if d.Trunk == "" || !outsideForm.MatchString(number) {
		return false
	}
	spellings := d.spellings(number)
	if slices.ContainsFunc(spellings, d.emergency) {
		return false
	}
	number = spellings[0]
	longest, allowed := 0, false
	for _, rule := range d.Allowed {
		prefix, forbids := strings.CutPrefix(rule, "!")
		prefix = withPlus(prefix)
		begins := strings.HasPrefix(number, prefix)
		if forbids {
			begins = slices.ContainsFunc(spellings, func(s string) bool { return strings.HasPrefix(s, prefix) })
		}
		if prefix == "" || !begins || len(prefix) < longest || !forbids && abroad(number) && !abroad(prefix) {
			continue
		}
		if len(prefix) > longest || forbids { // of two that are as long, the one that forbids counts
			longest, allowed = len(prefix), !forbids
		}
	}
	return allowed
}

// emergency says whether a number is one of Never, or that behind what stands before a subscriber's number: no subscriber has it, and a trunk
// that takes +49, 0 or 00 off would call for help.
func (d Dialling) emergency(number string) bool {
	own := strings.TrimLeft(number, "+0")
	if strings.HasPrefix(number, "+") {
		own = strings.TrimLeft(strings.TrimPrefix(own, string(d.Country)), "0")
	}
	return slices.ContainsFunc(d.Never, func(n string) bool { return n == number || own != "" && own == strings.TrimLeft(n, "0") })
}

func abroad(number string) bool { return strings.HasPrefix(withPlus(number), "+") }

// withPlus writes 0049… as +49….
func withPlus(number string) string {
	if rest, is := strings.CutPrefix(number, "00"); is {
		return "+" + rest
	}
	return number
}

// spellings are a number as it was given, and as else it is written: what is forbidden in one spelling is forbidden in each.
func (d Dialling) spellings(number string) []string {
	one := d.Country.Canonical(number)
	return append([]string{withPlus(number), one}, d.Country.National(one)...)
}

// spelt is how a number is compared with others: 030…, +4930… and 004930… are one.
func (f *Floor) spelt(number string) string {
	return withPlus(f.cfg.Dialling.Country.Canonical(number))
}

// own says whether a number leads to the centre itself: who is called there would be called by an agent who waits for an agent.
func (f *Floor) own(number string) bool {
	number = f.spelt(number)
	is := func(ours string) bool { return ours != "" && f.spelt(ours) == number }
	for ours := range f.dialled {
		if is(ours) {
			return true
		}
	}
	for _, q := range f.Queues {
		if is(q.Number) {
			return true
		}
	}
	return is(f.cfg.Dialling.Shown)
}

// Dialled is a call that was made to somebody outside. It is kept with the erasable part of a checkpoint.
type Dialled struct {
	Number string                     `json:"number"`
	In     orchestrator.InteractionID `json:"in"`
	At     time.Time                  `json:"at"`

	spelt string // Number, as it is compared
}

// mayDial says whether a number may be called at all.
func (f *Floor) mayDial(number string) bool {
	return f.cfg.Dialling.Allows(number) && !f.barred[f.spelt(number)] && !f.own(number)
}

// heldBack says until when a number must not be called now, and why; "" is nothing against it.
func (f *Floor) heldBack(number string) (time.Time, fact.CallbackStop) {
	d := f.cfg.Dialling
	if f.shut() {
		return f.opening(d.Hours), fact.StopClosed
	}
	if at, full := f.limit(d.PerNumber, daily, number); full {
		return at, fact.StopNumber
	}
	if at, full := f.limit(d.PerHour, hourly, ""); full {
		return at, fact.StopHourly
	}
	return time.Time{}, ""
}

// shut says whether nobody may be called at this time.
func (f *Floor) shut() bool {
	c := f.cfg.Dialling.Hours
	return c != nil && c.At(f.now) != hours.Open
}

// crowded says whether the callbacks in line are as many as may be called in this hour: one more would have an agent's phone ring for
// nothing.
func (f *Floor) crowded() bool {
	calls := len(f.ready)
	for _, c := range slices.Backward(f.Dialled) {
		if f.now.Sub(c.At) >= hourly {
			break
		}
		calls++
	}
	return calls >= f.cfg.Dialling.PerHour
}

// limit says whether as many calls were made within a span as may be, and when one more may; of "" to whomever.
func (f *Floor) limit(most int, span time.Duration, number string) (time.Time, bool) {
	if most <= 0 {
		return f.now.Add(span), true
	}
	number = f.spelt(number)
	calls := 0
	for _, c := range slices.Backward(f.Dialled) {
		if f.now.Sub(c.At) >= span {
			break
		}
		if number == "" || c.spelt == number {
			calls++
		}
		if calls == most {
			return c.At.Add(span), true
		}
	}
	return time.Time{}, false
}

// opening is the next moment at which a calendar is open.
func (f *Floor) opening(c *hours.Calendar) time.Time {
	at := f.now.Truncate(lookStep)
	for end := f.now.Add(nextLook); at.Before(end); {
		if at = at.Add(lookStep); c.At(at) == hours.Open {
			return at
		}
	}
	return at // and then it is looked for again
}

// applyDialled counts a call, and forgets what no limit asks for any more.
func (f *Floor) applyDialled(number string, in orchestrator.InteractionID, at time.Time) {
	f.Dialled = append(f.Dialled, Dialled{number, in, at, f.spelt(number)})
	if i := slices.IndexFunc(f.Dialled, func(c Dialled) bool { return at.Sub(c.At) < daily }); i > 0 {
		f.Dialled = slices.Clone(f.Dialled[i:])
	}
}

// ForbidNumber puts a number on the do-not-call list, or takes it off.
type ForbidNumber struct {
	Number string
	Allow  bool
}

const maxForbidden = 100_000

func (f *Floor) forbid(c ForbidNumber) error {
	switch who := (fact.Person{Number: f.spelt(c.Number)}); {
	case !outsideForm.MatchString(c.Number):
		return wrong("number", "3 to 20 digits, with a + before them or not")
	case f.barred[f.spelt(c.Number)] != c.Allow: // as it is to be
	case c.Allow:
		for _, number := range slices.Sorted(maps.Keys(f.Forbidden)) { // in whatever spelling it was put there, before our country was known
			if f.spelt(number) == who.Number {
				f.emit("", fact.NumberAllowed{Who: fact.Person{Number: number}})
			}
		}
	case len(f.Forbidden) >= maxForbidden:
		return &orchestrator.Error{Kind: orchestrator.Limit, Say: "the do-not-call list is full"}
	default:
		f.emit("", fact.NumberForbidden{Who: who})
	}
	return nil
}

// outside carries out a command about calls to the outside; about is the interaction that it opened.
func (f *Floor) outside(do any) (about orchestrator.InteractionID, err error) {
	switch do := do.(type) {
	case OpenCallback:
		err = f.openCallback(do)
		return *do.Into, err
	case CancelCallback:
		return "", f.cancelCallback(do)
	case ForbidNumber:
		return "", f.forbid(do)
	}
	return "", nil
}
