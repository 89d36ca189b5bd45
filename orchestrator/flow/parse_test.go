package flow_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/problem"
)

func door(t testing.TB) *flow.Flow {
	t.Helper()
	f, err := flow.Parse("door.yaml", doorText(t))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func doorText(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("testdata/door.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// frame is a flow without nodes, four lines long.
const frame = "flow: f\nnumbers: ['7000']\nlanguage: en\nstart: a\nnodes:\n"

// masked is a node that takes a number and forgets it.
const masked = "  a: {collect: card, say: x, digits: 4, mask: true, next: b, otherwise: b}\n"

// publishable says what keeps a text from being published in a centre of which nothing is known.
func publishable(file, text string) error {
	f, err := flow.Parse(file, text)
	if err != nil {
		return err
	}
	return f.Check(file, flow.Centre{})
}

// TestProblems: each error names file, line and what to do.
func TestProblems(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no yaml", "flow: [", "f.yaml:1: this cannot be read as YAML"},
		{"empty", "", "f.yaml:1: this cannot be read as YAML"},
		{"a list", "- a\n- b", "f.yaml:1: a flow must be a mapping"},
		{"two documents", frame + "  a: {hangup: x}\n---\na: b\n", "one file holds one flow"},
		{"nothing in it", "flow: f\n", `f.yaml:1: "start" is missing`},
		{"a number", strings.Replace(frame, "7000", "sip:x", 1) + "  a: {hangup: x}", `f.yaml:2: "sip:x": a number that can be dialled`},
		{"unknown field", frame + "  a: {hangup: x}\ncolour: red", `f.yaml:7: "colour" means nothing here`},
		{"unknown type", frame + "  a: {play: x}", `f.yaml:6: node "a": this node does nothing; give it announce`},
		{"two types", frame + "  a: {hangup: x, queue: q}", `f.yaml:6: node "a": a node does one thing; this one has queue and hangup`},
		{"unknown node", frame + "  a: {announce: x,\n      next: b}", `f.yaml:7: node "a": there is no node "b"`},
		{"missing way", frame + "  a: {announce: x}", `f.yaml:6: node "a": "next" is missing`},
		{"missing branch", frame + "  a: {menu: x, keys: {1: a}}", `f.yaml:6: node "a": "otherwise" is missing`},
		{"unknown start", strings.Replace(frame, "start: a", "start: z", 1) + "  a: {hangup: x}", `f.yaml:4: start: there is no node "z"`},
		{"unreachable", frame + "  a: {hangup: x}\n  b: {hangup: x}", `f.yaml:7: node "b": nothing leads here`},
		{"a loop", frame + "  a: {announce: x, next: b}\n  b: {announce: x, next: a}", `a → b → a`},
		{"a silent loop", frame + "  a: {menu: x, keys: {1: b}, otherwise: c}\n  b: {hangup: x}\n  c: {announce: x, next: a}", `a → c → a`},
		{"a loop of itself", frame + "  a: {set: {x: y}, next: a}", `a → a`},
		{"twice", frame + "  a: {hangup: x}\n  a: {hangup: x}", `f.yaml:7: "a" is there twice`},
		{"an alias", frame + "  a: &x {hangup: x}\n  b: *x", "anchors and aliases"},
		{"a key", frame + "  a: {menu: x, keys: {12: b}, otherwise: b}\n  b: {hangup: x}", `f.yaml:6: node "a": "12" is no key`},
		{"digits", frame + "  a: {collect: o, say: x, digits: 9-4, next: b, otherwise: b}\n  b: {hangup: x}", "digits: how many"},
		{"none without an end", frame + "  a: {collect: o, say: x, digits: 4, none: b, next: b, otherwise: b}\n  b: {hangup: x}", "give an end"},
		{"a prompt in no language", frame + "  a: {announce: {prompt: x}, next: b}\n  b: {hangup: x}", `"in" is missing`},
		{"a check", frame + "  a: {collect: o, say: x, digits: 4, check: crc, next: b, otherwise: b}\n  b: {hangup: x}", "check: luhn is known"},
		{"an attribute", frame + "  a: {collect: caller, say: x, digits: 4, next: b, otherwise: b}\n  b: {hangup: x}", `"caller": an attribute has`},
		{"a prompt", frame + "  a: {announce: ../../etc/passwd, next: b}\n  b: {hangup: x}", "the name of a prompt"},
		{"an attribute nobody sets", frame + "  a: {announce: {digits: order}, next: b}\n  b: {hangup: x}", `no node sets the attribute "order"`},
		{"position outside a queue", frame + "  a: {announce: {number: position}, next: b}\n  b: {hangup: x}", `no node sets the attribute "position"`},
		{"a calendar", frame + "  a: {hours: office, open: b, closed: b}\n  b: {hangup: x}", `there is no calendar "office"`},
		{"a zone", frame + "  a: {hangup: x}\nhours: {o: {zone: Mars, open: {mon: 9-18}}}", `there is no time zone "Mars"`},
		{"hours", frame + "  a: {hangup: x}\nhours: {o: {zone: UTC, open: {mon: 9-18}}}", `"9-18" are no hours`},
		{"a language", frame + "  a: {set: {language: xx}, next: b}\n  b: {hangup: x}", `language "xx" is none of this flow's`},
		{"a condition", frame + "  a:\n    when:\n      - {if: 'order ==', go: b}\n    otherwise: b\n  b: {hangup: x}", `f.yaml:8: node "a": the condition cannot be read`},
		{"the time", frame + "  a: {when: [{if: 'now().Hour() > 3', go: b}], otherwise: b}\n  b: {hangup: x}", "the condition cannot be read: unknown name now"},
		{"a loop in a condition", frame + "  a: {when: [{if: 'all(1..1000000, # > 0)', go: b}], otherwise: b}\n  b: {hangup: x}", "the condition cannot be read"},
		{"a long condition", frame + "  a: {when: [{if: '1" + strings.Repeat("+1", 120) + " > 3', go: b}], otherwise: b}\n  b: {hangup: x}", "the condition cannot be read"},
		{"no yes or no", frame + "  a: {when: [{if: 'caller', go: b}], otherwise: b}\n  b: {hangup: x}", "expected bool"},
		{"an address", frame + "  a: {lookup: 'https://{caller}.example/x', into: {t: t}, next: b, otherwise: b}\n  b: {hangup: x}", "lookup: an address such as"},
		{"a file", frame + "  a: {lookup: 'file:///etc/passwd', into: {t: t}, next: b, otherwise: b}\n  b: {hangup: x}", "lookup: an address such as"},
		{"said masked", frame + masked + "  b: {announce: {digits: card}, next: z}\n  z: {hangup: x}", `f.yaml:7: node "b": the attribute "card" is masked at node "a"`},
		{"compared masked", frame + masked + "  b: {when: [{if: 'len(card) > 3', go: z}], otherwise: z}\n  z: {hangup: x}", `"card" is masked at node "a"`},
		{"asked masked", frame + masked + "  b: {lookup: 'https://x.example/{card}', into: {t: t}, next: z, otherwise: z}\n  z: {hangup: x}", `"card" is masked at node "a"`},
		{"sent masked", frame + masked + "  b: {sms: 'of {card}', next: z}\n  z: {hangup: x}", `"card" is masked at node "a"`},
		{"the state of masked", frame + masked + "  b: {state: card, open: z, pending: z, solved: z, closed: z, otherwise: z}\n  z: {hangup: x}", `"card" is masked at node "a"`},
		{"a function as an attribute", frame + "  a: {set: {len: y}, next: b}\n  b: {hangup: x}", `"len" is a word of conditions`},
		{"a word as an attribute", frame + "  a: {collect: not, say: x, digits: 4, next: b, otherwise: b}\n  b: {hangup: x}", `"not" is a word of conditions`},
		{"half a limit", frame + "  a: {queue: q, max_wait: 1m}", "max_wait and too_long belong together"},
		{"a subject", frame + "  a: {ticket: 'of {caller}', next: b}\n  b: {hangup: x}", "the same for every caller"},
		{"an extension", frame + "  a: {transfer: '300&Zap/g1'}", "an extension of your switch"},
		{"too long", frame + "  a: {hangup: x} #" + strings.Repeat("x", flow.MaxText), "a flow has at most"},
	} {
		err := publishable("f.yaml", c.text)
		var all problem.List
		if !errors.As(err, &all) || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "f.yaml:") {
			t.Errorf("%s: want %s; have %v", c.name, c.want, err)
		}
	}
}

// TestBadHoursAreToldOnce: not once for each day of the row.
func TestBadHoursAreToldOnce(t *testing.T) {
	err := publishable("f.yaml", frame+"  a: {hangup: x}\nhours: {o: {zone: UTC, open: {mon-fri: 9-18}}}")
	var all problem.List
	if !errors.As(err, &all) || len(all) != 1 {
		t.Errorf("want one problem; have %v", err)
	}
}

// TestCheck: what can be told only of a centre.
func TestCheck(t *testing.T) {
	f := door(t)
	if err := f.Check("door.yaml", flow.Centre{}); err != nil {
		t.Errorf("a centre of which nothing is known finds %v", err)
	}
	err := f.Check("door.yaml", flow.Centre{
		Queue:  func(id orchestrator.QueueID) bool { return id != "support" },
		Prompt: func(language, name string) bool { return language != "zh" || name != "busy" && name != "n-two" },
	})
	for _, want := range []string{
		`door.yaml:57: node "support": there is no queue "support"; define it first`,
		`door.yaml:58: node "busy": there is no recording "busy" in language zh`,
		`to say number in language zh the recording "n-two" is needed`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s; have\n%v", want, err)
		}
	}
	if n := len(strings.Split(err.Error(), "\n")); n != 5 {
		t.Errorf("%d problems:\n%v", n, err)
	}
}

// FuzzParse: no text makes the reader fail otherwise than with problems, and a text without problems can be walked to its end by a
// caller who presses nothing.
func FuzzParse(f *testing.F) {
	f.Add(doorText(f))
	f.Add(frame + "  a: {hangup: x}")
	f.Add(frame + "  a: {menu: x, keys: {'#': a}, otherwise: b}\n  b: {queue: q}")
	f.Add(frame + "  a: {when: [{if: 'caller matches \"^1\"', go: b}], otherwise: b}\n  b: {transfer: '1'}")
	f.Fuzz(func(t *testing.T, text string) {
		one, err := flow.Parse("f", text)
		if err == nil {
			err = one.Check("f", flow.Centre{})
		}
		var all problem.List
		if err != nil {
			if !errors.As(err, &all) || len(all) == 0 {
				t.Fatalf("%v is no list of problems", err)
			}
			return
		}
		silent(t, one)
	})
}

// silent walks a flow with a caller who never presses a key; it must end within its nodes and tries.
func silent(t *testing.T, f *flow.Flow) (way []string) {
	t.Helper()
	at, c := f.Start, flow.Call{Language: f.Language, Attributes: map[string]string{}}
	m := f.Enter(at, c)
	for range 10*len(f.Nodes) + 10 {
		switch d := m.Do.(type) {
		case flow.Go:
			way = append(way, at)
			at = d.To
			m = f.Enter(at, c)
		case flow.Say:
			m = f.Heard(at)
		case flow.Ask:
			m = f.Keyed(at, d.Try, "", true, c)
		case flow.Find:
			m = f.Found(at, nil)
		case flow.Text:
			m = flow.Move{Do: flow.Go{To: d.Next}}
		case flow.Open:
			m = flow.Move{Do: flow.Go{To: d.Next}}
		default:
			return append(way, at)
		}
	}
	t.Fatalf("a caller who presses nothing walks on and on: %v", way)
	return nil
}
