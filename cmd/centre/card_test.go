package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

// agentsAPI answers the list of agents.
type agentsAPI string

func (a agentsAPI) Get(_ context.Context, _ string, out any) error {
	return json.Unmarshal([]byte(a), out)
}

// Who was given another phone since is not shown the old account, which nobody offers calls to.
func TestCardShowsThePhoneThatIsInForce(t *testing.T) {
	c := Card{SIP: "127.0.0.1:5060", Accounts: map[string]string{"ann": "old-secret", "bob": "his-secret", "cho": "her-secret"}, Moved: map[string]string{}}
	api := agentsAPI(`{"items":[{"id":"ann","phone":{"endpoint":"tandem.ann"}},{"id":"bob","phone":{"endpoint":"bob"}},{"id":"zoe","phone":{"endpoint":"e"}}]}`)
	if err := c.move(t.Context(), api); err != nil {
		t.Fatal(err)
	}
	text := c.text("tandem.yaml", "ports", "")
	if strings.Contains(text, "old-secret") || !strings.Contains(text, "tandem.ann (of ann:") || !strings.Contains(text, "bob / his-secret") || strings.Contains(text, "zoe") {
		t.Errorf("the card says\n%s", text)
	}
}
