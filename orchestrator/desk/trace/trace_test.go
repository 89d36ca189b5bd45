package trace_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/trace"
	"tandem/orchestrator/fact"
)

const stories = "../../floor/testdata/"

// told reads the facts of a story that the floor has told.
func told(t *testing.T, file string) (lines []fact.Entry) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		head, body, ok := strings.Cut(line, " {")
		words := strings.Fields(head)
		if !strings.HasPrefix(line, "  ") || !ok || len(words) < 2 || len(words) > 3 {
			continue
		}
		body, erasable, _ := strings.Cut("{"+strings.TrimSpace(body), " erasable ")
		kind := words[len(words)-1]
		if !slices.Contains(fact.Kinds(), kind) {
			continue // an order
		}
		e := fact.Entry{Seq: int64(len(lines) + 1), At: clock(t, words[0])}
		if len(words) == 3 {
			e.About = orchestrator.InteractionID(words[1])
		}
		var person []byte
		if erasable != "" {
			person = fmt.Appendf(nil, `{"text":%s}`, erasable)
		}
		if e.Fact, err = fact.Decode(kind, []byte(body), person); err != nil {
			t.Fatalf("%s: %s: %v", file, line, err)
		}
		if x, ok := e.Fact.(fact.InteractionArrived); ok {
			x.Who = fact.Person{Number: "5550100", Name: "Carla"}
			e.Fact = x
		}
		lines = append(lines, e)
	}
	if len(lines) == 0 {
		t.Fatalf("%s tells nothing", file)
	}
	return lines
}

func clock(t *testing.T, minutes string) time.Time {
	t.Helper()
	var m, s int
	if _, err := fmt.Sscanf(minutes, "%d:%d", &m, &s); err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 1, 5, 9, m, s, 0, time.UTC)
}

// show draws a trace: each span under its parent, with the seconds since the first.
func show(tr trace.Trace) string {
	var out strings.Builder
	begin := tr.Spans[0].Start
	var draw func(parent trace.SpanID, depth int)
	draw = func(parent trace.SpanID, depth int) {
		for _, s := range tr.Spans {
			if s.Parent != parent {
				continue
			}
			fmt.Fprintf(&out, "%s%s %v-%v", strings.Repeat("  ", depth), s.Name, s.Start.Sub(begin).Seconds(), s.End.Sub(begin).Seconds())
			for _, a := range s.Attributes {
				fmt.Fprintf(&out, " %s=%v", strings.TrimPrefix(a.Key, "tandem."), a.Value)
			}
			for _, e := range s.Events {
				fmt.Fprintf(&out, " (%s", e.Name)
				for _, a := range e.Attributes {
					fmt.Fprintf(&out, " %v", a.Value)
				}
				out.WriteString(")")
			}
			if s.Failed != "" {
				fmt.Fprintf(&out, " FAILED: %s", s.Failed)
			}
			out.WriteString("\n")
			draw(s.ID, depth+1)
		}
	}
	draw(trace.SpanID{}, 0)
	return out.String()
}

func traces(b *trace.Book, lines []fact.Entry) (all []trace.Trace) {
	for _, e := range lines {
		if tr, over := b.Take(e); over {
			all = append(all, tr)
		}
	}
	return all
}

// TestAnswered tells the ordinary call and one through a flow, as traces.
func TestAnswered(t *testing.T) {
	for file, want := range map[string]string{
		"answered.txt": `interaction 0-72 interaction=i9 cell=x channel=voice switch=s leg=c1 hangup=hangup queue=support agent=ann ending=done
  queue 3-7 queue=support place=1 ending=connected
    offer 3-7 offer=o13 agent=ann queue=support leg=x-o13 ending=connected (alerting)
  talk 7-67 offer=o13 agent=ann queue=support by=agent cause=hangup
    recording 7-67 tape=x-i9-v15
  wrap-up 67-72 offer=o13 agent=ann
`,
		"flow_lookup.txt": `interaction 0-8 interaction=i19 cell=x channel=voice switch=s leg=c2 ending=flowed_out reason=transfer hangup=hangup (left to the switch's fallback)
  flow 0-8 flow=shop version=1 language=en ending=transferred (node pin) (node look) (node inside)
    lookup 0-8 lookup=x-l26 found=false FAILED: no answer as expected
`,
	} {
		all := traces(&trace.Book{Cell: "x"}, told(t, stories+file))
		if len(all) == 0 {
			t.Fatalf("%s: no trace", file)
		}
		if have := show(all[0]); have != want {
			t.Errorf("%s:\n%s", file, have)
		}
	}
}

// TestStories: each story that the floor tells makes one trace of each interaction that is over in it, whole and without a person.
func TestStories(t *testing.T) {
	files, _ := filepath.Glob(stories + "*.txt")
	ended := 0
	for _, file := range files {
		lines := told(t, file)
		over := map[orchestrator.InteractionID]int{}
		for _, e := range lines {
			switch e.Fact.(type) {
			case fact.ItemEnded, fact.InteractionEnded:
				over[e.About]++
			}
		}
		for _, tr := range traces(&trace.Book{Cell: "x"}, lines) {
			if over[tr.Interaction] != 2 {
				t.Errorf("%s: the trace of %s comes too early, or twice", file, tr.Interaction)
			}
			delete(over, tr.Interaction)
			ended++
			check(t, file, tr, lines)
		}
		for id, n := range over {
			if n == 2 {
				t.Errorf("%s: there is no trace of %s", file, id)
			}
		}
	}
	if ended < 25 {
		t.Errorf("only %d interactions are over", ended)
	}
}

func check(t *testing.T, file string, tr trace.Trace, lines []fact.Entry) {
	t.Helper()
	ids := map[trace.SpanID]bool{}
	for _, s := range tr.Spans {
		if s.End.Before(s.Start) || s.Start.IsZero() || ids[s.ID] || (s.Parent != trace.SpanID{}) != (len(ids) > 0) || (len(ids) > 0 && !ids[s.Parent]) {
			t.Errorf("%s: the span %s of %s is broken", file, s.Name, tr.Interaction)
		}
		ids[s.ID] = true
	}
	values := map[string]bool{}
	note := func(list []trace.Attribute) {
		for _, a := range list {
			values[fmt.Sprint(a.Value)] = true
		}
	}
	for _, s := range tr.Spans {
		note(s.Attributes)
		for _, e := range s.Events {
			note(e.Attributes)
		}
	}
	public := map[string]bool{} // what stands in the lasting half too: a customer's record names an agent and a language
	for _, e := range lines {
		switch x := e.Fact.(type) {
		case fact.AgentDefined:
			public[string(x.Agent)] = true
		case fact.FlowEntered:
			public[x.Language] = true
		}
	}
	for _, e := range lines {
		p := fact.PersonOf(e.Fact)
		for _, secret := range []string{p.Number, p.Name, p.Text} {
			if len(secret) > 1 && values[secret] && !public[secret] { // A single key may be equal to a place in line.
				t.Errorf("%s: %q of a person is in the trace of %s", file, secret, tr.Interaction)
			}
		}
	}
}

// TestBefore: what began before the book was opened is told from its past, once; without a past it is left out.
func TestBefore(t *testing.T) {
	lines := told(t, stories+"answered.txt")
	want := show(traces(&trace.Book{Cell: "x"}, lines)[0])
	asked := 0
	past := func(id orchestrator.InteractionID) (all []fact.Entry) {
		asked++
		for _, e := range lines {
			if e.About == id {
				all = append(all, e)
			}
		}
		return all
	}
	first := slices.IndexFunc(lines, func(e fact.Entry) bool { return e.Fact.Kind() == "offer_alerting" })
	all := traces(&trace.Book{Cell: "x", Past: past}, lines[first:])
	if len(all) != 1 || show(all[0]) != want || asked != 1 {
		t.Errorf("from its past it is, after asking %d times:\n%v", asked, all)
	}
	if all := traces(&trace.Book{Cell: "x"}, lines[first:]); len(all) != 0 {
		t.Errorf("without a past it is %v", all)
	}
	// What comes later begins nothing anew.
	id, after := lines[first].About, lines[len(lines)-1]
	for i, f := range []fact.Fact{fact.SurveyAnswered{Score: 4}, fact.LegGone{}, fact.PromptEnded{}} {
		e := fact.Entry{Seq: after.Seq + 1 + int64(i), At: after.At, About: id, Fact: f}
		if all := traces(&trace.Book{Cell: "x", Past: past}, []fact.Entry{e}); len(all) != 0 {
			t.Errorf("%s tells the interaction again: %v", f.Kind(), all)
		}
	}
}

// TestID: the id can be computed by hand, and two centres do not share it.
func TestID(t *testing.T) {
	// printf 'x/i9' | sha256sum | cut -c1-32
	if have := trace.IDOf("x", "i9").String(); have != "418561d837d2cc58e8290fed6277ba09" {
		t.Errorf("it is %s", have)
	}
	if trace.IDOf("x", "i9") == trace.IDOf("y", "i9") {
		t.Error("two centres share it")
	}
}
