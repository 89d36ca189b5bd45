package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"tandem/adapters/softphone"
)

const (
	callerTone = 440.0  // Hz
	agentTone  = 1000.0 // Hz
	callerName = "Li Wei"
	callerFrom = "13800138000"
	agent      = "ann"
)

// play is the story: a call is answered.
func play(ctx context.Context, c centre, t *teller) error {
	ctx, cancel := context.WithTimeout(ctx, 90*time.Second)
	defer cancel()
	if c.SIP == "" {
		return errors.New("the centre drives your own switch, whose accounts this program does not know: call " + c.Number + " by hand")
	}
	api := steady{c.client()}
	phone, err := softphone.New(softphone.Config{User: agent, Password: c.Accounts[agent], Registrar: c.SIP, Listen: beside(c.SIP)})
	if err != nil {
		return err
	}
	defer phone.Close()
	if err := api.tellTaken(ctx, t); err != nil {
		return err
	}
	if err := phone.Register(ctx); err != nil {
		return err
	}
	t.say(agent, "phone registered; signing in")
	if err := api.Put(ctx, "/api/v1/agents/"+agent+"/status", map[string]string{"status": "available"}, nil); err != nil {
		return err
	}
	defer func() {
		leave, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = api.Put(leave, "/api/v1/agents/"+agent+"/status", map[string]string{"status": "signed_out"}, nil)
		_ = phone.Unregister(leave)
	}()
	caller, err := softphone.New(softphone.Config{User: callerFrom, DisplayName: callerName, Registrar: c.Trunk, Listen: beside(c.Trunk), Tone: callerTone})
	if err != nil {
		return err
	}
	defer caller.Close()
	if err := talk(ctx, c, t, caller, phone); err != nil {
		return err
	}
	return aftermath(ctx, api, t)
}

// tellTaken says so when the demo takes the place of a person: a phone or a status of theirs.
func (s steady) tellTaken(ctx context.Context, t *teller) error {
	var is struct {
		Status string
		Phone  struct{ Endpoint, Health string }
	}
	if err := s.Get(ctx, "/api/v1/agents/"+agent, &is); err != nil {
		return err
	}
	if is.Phone.Endpoint != agent {
		return fmt.Errorf("agent %s has the phone %s by now, whose password this program does not know: tandem phone made it. Take it away "+
			"(DELETE /api/v1/agents/%s/phone) and give her the phone %s again (PUT /api/v1/agents/%s), or call by hand", agent, is.Phone.Endpoint, agent, agent, agent)
	}
	if is.Phone.Health != "unregistered" && is.Phone.Health != "unknown" {
		t.say(agent, "a phone is registered as %s: the demo takes its place, and it is back when it registers again", agent)
	}
	if is.Status != "signed_out" {
		t.say(agent, "is %s: the demo signs her in, and out at its end", strings.ReplaceAll(is.Status, "_", " "))
	}
	return nil
}

// talk is the call itself.
func talk(ctx context.Context, c centre, t *teller, caller, phone *softphone.Phone) error {
	t.say("caller", "dials %s", c.Number)
	call, err := caller.Dial(ctx, c.Number)
	if err != nil {
		return err
	}
	if err := call.WaitAnswered(ctx); err != nil {
		return err
	}
	if err := call.HearsAudio(ctx); err != nil {
		return err
	}
	t.say("caller", "hears the greeting")
	if err := keyIn(ctx, c, t, call); err != nil {
		return err
	}
	offer, err := phone.WaitCall(ctx)
	if err != nil {
		return err
	}
	t.say(agent, "phone rings: %q <%s>", offer.DisplayName(), offer.From())
	if err := offer.Ring(); err != nil {
		return err
	}
	select { // let the caller hear some music
	case <-time.After(2 * time.Second):
	case <-ctx.Done():
		return ctx.Err()
	}
	offer.SendTone(agentTone)
	if err := offer.Answer(); err != nil {
		return err
	}
	t.say(agent, "answers")
	if err := call.Hears(ctx, agentTone); err != nil {
		return err
	}
	t.say("caller", "hears the agent (%.0f Hz)", agentTone)
	if err := offer.Hears(ctx, callerTone); err != nil {
		return err
	}
	t.say(agent, "hears the caller (%.0f Hz)", callerTone)
	select { // a short conversation
	case <-time.After(2 * time.Second):
	case <-ctx.Done():
		return ctx.Err()
	}
	t.say(agent, "hangs up")
	if err := offer.Hangup(ctx); err != nil {
		return err
	}
	end, err := rate(ctx, t, call)
	if err != nil {
		return err
	}
	t.say("caller", "the call has ended: %s", end)
	return nil
}

// aftermath is what remains: a wrap-up, one ticket, one SMS, one recording.
func aftermath(ctx context.Context, api steady, t *teller) error {
	var done struct{ ID string }
	wrapUp := map[string]string{"disposition": "solved", "notes": "demo call"}
	if err := api.Post(ctx, "/api/v1/agents/"+agent+"/wrap-up", wrapUp, &done); err != nil {
		return err
	}
	var calls struct{ Items []struct{ ID string } }
	if err := api.Get(ctx, "/api/v1/interactions?limit=1&agent="+agent, &calls); err != nil {
		return err
	}
	if len(calls.Items) == 0 {
		return errors.New("the API knows nothing of the call")
	}
	id := calls.Items[0].ID
	var call struct {
		Attributes map[string]string
		Score      int
	}
	if err := api.Get(ctx, "/api/v1/interactions/"+id, &call); err != nil {
		return err
	}
	if len(call.Attributes) > 0 {
		t.say("desk", "keyed in: %s", plainly(call.Attributes))
	}
	if call.Score > 0 {
		t.say("desk", "rated %d of 5", call.Score)
	}
	var tickets struct {
		Items []struct{ Number, State, Disposition string }
	}
	err := until(ctx, func() (bool, error) {
		err := api.Get(ctx, "/api/v1/tickets?interaction="+id, &tickets)
		return len(tickets.Items) > 0 && tickets.Items[0].Disposition != "", err
	})
	if err != nil {
		return err
	}
	ticket := tickets.Items[0]
	t.say("desk", "%d ticket: %s, %s, disposition %s", len(tickets.Items), ticket.Number, ticket.State, ticket.Disposition)
	var messages struct {
		Items []struct{ To, Text, State string }
	}
	err = until(ctx, func() (bool, error) {
		err := api.Get(ctx, "/api/v1/messages?ticket="+ticket.Number, &messages)
		return len(messages.Items) > 0 && slices.Contains([]string{"sent", "delivered"}, messages.Items[0].State), err
	})
	if err != nil {
		return err
	}
	t.say("desk", "%d SMS to %s: %s", len(messages.Items), messages.Items[0].To, messages.Items[0].Text)
	return listen(ctx, api, t, id)
}

// plainly writes attributes as a person reads them: "department 2, order 4711".
func plainly(attributes map[string]string) string {
	var said []string
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		said = append(said, name+" "+attributes[name])
	}
	return strings.Join(said, ", ")
}

// listen downloads the recording and says who is on which channel.
func listen(ctx context.Context, api steady, t *teller, interaction string) error {
	var recordings struct {
		Items []struct{ ID, State string }
	}
	err := until(ctx, func() (bool, error) {
		err := api.Get(ctx, "/api/v1/recordings?interaction="+interaction, &recordings)
		return len(recordings.Items) > 0 && recordings.Items[0].State == "stored", err
	})
	if err != nil {
		return err
	}
	var audio []byte
	if err := api.Get(ctx, "/api/v1/recordings/"+recordings.Items[0].ID+"/audio", &audio); err != nil {
		return err
	}
	file, err := os.CreateTemp("", "tandem-demo-*.wav")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	if _, err := file.Write(audio); err != nil {
		return errors.Join(err, file.Close())
	}
	if err := file.Close(); err != nil {
		return err
	}
	wav, err := softphone.ReadWAV(file.Name())
	if err != nil {
		return err
	}
	if len(wav.Channels) != 2 {
		return fmt.Errorf("the recording has %d channels", len(wav.Channels))
	}
	left, right := softphone.ToneTime(wav.Channels[0], callerTone), softphone.ToneTime(wav.Channels[1], agentTone)
	t.say("desk", "recording: %d bytes; left channel: caller's tone for %.1f s, right: agent's for %.1f s", len(audio), left.Seconds(), right.Seconds())
	if left < time.Second || right < time.Second {
		return errors.New("the recording does not hold both voices on their channels")
	}
	t.say("demo", "a call was answered: all is well")
	return nil
}

// beside is the address of this machine from which a switch is reached; "" leaves the choice to the phone.
func beside(address string) string {
	conn, err := net.Dial("udp", address) // sends nothing
	if err != nil {
		return ""
	}
	defer conn.Close()
	host, _, err := net.SplitHostPort(conn.LocalAddr().String())
	if err != nil {
		return ""
	}
	return net.JoinHostPort(host, "0")
}

// until asks again and again until it is so or ctx ends.
func until(ctx context.Context, so func() (bool, error)) error {
	for {
		if ok, err := so(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}
