package floor

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// work has an agent take one call, and nobody else available.
func (s *story) work(agent string, talk string) {
	for line := range strings.Lines(agent + " is available\nwait 1s\n" + agent + "-c calls 7000\n" + agent + " answers\nwait " + talk +
		"\n" + agent + "-c ends hangup\n" + agent + " wraps solved\n" + agent + " is away\n") {
		s.happens(strings.Fields(line))
	}
}

// workday is a morning after which every strategy but the usual one has somebody else to choose: bob has taken one long call and
// waited long, ann two short ones, carl three; and carl has been idle longest.
func workday(t *testing.T, strategy string) *story {
	s := newStory(t)
	for line := range strings.Lines("line up\nqueue support 7000\nann serves support\nbob serves support\ncarl serves support\n" +
		"ann is registered\nbob is registered\ncarl is registered\nann knows billing>=3\n") {
		s.happens(strings.Fields(line))
	}
	s.step(Command{Do: RouteQueue{Queue: "support", Strategy: strategy}})
	s.step(Command{Do: LoadAgent{Agent: "bob", Weight: 10}})
	s.work("bob", "5m")
	s.work("ann", "10s")
	s.work("ann", "10s")
	s.work("carl", "1m")
	s.work("carl", "1m")
	s.work("carl", "1m")
	for line := range strings.Lines("bob is available\nwait 1h\nbob is away\ncarl is available\nwait 1s\nann is available\nwait 1s\nbob is available\nwait 1s\n") {
		s.happens(strings.Fields(line))
	}
	return s
}

// next is whom the next call is offered to.
func (s *story) next() orchestrator.AgentID {
	s.happens([]string{"last", "calls", "7000"})
	for _, e := range s.journal[len(s.journal)-3:] {
		if o, ok := e.Fact.(fact.OfferMade); ok {
			return o.Agent
		}
	}
	return ""
}

// Every strategy decides about calls by what the floor knows of people.
func TestStrategiesInCalls(t *testing.T) {
	for strategy, want := range map[string]orchestrator.AgentID{
		"": "carl", "longest_idle": "carl", "least_occupied": "bob", "fewest_contacts": "bob", "round_robin": "bob", "weighted": "bob", "fastest_first": "ann",
	} {
		s := workday(t, strategy)
		again := New(Defaults("x"))
		for _, e := range s.journal {
			again.Apply(e)
		}
		if !reflect.DeepEqual(again.State, s.floor.State) {
			t.Errorf("%s: the journal tells another story", strategy)
		}
		if got := s.next(); got != want {
			t.Errorf("%s: %s got the call, want %s", strategy, got, want)
		}
	}
}

// What people did yesterday no longer counts: a day ends at midnight of the centre's own time zone.
func TestADayBeginsAnew(t *testing.T) {
	s := newStory(t)
	s.floor.cfg.Zone = time.FixedZone("centre", -8*3600) // it is one in the morning there
	if s.step(Command{Do: DefineQueue{Queue: "q", Name: "Q", Number: "7000", Strategy: "fewest_contacts", RingFor: 20 * time.Second}}); !s.floor.DayEnds.IsZero() {
		t.Errorf("a day began before any queue asked for it")
	}
	s.step(Tick{})
	if want := time.Date(2026, 1, 6, 8, 0, 0, 0, time.UTC); !s.floor.DayEnds.Equal(want) {
		t.Errorf("the day ends at %s, want %s", s.floor.DayEnds, want)
	}
	s = workday(t, "fewest_contacts")
	if got := s.floor.Agents["carl"].Today; got.Contacts != 3 || got.Worked < 3*time.Minute || got.Worked > 4*time.Minute {
		t.Errorf("carl's day: %+v", got)
	}
	s.now = s.floor.DayEnds
	if got := s.next(); got != "carl" || s.floor.Agents["bob"].Today.Contacts != 0 {
		t.Errorf("%s got the first call of the day", got)
	}
}

// A day begins once also where the clock goes from midnight to one, as in Chile in spring.
func TestADayWithoutMidnight(t *testing.T) {
	zone, err := time.LoadLocation("America/Santiago")
	if err != nil {
		t.Skipf("*** SKIPPED: %v ***", err)
	}
	s := newStory(t)
	s.floor.cfg.Zone = zone
	s.now = time.Date(2026, 9, 5, 22, 0, 0, 0, zone) // the clocks change in this night
	s.step(Command{Do: DefineQueue{Queue: "q", Name: "Q", Number: "7000", Strategy: "fewest_contacts", RingFor: 20 * time.Second}})
	s.step(Tick{})
	if want := time.Date(2026, 9, 6, 1, 0, 0, 0, zone); !s.floor.DayEnds.Equal(want) {
		t.Errorf("the day ends at %s, want %s", s.floor.DayEnds.In(zone), want)
	}
	for s.now = s.now.Add(time.Hour); s.now.Before(s.floor.DayEnds); s.now = s.now.Add(10 * time.Minute) {
		s.step(Tick{})
	}
	if n := len(s.journal); n != 2 {
		t.Errorf("%d lines in the journal: the day begins again and again", n)
	}
}
