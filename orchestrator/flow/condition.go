package flow

import (
	"fmt"
	"strings"

	"tandem/orchestrator/condition"
)

// branch is a condition over the attributes of a call, and where it leads. It is compiled when the text is read: a name that no node
// sets, or a comparison that makes no sense, is found then.
type branch struct {
	line int
	text string
	to   target
	*condition.Condition
}

// compile makes a condition ready. Attributes are texts; one that was not set yet is "".
func compile(text string, attributes []string) (*condition.Condition, error) {
	env := map[string]string{}
	for _, name := range attributes {
		env[name] = ""
	}
	c, err := condition.Compile(text, env)
	if err != nil {
		return nil, fmt.Errorf("the condition cannot be read: %s; it may use the attributes %s and the functions %s",
			err, strings.Join(attributes, ", "), strings.Join(condition.Functions, ", "))
	}
	return c, nil
}
