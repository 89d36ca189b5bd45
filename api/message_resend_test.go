package api_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"tandem/api"
	"tandem/orchestrator/desk/notify"
)

func TestResendMessage(t *testing.T) {
	c := start(t)
	c.seed()
	c.call("c1", "+493012345")
	due, err := c.store.ClaimSMS(t.Context(), 1, time.Hour)
	must(t, err)
	at := "/api/v1/messages/" + strconv.FormatInt(due[0].ID, 10) + "/resend"
	c.want(409, "POST", at, "")
	due[0].State, due[0].Why = notify.Unsure, "the line dropped"
	must(t, c.store.SettleSMS(t.Context(), due[0], time.Time{}))
	if m := read[api.Message](t, c.want(200, "POST", at, "")); m.State != "queued" || m.Why != "" {
		t.Errorf("%+v", m)
	}
	c.want(404, "POST", "/api/v1/messages/4711/resend", "")
}

// TestNotJSON: what is wrong with a body is said with its place in it.
func TestNotJSON(t *testing.T) {
	c := start(t)
	for body, says := range map[string]string{
		"{\n  \"name\": \"Salés\",\n  \"number\": \"7000\",\n}": "line 4, column 1: invalid character '}'",
		`{"name":"é" "number"}`:                                 "line 1, column 13: invalid character",
		`{"name":"Sales"`:                                       "ends too early",
	} {
		p := read[api.Problem](t, c.want(400, "PUT", "/api/v1/queues/sales", body))
		if !strings.Contains(p.Detail, says) {
			t.Errorf("%s: %s", body, p.Detail)
		}
	}
	long := `{"text":"` + strings.Repeat("x", 100<<10) + `"}`
	c.want(422, "PUT", "/api/v1/flows/long", long)
	c.want(413, "PUT", "/api/v1/queues/long", long)
	c.want(413, "PUT", "/api/v1/flows/long", long+strings.Repeat(" ", 30<<10))
}
