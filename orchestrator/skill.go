package orchestrator

// SkillID names something that people can do, such as "english" or "billing". Chosen by the admin.
type SkillID string

// Skill is a skill with a level, from 1 (knows a little) to 10 (nobody better): what somebody has, or the least that is asked for.
type Skill struct {
	ID    SkillID `json:"skill" yaml:"skill"`
	Level int     `json:"level" yaml:"level"`
}

// The levels of a skill.
const (
	MinLevel = 1
	MaxLevel = 10
)
