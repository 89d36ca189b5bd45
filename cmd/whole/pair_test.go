package whole_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
)

// TestTwoSwitches is one queue over two real switches: a caller on each reaches the agent on each and both hear each other, what comes of
// a phone passes through, the way between lets nobody else in and leads nowhere else, and the loss of one ends only its own calls.
// With a FreeSWITCH named the second is that one; else it is another Asterisk.
func TestTwoSwitches(t *testing.T) {
	beside(t)
	p := whole.StartPair(t, whole.Config{Patience: 15 * time.Second})
	phones := map[string]*softphone.Phone{
		whole.First: p.On(whole.First).Works(whole.AtFirst), whole.Second: p.On(whole.Second).Works(whole.AtSecond),
	}
	for at, agent := range map[string]string{whole.First: whole.AtFirst, whole.Second: whole.AtSecond} {
		alone(p, agent)
		for _, from := range []string{whole.First, whole.Second} {
			p.Tell("a caller on "+from+" talks with the agent on "+at, func(t *testing.T) { talksAcross(t, p, from, phones[at]) })
		}
		p.Available(whole.AtFirst, whole.AtSecond)
	}
	p.Tell("the phone says no", func(t *testing.T) { saysNo(t, p, phones[whole.Second]) })
	p.Tell("the phone is in a call of its own", func(*testing.T) { ownCall(p, phones[whole.Second]) })
	p.Tell("Tandem is killed", func(*testing.T) { killed(p, phones[whole.Second]) })
	p.Tell("strangers", func(t *testing.T) { strangers(t, p, phones[whole.Second]) })
	p.Until("links that the doctor finds well", func() bool { // an Asterisk knows seconds after its start whether the other answers
		out, err := p.Run(nil, "doctor")
		return err == nil && strings.Contains(out, "to pbx2 by link-to-pbx2") && strings.Contains(out, "to pbx1 by link-to-pbx1")
	})
	p.Tell("one dies", func(t *testing.T) { oneDies(t, p, phones) })
}

// alone lets one agent work and the other not.
func alone(p *whole.Pair, agent string) {
	other := map[string]string{whole.AtFirst: whole.AtSecond, whole.AtSecond: whole.AtFirst}[agent]
	p.Put("/api/v1/agents/"+other+"/status", map[string]string{"status": "away"})
	p.Available(agent)
	p.Until("a free phone of "+agent, func() bool { a := p.Agent(agent); return a.Phone.Health == "registered" && a.Work == nil })
}

// talksAcross: both hear each other, the phone shows who calls, and when the agent hangs up all is over.
func talksAcross(t *testing.T, p *whole.Pair, from string, phone *softphone.Phone) {
	call := p.On(from).Dial("13800138000")
	offer := p.Rings(phone)
	if offer.DisplayName() != "13800138000 (Support)" {
		t.Errorf("the phone shows %q", offer.DisplayName())
	}
	p.Talk(offer, call)
	p.HangsUp(offer)
	p.Ends(call)
	p.AtRest()
}

// saysNo: a reject on the other switch is a reject, and a busy phone is busy; a caller who hangs up stops the ringing there.
func saysNo(t *testing.T, p *whole.Pair, phone *softphone.Phone) {
	for status, want := range map[int]string{603: "rejected", 486: "device_failed"} {
		alone(p, whole.AtSecond)
		call := p.On(whole.First).Dial("13800138001")
		offer := p.Rings(phone)
		p.Must(offer.Reject(status))
		var id string
		p.Until("the offer's end", func() bool {
			i := p.Call("13800138001")
			id = i.ID
			return i.Live && p.Count(id, "offer_ended") == 1
		})
		if ends := p.Offers(id); !slices.Equal(ends, []string{whole.AtSecond + " " + want}) {
			t.Errorf("%d on the other switch became %q, want %q: %s", status, ends, want, whole.Get[json.RawMessage](p.Centre, "/api/v1/interactions/"+id+"/timeline"))
		}
		p.HangsUp(call)
		p.AtRest()
	}
	alone(p, whole.AtSecond)
	call := p.On(whole.First).Dial("13800138002")
	offer := p.Rings(phone)
	p.HangsUp(call)
	p.Ends(offer)
	p.AtRest()
}

// ownCall: a phone in a call that came past us is not offered to a caller on the other switch before it hangs up.
func ownCall(p *whole.Pair, phone *softphone.Phone) {
	alone(p, whole.AtSecond)
	ctx, cancel := p.Ctx()
	defer cancel()
	own, err := phone.Dial(ctx, "9007")
	p.Must(err)
	p.Must(own.WaitAnswered(ctx))
	p.Until("a busy phone", func() bool { return p.Agent(whole.AtSecond).Phone.Health == "busy" })
	call := p.On(whole.First).Dial("13800138006")
	if id := p.Waiting("13800138006").ID; p.Count(id, "offer_made") != 0 {
		p.T.Error("a phone in a call of its own was offered")
	}
	p.HangsUp(own)
	offer := p.Rings(phone)
	p.HangsUp(call)
	p.Ends(offer)
	p.AtRest()
}

// killed: a phone of the other switch goes on ringing without Tandem, and is joined when Tandem is back; a talk goes on.
func killed(p *whole.Pair, phone *softphone.Phone) {
	alone(p, whole.AtSecond)
	call := p.On(whole.First).Dial("13800138007")
	offer := p.Rings(phone)
	p.Kill()
	p.Restart()
	p.Talk(offer, call)
	p.Kill()
	p.HearEachOther(offer, call)
	p.Restart()
	p.HangsUp(offer)
	p.Ends(call)
	p.AtRest()
}

// strangers: without the password, or from another address with it, no phone rings; with both, nothing but a phone can be reached.
func strangers(t *testing.T, p *whole.Pair, phone *softphone.Phone) {
	rung, calls := phone.Invites(), len(p.Interactions())
	refused := func(who *softphone.Phone, number string) {
		t.Helper()
		ctx, cancel := p.Ctx()
		defer cancel()
		call, err := who.Dial(ctx, number)
		if err == nil {
			if end := p.Ends(call); end.Status < 400 {
				t.Errorf("%s was reached: %s", number, end)
			}
		}
	}
	refused(p.On(whole.Second).Stranger("13800138009"), whole.AtSecond)
	for name, password := range map[string]string{"127.0.0.1": "not-the-password-at-all", "127.0.0.2": p.LinkPassword()} {
		refused(p.Peer(password, name), whole.AtSecond)
	}
	peer := p.Peer(p.LinkPassword(), "127.0.0.1")
	for _, number := range []string{whole.Number, "112", "9001", "*45", "loopback", "robots", "link-to-pbx1", "nobody"} {
		refused(peer, number)
	}
	if phone.Invites() != rung || len(p.Interactions()) != calls {
		t.Errorf("the phone rang %d times, and %d calls arrived", phone.Invites()-rung, len(p.Interactions())-calls)
	}
	ctx, cancel := p.Ctx()
	defer cancel()
	call, err := peer.Dial(ctx, whole.AtSecond) // so that what was refused before was not refused for another reason
	p.Must(err)
	offer := p.Rings(phone)
	p.HangsUp(call)
	p.Ends(offer)
}

// oneDies: the second switch is killed and comes back. Its own talk is lost; that on the other and who waits there go on; and its agent is
// offered to them as soon as the phone is there again. The caller of a talk over both is put back in line when the agent's switch is lost.
func oneDies(t *testing.T, p *whole.Pair, phones map[string]*softphone.Phone) {
	p.NoticesSilence()
	alone(p, whole.AtFirst)
	stays := p.On(whole.First).Dial("13800138003")
	ann := p.Rings(phones[whole.First])
	p.Talk(ann, stays)
	p.Available(whole.AtSecond)
	lost := p.On(whole.Second).Dial("13800138004")
	bob := p.Rings(phones[whole.Second])
	p.Talk(bob, lost)
	waits := p.On(whole.First).Dial("13800138005")
	p.Waiting("13800138005")
	restart(t, p)
	p.Until("the lost call's end", func() bool { i := p.Call("13800138004"); return !i.Live && i.Estimated })
	p.HearEachOther(ann, stays)
	register(p, phones[whole.Second])
	offer := p.Rings(phones[whole.Second])
	p.Talk(offer, waits)
	restart(t, p)
	backInLine(p, waits, 1)
	p.HearEachOther(ann, stays)
	if i := p.Call("13800138003"); !i.Live || i.Agent != whole.AtFirst {
		t.Errorf("the call on the switch that lived is %+v", i)
	}
	register(p, phones[whole.Second])
	offer = p.Rings(phones[whole.Second])
	p.Talk(offer, waits)
	if p.CanDie() {
		staysDead(t, p, waits)
	} else {
		restart(t, p)
		backInLine(p, waits, 2)
	}
	p.HangsUp(ann)
	p.Ends(stays)
	offer = p.Rings(phones[whole.First])
	p.Talk(offer, waits)
	p.HangsUp(offer)
	p.Ends(waits)
	if p.CanDie() {
		p.Returns()
		p.Until("the end of the caller whose switch died", func() bool { i := p.Call("13800138011"); return !i.Live && i.Estimated })
	}
	register(p, phones[whole.Second]) // for who signs off
}

// backInLine: a caller whose talk was lost waits again, for the time given, and hears so.
func backInLine(p *whole.Pair, call *softphone.Call, times int) {
	i := p.Waiting("13800138005")
	if n := p.Count(i.ID, "item_requeued"); n != times {
		p.T.Errorf("put back in line %d times, want %d", n, times)
	}
	p.HearsMusic(call)
}

// staysDead: the second switch dies in a talk across and does not come back. The first notices its silence; nobody is offered there, and
// who waits there is shown to be on a switch that is away, and is offered to nobody.
func staysDead(t *testing.T, p *whole.Pair, talks *softphone.Call) {
	p.On(whole.Second).Dial("13800138011")
	p.Waiting("13800138011")
	p.Dies()
	backInLine(p, talks, 2)
	if a := p.Agent(whole.AtSecond); a.Phone.Health != "unknown" {
		t.Errorf("the phone on the dead switch is %q", a.Phone.Health)
	}
	if i := p.Call("13800138011"); !i.Live || i.AwaySince == "" || p.Count(i.ID, "offer_made") != 0 {
		t.Errorf("who waits on the dead switch is %+v", i)
	}
}

func restart(t *testing.T, p *whole.Pair) {
	ctx, cancel := p.Ctx()
	defer cancel()
	err := p.Second().Restart(ctx)
	if errors.Is(err, whole.ErrNotOurs) {
		t.Skip(err)
	}
	p.Must(err)
}

func register(p *whole.Pair, phone *softphone.Phone) {
	ctx, cancel := p.Ctx()
	defer cancel()
	p.Must(phone.Register(ctx))
}
