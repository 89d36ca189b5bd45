package whole_test

import (
	"errors"
	"strings"
	"testing"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
)

// account is what the API says of a made phone.
type account struct {
	User, Password string
	InForce        bool `json:"in_force"`
	Says           string
}

// makesPhone makes an agent's phone, or renews its password.
func makesPhone(c *whole.Centre, agent string) account {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	var a account
	c.Must(c.API.Post(ctx, "/api/v1/agents/"+agent+"/phone", nil, &a))
	if !a.InForce || a.Password == "" {
		c.T.Fatalf("the phone is %+v", a)
	}
	return a
}

// registers tries to register as a made phone.
func registers(c *whole.Centre, a account) (*softphone.Phone, error) {
	c.T.Helper()
	p, err := softphone.New(softphone.Config{User: a.User, Password: a.Password, Registrar: c.Switch.Phones(), Tone: whole.AgentTone})
	c.Must(err)
	c.T.Cleanup(p.Vanish)
	ctx, cancel := c.Ctx()
	defer cancel()
	return p, p.Register(ctx)
}

// TestAPhoneIsMade: an account made over the API, while everything runs, takes a call and places one. A new password throws the old phone
// out; after a crash of both, the switch and Tandem, the account is there again; one that is taken away is out.
func TestAPhoneIsMade(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
	old := makesPhone(c, "ann")
	stale, err := registers(c, old)
	c.Must(err)
	made := makesPhone(c, "ann")
	ann, err := registers(c, made)
	c.Must(err)
	if _, err := registers(c, old); err == nil {
		t.Error("the old password still registers")
	}
	c.Available("ann")
	c.Until("the phone is registered", func() bool { return c.Agent("ann").Phone.Health == "registered" })

	call := c.Dial("13800138000")
	offer := c.Rings(ann)
	c.Talk(offer, call)
	c.HangsUp(offer)
	c.Ends(call)
	if stale.Invites() > 0 {
		t.Error("the phone with the old password was called")
	}
	ctx, cancel := c.Ctx()
	defer cancel()
	own, err := ann.Dial(ctx, whole.Number)
	c.Must(err)
	c.HearsMusic(own)
	c.HangsUp(own)
	c.AtRest()

	c.Kill()
	if err := c.Switch.Restart(ctx); err != nil && !errors.Is(err, whole.ErrNotOurs) {
		t.Fatal(err)
	}
	c.Restart()
	c.Until("the switch has the account", func() bool { return whole.Get[account](c, "/api/v1/agents/ann/phone").InForce })
	ann.Vanish()
	_, err = registers(c, made)
	c.Must(err)
	c.Until("the phone is registered again", func() bool { return c.Agent("ann").Phone.Health == "registered" })
	c.Must(c.API.Delete(ctx, "/api/v1/agents/ann/phone"))
	c.Until("the phone is out", func() bool { return c.Agent("ann").Phone.Health == "unregistered" })
	if _, err := registers(c, made); err == nil {
		t.Error("the account that was taken away still registers")
	}
	if strings.Contains(c.Tandem.LogTail(100_000), made.Password) {
		t.Error("the password is in the log")
	}
	c.Verify()
}
