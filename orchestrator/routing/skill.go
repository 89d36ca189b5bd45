package routing

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tandem/orchestrator"
)

// The words of skills, as everybody has them.
type (
	SkillID = orchestrator.SkillID
	Skill   = orchestrator.Skill
)

var skillForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)

// CheckSkills says what is wrong with a list of skills, or nil.
func CheckSkills(skills []Skill) error {
	for i, s := range skills {
		switch {
		case !skillForm.MatchString(string(s.ID)):
			return fmt.Errorf("skill %q: 1 to 63 of a-z, 0-9, _ and -", s.ID)
		case s.Level < orchestrator.MinLevel || s.Level > orchestrator.MaxLevel:
			return fmt.Errorf("skill %s: level %d is not from %d to %d", s.ID, s.Level, orchestrator.MinLevel, orchestrator.MaxLevel)
		case slices.ContainsFunc(skills[:i], func(o Skill) bool { return o.ID == s.ID }):
			return fmt.Errorf("skill %s stands there twice", s.ID)
		}
	}
	return nil
}

// Need is what one item asks of a person beyond its queue, such as "billing>=3 english>=5": skills in order with a space between.
// It is text so that items can be compared, and read in a fact as they are. "" asks for nothing.
type Need string

// NewNeed writes a need down. The skills must pass CheckSkills.
func NewNeed(skills ...Skill) Need {
	skills = slices.Clone(skills)
	slices.SortFunc(skills, func(a, b Skill) int { return cmp.Compare(a.ID, b.ID) })
	words := make([]string, len(skills))
	for i, s := range skills {
		words[i] = fmt.Sprintf("%s>=%d", s.ID, s.Level)
	}
	return Need(strings.Join(words, " "))
}

// Skills reads a need; one that does not say skills as NewNeed writes them is an error with the word that is wrong.
func (n Need) Skills() ([]Skill, error) {
	var skills []Skill
	for word := range strings.FieldsSeq(string(n)) {
		id, level, _ := strings.Cut(word, ">=")
		number, err := strconv.Atoi(level)
		if err != nil {
			return nil, fmt.Errorf("need %q: write skill>=level, such as english>=5", word)
		}
		skills = append(skills, Skill{ID: SkillID(id), Level: number})
	}
	return skills, CheckSkills(skills)
}

// Together asks for all skills of two lists, each at the higher of its levels.
func Together(a, b []Skill) []Skill {
	out := slices.Clone(a)
	for _, s := range b {
		at := slices.IndexFunc(out, func(o Skill) bool { return o.ID == s.ID })
		if at < 0 {
			out = append(out, s)
			continue
		}
		out[at].Level = max(out[at].Level, s.Level)
	}
	return out
}

// level is how well somebody can do something; 0 is not at all.
func level(has []Skill, id SkillID) int {
	for _, s := range has {
		if s.ID == id {
			return s.Level
		}
	}
	return 0
}
