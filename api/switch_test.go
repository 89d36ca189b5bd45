package api_test

import (
	"testing"

	"tandem/api"
)

// Where there is one switch, none has a name, and a name that is asked for is refused with its field.
func TestSwitchOfAPhone(t *testing.T) {
	c := start(t)
	c.seed()
	for _, path := range []string{"/api/v1/agents/ann/phone?switch=pbx9"} {
		c.want(422, "POST", path, "")
	}
	c.want(422, "PUT", "/api/v1/agents/ann", `{"name":"Ann","endpoint":"ann","switch":"pbx9","queues":["sales"]}`)
	c.want(422, "PUT", "/api/v1/agents/ann", `{"name":"Ann","endpoint":"ann","switch":"PBX 9","queues":["sales"]}`)
	if phone := read[api.PhoneAccount](t, c.want(201, "POST", "/api/v1/agents/ann/phone", "")); phone.Switch != "" {
		t.Errorf("made on %q", phone.Switch)
	}
}
