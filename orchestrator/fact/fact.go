// Package fact says what happened. Facts are the only thing that changes the floor, and the only thing the journal keeps:
// every view, ticket, message and figure is a fold over them.
//
// Rules. A fact is written before anyone acts on it. It only ever gains fields; a new meaning is a new kind; testdata keeps
// one example of every kind ever written. A fact holds ids, never a number, a name or a keyed digit: those ride in Person,
// which the journal keeps in a side table that can be erased.
package fact

import (
	"encoding/json"
	"fmt"
	"time"

	"tandem/orchestrator"
)

// Fact is one of the struct types of this package, by value.
type Fact interface{ Kind() string }

// Entry is one line of the journal of a cell.
type Entry struct {
	Seq   int64                      // from 1, without gaps
	At    time.Time                  // logical clock: UTC, microseconds, never goes back
	About orchestrator.InteractionID // "" when it is about none
	Fact  Fact
}

// Person is what can be erased: it is kept beside the fact, not in it.
type Person struct {
	Number string `json:"number,omitempty"` // as the switch gave it, not verified
	Name   string `json:"name,omitempty"`
	Text   string `json:"text,omitempty"` // free text somebody wrote, such as wrap-up notes
}

// Encode splits a fact into its kind, its lasting body and its erasable part; person is nil when there is none.
func Encode(f Fact) (kind string, body, person []byte, err error) {
	if body, err = json.Marshal(f); err != nil {
		return "", nil, nil, fmt.Errorf("encode fact %s: %w", f.Kind(), err)
	}
	if p, ok := f.(personal); ok && p.person() != (Person{}) {
		if person, err = json.Marshal(p.person()); err != nil {
			return "", nil, nil, fmt.Errorf("encode person of fact %s: %w", f.Kind(), err)
		}
	}
	return f.Kind(), body, person, nil
}

// Decode puts a fact together again; person is nil when there was none or it was erased.
// A kind that this program does not know is an error: it is older than the journal that it reads.
func Decode(kind string, body, person []byte) (Fact, error) {
	decode, ok := kinds[kind]
	if !ok {
		return nil, fmt.Errorf("decode fact: kind %q is not known; this program is older than its journal, install the newer one", kind)
	}
	var p Person
	if person != nil {
		if err := json.Unmarshal(person, &p); err != nil {
			return nil, fmt.Errorf("decode person of fact %s: %w", kind, err)
		}
	}
	f, err := decode(body, p)
	if err != nil {
		return nil, fmt.Errorf("decode fact %s: %w", kind, err)
	}
	return f, nil
}

// Kinds lists every kind of fact.
func Kinds() []string {
	out := make([]string, 0, len(kinds))
	for k := range kinds {
		out = append(out, k)
	}
	return out
}

// PersonOf returns the erasable part of a fact; zero when it has none.
func PersonOf(f Fact) Person {
	if p, ok := f.(personal); ok {
		return p.person()
	}
	return Person{}
}

type personal interface{ person() Person }

type decoder func(body []byte, p Person) (Fact, error)

// plain decodes a fact without an erasable part.
func plain[T Fact](body []byte, _ Person) (Fact, error) {
	var f T
	err := json.Unmarshal(body, &f)
	return f, err
}
