package condition_test

import (
	"strings"
	"testing"

	"tandem/orchestrator/condition"
)

func TestHolds(t *testing.T) {
	env := map[string]any{"tier": "gold", "free": 2, "attributes": map[string]string{"years": "7"}}
	for text, want := range map[string]bool{
		`tier == "gold" and free > 1`: true, `free > 2 or lower(tier) == "silver"`: false,
		`attributes.years == "7"`: true, `attributes.none == ""`: true, `int(tier) > 5`: false, `int(attributes.years) >= 7`: true,
	} {
		c, err := condition.Compile(text, env)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if c.Holds(env) != want {
			t.Errorf("%s does not give %v", text, want)
		}
	}
}

// Whatever could cost more than its length, know the time or reach outside is refused, and a mistake has its place.
func TestRefused(t *testing.T) {
	env := map[string]any{"tier": "", "free": 0}
	for text, says := range map[string]string{
		`tier ==`: "(1:", `teir == "gold"`: "(1:1)", `tier > 3`: "(1:6)", `free`: "expected bool",
		`all(1..9, # > 0)`: "", `now().Hour() > 3`: "unknown name now", `[1, 2] == [1]`: "left out", `1 in 1..3`: "left out",
		strings.Repeat("1+", 200) + "1 > 3": "nodes", strings.Repeat(" ", 500) + "true": "504 characters",
	} {
		if _, err := condition.Compile(text, env); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want something with %q", text, err, says)
		}
	}
}
