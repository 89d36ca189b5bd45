package floor

import (
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

// offered is a floor in whose overloaded line the caller c2 was texted a link, and its interaction.
func offered(t *testing.T) (*story, *Interaction) {
	t.Helper()
	s := newStory(t)
	s.tell("> line up\n> queue support 7002\n> ann serves support\n> flow overchat\n> c1 calls 7500\n> wait 30s\n> c2 calls 7500 5550122\n> c2 presses 2\n")
	for _, i := range s.floor.Interactions {
		if i.Leg == media.LegID("c2") {
			return s, i
		}
	}
	t.Fatal("c2 is nowhere")
	return nil, nil
}

func (s *story) take(from orchestrator.InteractionID) (id orchestrator.InteractionID, err error) {
	_, err = s.floor.Step(Command{Do: OpenItem{Channel: orchestrator.ChannelChat, Previous: from, Place: true, Into: &id}}, s.now)
	return id, err
}

// A chat has the place of the call that it goes on from, which ends with it; nobody else gets the place.
func TestAPlaceIsTakenOnce(t *testing.T) {
	s, call := offered(t)
	since := call.Since
	s.tell("> wait 60s\n> c3 calls 7500\n")
	id, err := s.take(call.ID)
	if err != nil {
		t.Fatal(err)
	}
	chat := s.floor.Interactions[id]
	if chat.Queue != "support" || !chat.Since.Equal(since) || since.IsZero() || chat.Previous != call.ID || chat.Root != call.ID || s.floor.position(chat) != 2 {
		t.Errorf("the chat is %+v, and the call waited since %s", chat, since)
	}
	if call.State != orchestrator.ItemFlowedOut || call.Reason != movedOn {
		t.Errorf("the call is %s, %s", call.State, call.Reason)
	}
	if _, err := s.take(call.ID); orchestrator.KindOf(err) != orchestrator.Conflict {
		t.Errorf("the second one got %v", err)
	}
}

// The place outlives the call, for as long as the link is good; it lapses by time, and when an agent answers.
func TestAPlaceLapses(t *testing.T) {
	s, call := offered(t)
	since := call.Since
	s.tell("> c2 ends hangup\n> wait 14m\n")
	if id, err := s.take(call.ID); err != nil || !s.floor.Interactions[id].Since.Equal(since) {
		t.Errorf("in time: %v", err)
	}
	s, call = offered(t)
	s.tell("> c2 ends hangup\n> wait 16m\n")
	if _, err := s.take(call.ID); orchestrator.KindOf(err) != orchestrator.Conflict {
		t.Errorf("too late: %v", err)
	}
	s, call = offered(t)
	s.tell("> c1 ends hangup\n> ann is registered\n> ann is available\n> ann answers\n")
	if call.State != orchestrator.ItemAssigned {
		t.Fatalf("the call is %s", call.State)
	}
	if _, err := s.take(call.ID); orchestrator.KindOf(err) != orchestrator.Conflict {
		t.Errorf("with an agent: %v", err)
	}
	s.tell("> c2 ends hangup\n")
	if _, err := s.take(call.ID); orchestrator.KindOf(err) != orchestrator.Conflict {
		t.Errorf("after the talk: %v", err)
	}
}

// Who was texted a link and then books a callback has one place, once: whichever takes it first. A callback that the number has already
// leaves nothing to the link, and a key pressed after the chat has begun books nothing.
func TestAPlaceIsTheChatsOrTheCallbacks(t *testing.T) {
	for name, c := range map[string]struct {
		booked, chat bool // before the caller confirms the callback
		want         orchestrator.ItemState
	}{
		"the callback first":          {want: orchestrator.ItemConverted},
		"a callback is there already": {booked: true, want: orchestrator.ItemConverted},
		"the chat first":              {chat: true, want: orchestrator.ItemFlowedOut},
	} {
		t.Run(name, func(t *testing.T) {
			s, call := offered(t)
			if c.booked {
				id := orchestrator.InteractionID("")
				do := OpenCallback{Queue: "support", Customer: fact.Person{Number: call.Who.Number}, Into: &id}
				if _, err := s.floor.Step(Command{Do: do}, s.now); err != nil {
					t.Fatal(err)
				}
			}
			s.tell("> c2 keys 1\n")
			if c.chat {
				if _, err := s.take(call.ID); err != nil {
					t.Fatal(err)
				}
			}
			s.tell("> c2 presses 1\n")
			if call.State != c.want {
				t.Errorf("the call is %s, %s; want %s", call.State, call.Reason, c.want)
			}
			if _, err := s.take(call.ID); orchestrator.KindOf(err) != orchestrator.Conflict || !strings.Contains(err.Error(), "for a callback") {
				t.Errorf("the place is there again: %v", err)
			}
			if n := s.floor.waiting["support"].size(); n != 2 {
				t.Errorf("%d stand in line, want c1 and one for the customer", n)
			}
		})
	}
}

// One link a call, however often the caller asks; none without a number, a chat, or a place.
func TestALinkIsOfferedOnce(t *testing.T) {
	links := func(s *story) (n int) {
		for _, e := range s.journal {
			if _, is := e.Fact.(fact.ChatOffered); is {
				n++
			}
		}
		return n
	}
	s, call := offered(t)
	if n := links(s); n != 1 || !s.floor.Places[call.ID].Until.Equal(call.Since.Add(15*time.Minute)) {
		t.Errorf("%d links, until %s", n, s.floor.Places[call.ID].Until)
	}
	s = newStory(t)
	s.floor.cfg.ChatFor = 0
	s.tell("> line up\n> queue support 7002\n> flow overchat\n> c1 calls 7500\n> c2 calls 7500\n> c2 presses 2\n")
	if n := links(s); n != 0 || s.floor.waiting["support"].size() != 2 {
		t.Errorf("%d links without a chat, %d wait", n, s.floor.waiting["support"].size())
	}
}

// The routing of an interaction names the place that it stands in, and since when.
func TestARoutingNamesTheKeptPlace(t *testing.T) {
	x := fact.ItemQueued{Queue: "support", Kept: "i6", Since: time.Date(2026, 1, 5, 10, 2, 0, 0, time.UTC)}
	m := Moments([]fact.Entry{{Seq: 9, About: "i19", Fact: x}})[0]
	if m.Kept != "i6" || !m.Since.Equal(x.Since) {
		t.Errorf("the moment is %+v", m)
	}
	for language, want := range map[string]string{
		"en": "It stands in the place of i6, since 2026-01-05 10:02:00 UTC.", "zh": "占用 i6 保留的位置，自 2026-01-05 10:02:00 UTC 起。",
	} {
		if said := m.Say(language); !strings.HasSuffix(said, want) {
			t.Errorf("%s: %q", language, said)
		}
	}
	x.Kept = ""
	if said := Moments([]fact.Entry{{Fact: x}})[0].Say("en"); strings.Contains(said, "place") {
		t.Errorf("its own place: %q", said)
	}
}
