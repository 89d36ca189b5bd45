package routing

import (
	"fmt"
	"slices"
	"time"

	"tandem/orchestrator"
)

// Borrow is a rule of a queue's plan: in a surge, idle people of other queues take its items too, and go back when it is over. It is
// made so that people don't swing to and fro: the surge is over well below where it begins, a loan lasts for some time, and who was
// lent is not lent again for as long.
//
// Who is on loan still serves their own queues. What is in hand when a loan ends is finished.
type Borrow struct {
	From     []orchestrator.QueueID `json:"from" yaml:"from"`                   // lenders; who is before the others in this list is asked first
	Required []Skill                `json:"required,omitempty" yaml:"required"` // only people with these
	Media    string                 `json:"media,omitempty" yaml:"media"`       // only items of this media class count; "" is all
	When     Surge                  `json:"when" yaml:"when"`                   // begins as soon as one of these is reached
	Until    Surge                  `json:"until" yaml:"until"`                 // is over once all that When names are here or below, and when nobody waits
	Recall   Surge                  `json:"recall,omitzero" yaml:"recall"`      // of a lender's own line: people are called back as soon as one of these is reached; zero: as soon as somebody waits
	Keep     int                    `json:"keep,omitempty" yaml:"keep"`         // free people whom a lender keeps
	AtMost   int                    `json:"at_most,omitempty" yaml:"at_most"`   // people on loan by this rule; 0: as many as the lenders can do without
	Hold     time.Duration          `json:"hold,omitempty" yaml:"hold"`         // least time of a loan, and of the rest after it; 0 is UsualHold
}

// Surge is a measure of a line, or several.
type Surge struct {
	Waiting  int           `json:"waiting,omitempty" yaml:"waiting"`             // items in line that are not offered to anybody
	Longest  time.Duration `json:"longest_wait,omitempty" yaml:"longest_wait"`   // how long one of them has waited already
	Expected time.Duration `json:"expected_wait,omitempty" yaml:"expected_wait"` // median wait of who joins the line now
}

const (
	// UsualHold is how long a loan lasts at least where its rule says nothing.
	UsualHold = 2 * time.Minute

	minHold    = 10 * time.Second
	maxHold    = 24 * time.Hour
	maxBorrows = 20
	maxLent    = 100_000
	maxWaiting = 1_000_000
)

// hold is the least time of a loan.
func (b *Borrow) hold() time.Duration {
	if b.Hold == 0 {
		return UsualHold
	}
	return b.Hold
}

// counts says whether items of a media class count for the rule.
func (b *Borrow) counts(m Media) bool { return b.Media == "" || b.Media == m.String() }

// BorrowError says what is wrong with a rule.
type BorrowError struct {
	Rule  int    // from 0
	Field string // as in YAML, such as until.waiting
	Say   string
}

func (e *BorrowError) Error() string { return fmt.Sprintf("borrow[%d].%s: %s", e.Rule, e.Field, e.Say) }

// CheckBorrows says what is wrong with the rules of a queue, or nil: an error is a *BorrowError. Queues need not be there.
func CheckBorrows(id orchestrator.QueueID, rules []Borrow) error {
	if len(rules) > maxBorrows {
		return &BorrowError{maxBorrows, "from", fmt.Sprintf("%d rules are more than %d", len(rules), maxBorrows)}
	}
	for n, b := range rules {
		field, say := b.check(id)
		for _, from := range b.From {
			if field == "" && slices.ContainsFunc(rules[:n], func(o Borrow) bool { return slices.Contains(o.From, from) }) {
				field, say = "from", fmt.Sprintf("queue %q stands in an earlier rule already; each queue lends by one rule", from)
			}
		}
		if field != "" {
			return &BorrowError{n, field, say}
		}
	}
	return nil
}

func (b *Borrow) check(id orchestrator.QueueID) (field, say string) {
	_, known := MediaNamed(b.Media)
	switch {
	case len(b.From) == 0:
		return "from", "name the queues whose people are lent"
	case slices.Contains(b.From, id):
		return "from", "a queue cannot borrow from itself; name other queues"
	case b.Media != "" && !known:
		return "media", fmt.Sprintf("%q is not known; use voice, chat, message or mail", b.Media)
	case b.When == Surge{}:
		return "when", "say when a surge begins: waiting, longest_wait or expected_wait"
	case b.Keep < 0 || b.Keep > maxLent:
		return "keep", fmt.Sprintf("0 to %d people", maxLent)
	case b.AtMost < 0 || b.AtMost > maxLent:
		return "at_most", fmt.Sprintf("1 to %d people, or 0 for as many as the lenders can do without", maxLent)
	case b.Hold != 0 && (b.Hold < minHold || b.Hold > maxHold):
		return "hold", fmt.Sprintf("%s to %s", minHold, maxHold)
	}
	for i, from := range b.From {
		if slices.Contains(b.From[:i], from) {
			return "from", fmt.Sprintf("queue %q stands there twice", from)
		}
	}
	if err := CheckSkills(b.Required); err != nil {
		return "required", err.Error()
	}
	if field, say := b.Recall.checkRecall(); field != "" {
		return field, say
	}
	return b.checkGap()
}

// checkRecall bounds what a lender lets wait before it calls people back. It needs no end below: a lender lends again only once
// nobody waits.
func (s Surge) checkRecall() (field, say string) {
	switch {
	case s.Waiting < 0 || s.Waiting > maxWaiting:
		return "recall.waiting", fmt.Sprintf("0 to %d items", maxWaiting)
	case s.Longest < 0 || s.Longest > maxHold:
		return "recall.longest_wait", "a time up to 24 h"
	case s.Expected < 0 || s.Expected > maxHold:
		return "recall.expected_wait", "a time up to 24 h"
	}
	return "", ""
}

// checkGap keeps the end of a surge below its beginning: people would swing to and fro otherwise.
func (b *Borrow) checkGap() (field, say string) {
	for _, m := range []struct {
		name        string
		when, until int64
		most        int64
	}{
		{"waiting", int64(b.When.Waiting), int64(b.Until.Waiting), maxWaiting},
		{"longest_wait", int64(b.When.Longest), int64(b.Until.Longest), int64(maxHold)},
		{"expected_wait", int64(b.When.Expected), int64(b.Until.Expected), int64(maxHold)},
	} {
		switch {
		case m.when < 0 || m.when > m.most:
			return "when." + m.name, fmt.Sprintf("0 to %d items, or a time up to 24 h", maxWaiting)
		case m.until < 0 || m.when == 0 && m.until > 0:
			return "until." + m.name, "goes with the same measure in when"
		case m.when > 0 && m.until >= m.when:
			return "until." + m.name, "must lie below that of when, or people would swing to and fro"
		}
	}
	if b.When.Expected > 0 && b.Until.Expected == 0 {
		return "until.expected_wait", "say at which expected wait the surge is over; it is never 0"
	}
	return "", ""
}
