package routing

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tandem/orchestrator/condition"
)

// fitting is an expression over the skills of a person, such as "billing >= 7 or (english >= 5 and spanish >= 5)". A skill that somebody
// does not have is at level 0.
type fitting struct {
	*condition.Condition
	names []SkillID
}

var (
	fittingForm = regexp.MustCompile(`^[a-z0-9_ <>=!()-]*$`)
	nameForm    = regexp.MustCompile(`[a-z_][a-z0-9_-]*`)
	digitForm   = regexp.MustCompile(`(^|[^a-z0-9_-])([0-9]+[a-z_-][a-z0-9_-]*)`)
	connectives = []string{"and", "or", "not"}
)

// fittingOf reads an expression over skills.
func fittingOf(text string) (*fitting, error) {
	for i, r := range []rune(text) {
		if !fittingForm.MatchString(string(r)) {
			return nil, fmt.Errorf("if: (1:%d): %q cannot stand there; an expression has skills (a-z, 0-9, _ and -), numbers, comparisons, and, or, not, and parentheses", i+1, r)
		}
	}
	if m := digitForm.FindStringSubmatch(text); m != nil {
		return nil, fmt.Errorf("if: %q cannot stand there; a skill whose name begins with a digit goes into required", m[2])
	}
	f, env := &fitting{}, map[string]int{}
	for _, name := range nameForm.FindAllString(text, -1) {
		if !slices.Contains(connectives, name) && !slices.Contains(f.names, SkillID(name)) {
			f.names, env[spelt(name)] = append(f.names, SkillID(name)), 0
		}
	}
	plain := nameForm.ReplaceAllStringFunc(text, spelt)
	if at := strings.IndexByte(plain, '-'); at >= 0 {
		return nil, fmt.Errorf("if: (1:%d): '-' can stand only within the name of a skill", at+1)
	}
	var err error
	if f.Condition, err = condition.Compile(plain, env); err != nil {
		return nil, fmt.Errorf("if: %s", strings.ReplaceAll(err.Error(), dash, "-"))
	}
	return f, nil
}

// dash stands for the - of a skill's name within an expression, where - alone would be a difference. No name has it otherwise, and it
// is as long, so that the positions in errors stay.
const dash = "Z"

func spelt(name string) string { return strings.ReplaceAll(name, "-", dash) }

func (f *fitting) holds(a *Agent) bool {
	if f == nil {
		return true
	}
	env := make(map[string]int, len(f.names))
	for _, name := range f.names {
		env[spelt(string(name))] = level(a.Skills, name)
	}
	return f.Holds(env)
}

// Sight is what the condition of a step may look at, for the items of that step.
type Sight struct {
	Free       int               // people who could take one at this moment
	Staffed    int               // people who could take one if they had nothing else to do
	Waiting    int               // items of the queue
	Channel    string            // of the item
	Attributes map[string]string // of the item
}

func (s Sight) env() map[string]any {
	return map[string]any{"free": s.Free, "staffed": s.Staffed, "waiting": s.Waiting, "channel": s.Channel, "attributes": s.Attributes}
}

// skipOf reads a condition over a Sight.
func skipOf(text string) (*condition.Condition, error) {
	c, err := condition.Compile(text, Sight{Attributes: map[string]string{}}.env())
	if err != nil {
		return nil, fmt.Errorf("skip_if: %w; it may use free, staffed, waiting, channel and attributes.NAME", err)
	}
	return c, nil
}

// Ready reads the expressions of a plan. One that this program cannot read, because an older one could, counts as if it were not there:
// nobody waits for ever for the sake of a word.
func (p Plan) Ready() Plan {
	p.Steps = slices.Clone(p.Steps)
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.If != "" && s.fits == nil {
			s.fits, _ = fittingOf(s.If)
		}
		if strings.TrimSpace(s.SkipIf) != "" && s.skips == nil {
			s.skips, _ = skipOf(s.SkipIf)
		}
	}
	return p
}
