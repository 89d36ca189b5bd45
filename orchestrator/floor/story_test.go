package floor

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

var rewrite = flag.Bool("rewrite", false, "write the stories anew; read the diff before you commit it")

// TestStories plays every testdata/*.txt. A line that starts with ">" is what happens; the indented lines under it are what the
// floor decided and what it newly asks of the switch. Everything else is for the reader.
func TestStories(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txt")
	if len(files) == 0 {
		t.Fatal("no stories in testdata")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := newStory(t).tell(string(text))
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("the story has changed; got:\n%s", got)
			}
		})
	}
}

// story is a floor with a switch played by hand, or with several.
type story struct {
	t       *testing.T
	out     strings.Builder
	begin   time.Time
	now     time.Time
	cfg     Config
	floor   *Floor
	journal []fact.Entry
	sides   map[string]*side
	*side   // the one that the line is about; "@b" before it names another than s
}

// side is a switch of a story.
type side struct {
	name    string
	said    map[media.LegID]media.Want
	living  map[media.LegID]*media.Leg
	dialled map[string]media.LegID // endpoint → newest leg
	phones  map[string]media.Cause
	down    bool
	boot    int
}

func newSide(name string) *side {
	return &side{
		name: name, said: map[media.LegID]media.Want{}, living: map[media.LegID]*media.Leg{}, dialled: map[string]media.LegID{},
		phones: map[string]media.Cause{}, boot: 1,
	}
}

// mine is the beginning of a line about a leg: it names the switch where it is not the usual one.
func (x *side) mine(leg media.LegID) string {
	if x.name == "s" {
		return string(leg)
	}
	return x.name + " " + string(leg)
}

func storyConfig() Config {
	c := Defaults("x")
	c.ChatFor = 15 * time.Minute
	c.Codes = map[string]fact.CodeDoes{"*45": fact.CodeSignIn, "*55": fact.CodeSignOut, "*46": fact.CodePause, "*56": fact.CodeEndPause}
	c.Dialling = Dialling{Trunk: "out", Shown: "7000", Allowed: []string{"555"}, PerHour: 100, PerNumber: 6, RingFor: 30 * time.Second, Retry: []time.Duration{5 * time.Minute, 30 * time.Minute}}
	return c
}

func newStory(t *testing.T) *story {
	begin := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	first := newSide("s")
	return &story{
		t: t, begin: begin, now: begin, cfg: storyConfig(), floor: New(storyConfig()), sides: map[string]*side{"s": first}, side: first,
	}
}

func (s *story) tell(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "  ") {
			continue // told anew
		}
		fmt.Fprintln(&s.out, line)
		if words := strings.Fields(line); len(words) > 1 && words[0] == ">" {
			s.side = s.sides["s"]
			if name, other := strings.CutPrefix(words[1], "@"); other {
				s.side, words = s.sides[name], words[1:]
			}
			s.happens(words[1:])
		}
	}
	return s.out.String()
}

func (s *story) event(ev media.Event) {
	ev.Switch, ev.At = s.name, s.now
	if !s.down {
		s.step(ev)
	}
}

func (s *story) step(in Input) {
	facts, err := s.floor.Step(in, s.now)
	if err != nil {
		s.print("refused: %v", err)
	}
	for _, e := range facts {
		s.journal = append(s.journal, e)
		body, _ := json.Marshal(e.Fact)
		if _, long := e.Fact.(fact.FlowPublished); long {
			body = []byte("…")
		}
		if said := fact.PersonOf(e.Fact).Text; said != "" {
			body = append(body, " erasable "+strconv.Quote(said)...)
		}
		s.print("%-4s %s %s", e.About, e.Fact.Kind(), body)
	}
	s.speak()
}

func (s *story) speak() {
	touched := s.floor.TakeTouched()
	slices.SortFunc(touched, orchestrator.CompareIDs)
	dropped := map[string][]media.LegID{}
	for _, id := range touched {
		sw, wants := s.floor.Wants(id)
		to := s.sides[sw]
		if to == nil {
			continue // work that no switch knows of, or what is over
		}
		if to.down {
			s.floor.touched[id] = struct{}{}
			continue
		}
		for _, leg := range slices.Sorted(maps.Keys(wants)) {
			w := wants[leg]
			if to.said[leg] == w {
				continue
			}
			to.said[leg] = w
			s.print("     tell %s: %s", to.mine(leg), shown(w))
			if d, ok := w.Base.(media.Dial); ok && to.living[leg] == nil {
				to.living[leg] = &media.Leg{ID: leg, Stamp: d.Stamp, Born: s.now}
				phone, _, _ := strings.Cut(d.To, "@")
				to.dialled[phone] = leg
			}
			if _, ok := w.Base.(media.Drop); ok && to.living[leg] != nil {
				dropped[sw] = append(dropped[sw], leg)
			}
		}
	}
	here := s.side
	defer func() { s.side = here }()
	for _, name := range slices.Sorted(maps.Keys(s.sides)) {
		s.side = s.sides[name]
		if s.down {
			continue
		}
		strays := s.floor.StrayWants(name)
		for _, leg := range slices.Sorted(maps.Keys(strays)) {
			s.print("     tell %s: %s", s.mine(leg), shown(strays[leg]))
		}
		for _, leg := range dropped[name] {
			delete(s.living, leg)
			s.event(media.Event{Kind: media.Gone, Leg: leg, Why: media.CauseHangup})
		}
	}
}

func (s *story) print(format string, args ...any) {
	at := s.now.Sub(s.begin)
	fmt.Fprintf(&s.out, "  %02d:%02d %s\n", int(at.Minutes()), int(at.Seconds())%60, fmt.Sprintf(format, args...))
}

func shown(w media.Want) string {
	out := strings.TrimPrefix(fmt.Sprintf("%T%+v", w.Base, w.Base), "media.")
	if w.Task.ID != "" {
		out += fmt.Sprintf(" %s %s %q", w.Task.Do, w.Task.ID, w.Task.Prompts)
		if w.Task.Do == media.Ask {
			out += fmt.Sprintf(" (%d keys, end %q, %s each, %s)", w.Task.Max, w.Task.End, w.Task.Quiet, w.Task.Longest)
		}
	}
	if w.Keys {
		out += " keys"
	}
	if w.Tape != "" {
		out += " tape " + string(w.Tape)
	}
	if w.Guard > 0 {
		out += " guard " + w.Guard.String()
	}
	return out
}
