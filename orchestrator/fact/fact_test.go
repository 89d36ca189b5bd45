package fact

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator/media"
)

var add = flag.Bool("add", false, "add an example of every kind that testdata lacks; old lines are never changed")

const golden = "testdata/kinds.jsonl"

// line is one example of a kind: as it was written when the kind was new, or when it gained fields.
type line struct {
	Kind   string          `json:"kind"`
	Body   json.RawMessage `json:"body"`
	Person json.RawMessage `json:"person,omitempty"`
}

// TestEveryKindEverWrittenIsRead reads the examples of all times: each must decode, and encode to a body that has at least the
// fields and values of the example.
func TestEveryKindEverWrittenIsRead(t *testing.T) {
	if *add {
		addExamples(t)
	}
	seen := map[string]bool{}
	for _, l := range read(t) {
		seen[l.Kind] = true
		f, err := Decode(l.Kind, l.Body, l.Person)
		if err != nil {
			t.Errorf("%s: %v", l.Body, err)
			continue
		}
		kind, body, person, err := Encode(f)
		if err != nil || kind != l.Kind {
			t.Errorf("%s became %s, %v", l.Kind, kind, err)
		}
		if lost := missing(t, l.Body, body); len(lost) > 0 {
			t.Errorf("%s has lost or changed %v: a fact only gains fields", l.Kind, lost)
		}
		if !bytes.Equal(person, l.Person) {
			t.Errorf("%s: the person was %s and is %s", l.Kind, l.Person, person)
		}
	}
	for _, k := range Kinds() {
		if !seen[k] {
			t.Errorf("testdata has no example of %s: run go test ./orchestrator/fact -add", k)
		}
	}
}

// TestPersonsStayOut: what can be erased is never in the lasting body.
func TestPersonsStayOut(t *testing.T) {
	for _, k := range Kinds() {
		f := filled(t, k)
		_, body, person, err := Encode(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"+8613800138000", "Wang Fang", "called about the parcel"} {
			if bytes.Contains(body, []byte(secret)) {
				t.Errorf("%s keeps %q in its body", k, secret)
			}
		}
		back, err := Decode(k, body, person)
		if err != nil || !reflect.DeepEqual(back, f) {
			t.Errorf("%s came back as %+v, was %+v, %v", k, back, f, err)
		}
		blank, err := Decode(k, body, nil)
		if err != nil || PersonOf(blank) != (Person{}) {
			t.Errorf("%s after erasure: %+v, %v", k, blank, err)
		}
	}
}

func TestAnUnknownKindIsRefused(t *testing.T) {
	if _, err := Decode("from_the_future", []byte("{}"), nil); err == nil || !strings.Contains(err.Error(), "older than its journal") {
		t.Errorf("got %v", err)
	}
}

func read(t *testing.T) []line {
	t.Helper()
	text, err := os.ReadFile(golden)
	if err != nil && !*add {
		t.Fatal(err)
	}
	var out []line
	for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); {
		var l line
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	return out
}

func addExamples(t *testing.T) {
	lines := read(t)
	kinds := Kinds()
	slices.Sort(kinds)
	for _, k := range kinds {
		kind, body, person, err := Encode(filled(t, k))
		if err != nil {
			t.Fatal(err)
		}
		known := slices.ContainsFunc(lines, func(l line) bool { return l.Kind == kind && len(missing(t, body, l.Body)) == 0 })
		if !known {
			lines = append(lines, line{kind, body, person})
		}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	for _, l := range lines {
		if err := enc.Encode(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(golden, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// missing lists the fields of old that are absent or different in now.
func missing(t *testing.T, old, now []byte) []string {
	t.Helper()
	var a, b map[string]any
	if err := json.Unmarshal(old, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(now, &b); err != nil {
		t.Fatal(err)
	}
	var out []string
	for k, v := range a {
		if !reflect.DeepEqual(b[k], v) {
			out = append(out, k)
		}
	}
	return out
}

// filled makes a fact with a value in every field.
func filled(t *testing.T, kind string) Fact {
	t.Helper()
	f, err := Decode(kind, []byte("{}"), nil)
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.New(reflect.TypeOf(f)).Elem()
	for i := range v.NumField() {
		fill(t, v.Field(i))
	}
	return v.Interface().(Fact)
}

func fill(t *testing.T, v reflect.Value) {
	t.Helper()
	switch x := v.Addr().Interface().(type) {
	case *Person:
		*x = Person{Number: "+8613800138000", Name: "Wang Fang", Text: "called about the parcel"}
		return
	case *time.Time:
		*x = time.Date(2026, 1, 5, 9, 30, 0, 123456000, time.UTC)
		return
	case *media.Cause:
		*x = media.CauseBusy
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x1")
	case reflect.Int, reflect.Int64:
		v.SetInt(486)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(t, v.Index(0))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem())
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key)
		fill(t, value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i))
		}
	default:
		t.Fatalf("no example for %s", v.Type())
	}
}
