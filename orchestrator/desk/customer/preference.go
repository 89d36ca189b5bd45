package customer

import (
	"fmt"
	"slices"
	"strings"

	"tandem/orchestrator"
)

const (
	// LearnFrom is how many of a customer's newest interactions a preference is learnt from.
	LearnFrom = 10
	// learnLeast is how many of them must have come over the same channel before anything is learnt.
	learnLeast = 3
)

// Habit is the channel that a customer used most, Count times in the last Of interactions that they began.
type Habit struct {
	Channel orchestrator.Channel
	Count   int
	Of      int
}

// Grounds say how a preference is known.
type Grounds string

// The grounds, the best first.
const (
	Stated  Grounds = "stated"  // by the customer
	Learnt  Grounds = "learnt"  // from what was
	Guessed Grounds = "guessed" // from segment and age band
)

// Preference is the channel on which a customer likes to be served, and how that is known; Channel is "" when it is not.
type Preference struct {
	Channel orchestrator.Channel
	Grounds Grounds
	Habit   // when learnt
}

// Prefers is what the customer stated; else what was learnt; else the first guess that fits.
func (c Customer) Prefers(guesses []Guess) Preference {
	if c.Stated != "" {
		return Preference{Channel: c.Stated, Grounds: Stated}
	}
	if c.Habit.Count >= learnLeast {
		return Preference{Channel: c.Habit.Channel, Grounds: Learnt, Habit: c.Habit}
	}
	for _, g := range guesses {
		if g.fits(c) {
			return Preference{Channel: g.Channel, Grounds: Guessed}
		}
	}
	return Preference{}
}

// Guess is a rule for customers of whom nothing better is known.
type Guess struct {
	Segment, AgeBand string // "" is any; never both
	Channel          orchestrator.Channel
}

func (g Guess) fits(c Customer) bool {
	return (g.Segment == "" || g.Segment == c.Segment) && (g.AgeBand == "" || g.AgeBand == c.AgeBand)
}

// ReadGuess reads a rule such as "age_band=18-29:chat", "segment=business:email" or, with both, "segment=retail+age_band=60-:voice".
func ReadGuess(text string) (Guess, error) {
	says := fmt.Errorf("%q is no rule; write age_band=18-29:chat, segment=business:email, or both as segment=retail+age_band=60-69:voice", text)
	when, channel, ok := strings.Cut(text, ":")
	g := Guess{Channel: orchestrator.Channel(strings.TrimSpace(channel))}
	if !ok || !slices.Contains(Channels, g.Channel) {
		return g, says
	}
	for part := range strings.SplitSeq(when, "+") {
		name, value, _ := strings.Cut(part, "=")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(name) {
		case "segment":
			g.Segment = value
		case "age_band":
			g.AgeBand = value
		default:
			return g, says
		}
		if value == "" {
			return g, says
		}
	}
	return g, nil
}

// Attributes are what routing sees of a customer: never their name or an address. Only what is known is there.
func (c Customer) Attributes(by Identity, guesses []Guess) map[string]string {
	p := c.Prefers(guesses)
	out := map[string]string{
		"customer": c.ID, "customer_tier": c.Tier, "customer_language": c.Language, "customer_region": c.Region, "customer_segment": c.Segment,
		"customer_channel": string(p.Channel), "customer_channel_is": string(p.Grounds), "customer_tags": strings.Join(c.Tags, " "),
		"customer_verified": map[bool]string{true: "yes", false: "no"}[by.Verified], "dedicated_agent": string(c.Dedicated),
	}
	for name, value := range out {
		if value == "" {
			delete(out, name)
		}
	}
	return out
}

// By finds the address of a customer by which they were found; zero when it is none of theirs.
func (c Customer) By(kind Kind, value string) Identity {
	if n := slices.IndexFunc(c.Identities, func(i Identity) bool { return i.Kind == kind && i.Value == value }); n >= 0 {
		return c.Identities[n]
	}
	return Identity{}
}
