package floor

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
	"tandem/orchestrator/routing"
)

// open opens an item and says to whom it was offered, and which offer; "" is nobody.
func (s *story) open(channel orchestrator.Channel) (orchestrator.AgentID, orchestrator.OfferID) {
	s.t.Helper()
	var id orchestrator.InteractionID
	s.step(Command{Do: OpenItem{Channel: channel, Queue: "support", Into: &id}})
	if o := s.floor.Offers[s.floor.Interactions[id].Offer]; o != nil {
		return o.Agent, o.ID
	}
	return "", ""
}

func writing(t *testing.T) *story {
	s := newStory(t)
	for _, line := range [][]string{{"line", "up"}, {"queue", "support", "7000"}, {"ann", "serves", "support"}, {"ann", "is", "registered"}, {"ann", "is", "available"}} {
		s.happens(line)
	}
	return s
}

// The usual capacity: three chats at once; a call comes while nothing live is in hand, and nothing comes during a call.
func TestSlots(t *testing.T) {
	s := writing(t)
	var offers []orchestrator.OfferID
	for n := range 4 {
		agent, offer := s.open(orchestrator.ChannelChat)
		if (agent == "ann") != (n < 3) {
			t.Fatalf("chat %d was offered to %q", n+1, agent)
		}
		if agent != "" {
			s.step(Command{Do: AcceptOffer{offer}})
			offers = append(offers, offer)
		}
	}
	if agent, _ := s.open(orchestrator.ChannelEmail); agent != "" {
		t.Error("a letter interrupts a chat")
	}
	s.happens([]string{"c1", "calls", "7000"})
	if s.floor.onPhone(s.floor.Agents["ann"]) {
		t.Error("a call interrupts a chat")
	}
	for _, o := range offers {
		s.step(Command{Do: CompleteOffer{Offer: o, Disposition: "solved"}})
	}
	// The call waits as long as the letter or the fourth chat: they came first and are in hand now, so that the call comes after them.
	if got := s.floor.load(s.floor.Agents["ann"]); got[routing.Chat] != 1 {
		t.Errorf("ann has %v in hand", got)
	}
}

func TestNothingComesDuringACall(t *testing.T) {
	s := writing(t)
	agent, letter := s.open(orchestrator.ChannelTicket)
	if agent != "ann" {
		t.Fatal("nobody got the ticket")
	}
	s.step(Command{Do: AcceptOffer{letter}})
	s.happens([]string{"c1", "calls", "7000"})
	if !s.floor.onPhone(s.floor.Agents["ann"]) {
		t.Error("no call comes while a ticket is in hand")
	}
	for _, channel := range []orchestrator.Channel{"chat", "sms", "email", "callback"} {
		if agent, _ := s.open(channel); agent != "" {
			t.Errorf("%s comes during a call", channel)
		}
	}
	s.happens([]string{"ann", "is", "busy_foreign"}) // our call ends, and she is in one of her own
	s.happens([]string{"c1", "ends", "hangup"})
	s.happens([]string{"ann", "wraps", "solved"})
	if got := s.floor.load(s.floor.Agents["ann"]); got[routing.Chat]+got[routing.Message] != 0 {
		t.Errorf("ann talks at her phone and is offered %v", got)
	}
}

// An offer that nobody answers ends, counts against the person, and the item is asked of others; a rejected one too, and counts not.
func TestOffersOfTextsEnd(t *testing.T) {
	s := writing(t)
	s.happens([]string{"bob", "serves", "support"})
	_, first := s.open(orchestrator.ChannelChat)
	i := s.floor.Offers[first].Interaction
	s.happens([]string{"wait", "21s"})
	if a := s.floor.Agents["ann"]; !a.NotResponding || s.floor.Interactions[i].State != orchestrator.ItemQueued {
		t.Errorf("after 21 s ann is %+v and the chat %s", a, s.floor.Interactions[i].State)
	}
	s.happens([]string{"bob", "is", "available"}) // has no phone, and needs none
	second := s.floor.Interactions[i].Offer
	if s.floor.Offers[second] == nil || s.floor.Offers[second].Agent != "bob" {
		t.Fatal("bob is not offered the chat")
	}
	s.step(Command{Do: RejectOffer{second}})
	if a := s.floor.Agents["bob"]; a.NotResponding || !a.CoolUntil.After(s.now) {
		t.Errorf("after a rejection bob is %+v", a)
	}
	for _, do := range []any{AcceptOffer{second}, RejectOffer{first}, CompleteOffer{Offer: second}, CancelItem{Interaction: "i0"}} {
		if _, err := s.floor.Step(Command{Do: do}, s.now); orchestrator.KindOf(err) != orchestrator.Conflict {
			t.Errorf("%+v: %v", do, err)
		}
	}
	s.step(Command{Do: CancelItem{Interaction: i}})
	if len(s.floor.Interactions) != 0 {
		t.Error("the canceled chat is still there")
	}
	for _, do := range []OpenItem{
		{Channel: "voice", Queue: "support"}, {Channel: "chat", Queue: "none"}, {Channel: "chat", Queue: "support", Attributes: map[string]string{"Tier": "x"}},
		{Channel: "chat", Queue: "support", Skills: []orchestrator.Skill{{ID: "x", Level: 11}}},
	} {
		do.Into = new(orchestrator.InteractionID)
		if _, err := s.floor.Step(Command{Do: do}, s.now); orchestrator.KindOf(err) != orchestrator.Invalid {
			t.Errorf("%+v: %v", do, err)
		}
	}
}

// An item may ask for skills and points beside those of its queue, and goes before older ones by them.
func TestItemsAskForMore(t *testing.T) {
	s := writing(t)
	s.step(Command{Do: LoadAgent{Agent: "ann", Capacity: &fact.Capacity{Slots: map[string]int{"chat": 1}}}})
	_, busy := s.open(orchestrator.ChannelChat)
	var plain, urgent, expert orchestrator.InteractionID
	s.step(Command{Do: OpenItem{Channel: "chat", Queue: "support", Into: &plain}})
	s.now = s.now.Add(10 * time.Second)
	s.step(Command{Do: OpenItem{Channel: "chat", Queue: "support", Priority: 1, Into: &urgent}})
	s.step(Command{Do: OpenItem{Channel: "chat", Queue: "support", Priority: 9, Skills: []orchestrator.Skill{{ID: "law", Level: 3}}, Into: &expert}})
	s.step(Command{Do: AcceptOffer{busy}})
	s.step(Command{Do: CompleteOffer{Offer: busy}}) // after-call work keeps the slot
	if got := s.floor.Interactions[urgent].State; got != orchestrator.ItemQueued {
		t.Errorf("during after-call work the urgent one is %s", got)
	}
	s.step(Command{Do: CompleteOffer{Offer: busy, Disposition: "solved"}})
	if got := s.floor.Interactions[urgent].State; got != orchestrator.ItemOffered {
		t.Errorf("the urgent one is %s, the plain one %s, that for an expert %s", got, s.floor.Interactions[plain].State, s.floor.Interactions[expert].State)
	}
}

// What somebody completes keeps its disposition and notes, also in a queue that gives no time for after-call work.
func TestCompletedWithoutAfterCallWork(t *testing.T) {
	s := writing(t)
	s.step(Command{Do: DefineQueue{Queue: "support", Name: "Support", Number: "7000", RingFor: 20 * time.Second}})
	_, offer := s.open(orchestrator.ChannelChat)
	s.step(Command{Do: AcceptOffer{offer}})
	s.step(Command{Do: CompleteOffer{Offer: offer, Disposition: "solved", Notes: "wants a call in May"}})
	var ends []string
	for _, e := range s.journal {
		switch x := e.Fact.(type) {
		case fact.WrapUpEnded:
			ends = append(ends, x.Disposition+": "+x.Who.Text)
		case fact.ItemEnded:
			ends = append(ends, x.Reason)
		}
	}
	if want := []string{"solved: wants a call in May", "solved"}; !reflect.DeepEqual(ends, want) || len(s.floor.Interactions) != 0 {
		t.Errorf("it ended as %q, want %q", ends, want)
	}
}

// Nobody goes home with somebody's chat: signing out is refused, by name and at the phone, until it is completed. A call in hand or
// after-call work is no reason: they end by themselves.
func TestNoSigningOutWithWorkInHand(t *testing.T) {
	s := writing(t)
	_, chat := s.open(orchestrator.ChannelChat)
	s.step(Command{Do: AcceptOffer{chat}})
	out := Command{Do: SetStatus{Agent: "ann", Status: orchestrator.SignedOut}}
	_, err := s.floor.Step(out, s.now)
	if orchestrator.KindOf(err) != orchestrator.Conflict || !strings.Contains(err.Error(), string(chat)) {
		t.Errorf("with a chat in hand: %v", err)
	}
	s.floor.codeDialled("s", media.Leg{ID: "p1", Endpoint: "ann"}, fact.CodeSignOut)
	if a := s.floor.Agents["ann"]; a.Status != orchestrator.Available {
		t.Errorf("by code ann is %s", a.Status)
	}
	if c := s.floor.CodeCalls; len(c) != 1 || slices.Collect(maps.Values(c))[0].Prompts != "prompt:en/work-in-hand" {
		t.Errorf("the phone hears %+v", c)
	}
	s.step(Command{Do: CompleteOffer{Offer: chat}}) // after-call work begins
	s.step(out)
	if a := s.floor.Agents["ann"]; a.Status != orchestrator.SignedOut {
		t.Errorf("after it ann is %s", a.Status)
	}
}

// Why a client took something back is told in words that may be about a person: they stand where they can be erased.
func TestWordsOfACancellationCanBeErased(t *testing.T) {
	s := writing(t)
	_, offer := s.open(orchestrator.ChannelChat)
	s.step(Command{Do: CancelItem{Interaction: s.floor.Offers[offer].Interaction, Reason: "Kim rang instead"}})
	i := slices.IndexFunc(s.journal, func(e fact.Entry) bool { return e.Fact.Kind() == fact.ItemEnded{}.Kind() })
	_, body, person, err := fact.Encode(s.journal[i].Fact)
	if err != nil || strings.Contains(string(body), "Kim") || !strings.Contains(string(body), "taken_back") || !strings.Contains(string(person), "Kim rang instead") {
		t.Errorf("%s beside %s: %v", body, person, err)
	}
}
