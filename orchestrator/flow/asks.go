package flow

import (
	"fmt"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"tandem/orchestrator"
	"tandem/orchestrator/routing"
)

// Asks is what a node asks of whoever takes the call, beside what the queue's plan does. The zero one asks for nothing.
type Asks struct {
	Priority int
	Skills   []orchestrator.Skill
	Due      time.Duration // within which it is to be answered; 0 is the queue's target
}

// maxPriority is the most that a node may ask for, in points of one minute; maxDue is the longest time.
const (
	maxPriority = 1000
	maxDue      = 24 * time.Hour
)

// asksFields are those of nodes that ask for something.
const asksFields = "priority skills due"

func (a Asks) none() bool { return a.Priority == 0 && len(a.Skills) == 0 && a.Due == 0 }

// And is what two ask for together: points add up, of a skill the higher level counts, of due times the nearer one.
func (a Asks) And(b Asks) Asks {
	out := Asks{Priority: min(max(a.Priority+b.Priority, -maxPriority), maxPriority), Skills: routing.Together(a.Skills, b.Skills), Due: a.Due}
	if out.Due == 0 || b.Due != 0 && b.Due < out.Due {
		out.Due = b.Due
	}
	return out
}

// asks reads {priority: 10, skills: {billing: 7}, due: 2m}.
func (f fields) asks() Asks {
	a := Asks{Priority: f.number("priority", 0, -maxPriority, maxPriority), Due: f.duration("due", 0, time.Second, maxDue)}
	n := f.take("skills")
	if n == nil {
		return a
	}
	m := f.r.mapping(n, "skills")
	for _, id := range sortedKeys(m.of) {
		a.Skills = append(a.Skills, orchestrator.Skill{ID: orchestrator.SkillID(id), Level: m.level(id, m.take(id))})
	}
	if err := routing.CheckSkills(a.Skills); err != nil {
		f.r.refuse(n.Line, "skills: %s", err)
	}
	return a
}

func (f fields) level(skill string, n *yaml.Node) int {
	level, err := strconv.Atoi(f.text(n))
	if err != nil {
		f.r.wrong(n.Line, "%s", fmt.Sprintf("skills: write each with its level, such as {%s: 7}", clip(skill)))
	}
	return level
}
