package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A version of what can be changed is made of what is shown of it, so that nothing has to be kept for it:
//
//	"aaaaaaaaaaaa.bbccdd….eeeeeeeeeeee"
//	 │            │       └ all that is shown, with what lives by itself
//	 │            └ two letters for each field that a client can change, by name: they tell later what was changed
//	 └ all of these fields together
//
// If-None-Match compares the whole (RFC 9110 section 13.1.2). If-Match compares the first part alone: a call more in the line of a
// queue is no reason to refuse a new name for it.

const (
	partLength  = 12 // letters, 72 bits
	fieldLength = 2
)

// liveField marks a property in the document that changes without anybody's changing it.
const liveField = "x-live"

// etagOf makes the version of a representation; "" when it is no object of this schema.
func etagOf(body []byte, schema *openapi3.Schema) string {
	var shown map[string]any
	if json.Unmarshal(body, &shown) != nil {
		return ""
	}
	shown = still(shown, schema)
	fields := ""
	for _, name := range fieldNames(schema) {
		fields += letters(shown[name], fieldLength)
	}
	return `"` + letters(shown, partLength) + "." + fields + "." + lettersOf(body, partLength) + `"`
}

// still leaves out what lives by itself.
func still(shown map[string]any, schema *openapi3.Schema) map[string]any {
	out := maps.Clone(shown)
	for name, p := range schema.Properties {
		inner, isObject := shown[name].(map[string]any)
		switch live, _ := p.Value.Extensions[liveField].(bool); {
		case live:
			delete(out, name)
		case isObject && len(p.Value.Properties) > 0:
			out[name] = still(inner, p.Value)
		}
	}
	return out
}

// fieldNames are the properties that a client can change, in their order within a version.
func fieldNames(schema *openapi3.Schema) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(schema.Properties)), func(name string) bool {
		live, _ := schema.Properties[name].Value.Extensions[liveField].(bool)
		return live
	})
}

// letters names a value; encoding/json writes maps in the order of their keys.
func letters(value any, n int) string {
	text, err := json.Marshal(value)
	if err != nil {
		return strings.Repeat("-", n)
	}
	return lettersOf(text, n)
}

func lettersOf(text []byte, n int) string {
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:])[:n]
}

// listed are the versions of an If-Match or If-None-Match.
func listed(header string) []string {
	all := strings.Split(header, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// unchanged says whether a client that has seen one of these versions has what is shown now (weak comparison).
func unchanged(ifNoneMatch, now string) bool {
	return slices.ContainsFunc(listed(ifNoneMatch), func(seen string) bool {
		return seen == "*" || now != "" && strings.TrimPrefix(seen, "W/") == now
	})
}

// definition is the first part of a version; a version of another form is all of it.
func definition(etag string) string {
	first, _, _ := strings.Cut(etag, ".")
	return first
}

// matches says whether one of these versions is that of the fields as they are now (strong comparison).
func matches(ifMatch, now string) bool {
	return slices.ContainsFunc(listed(ifMatch), func(seen string) bool {
		return now != "" && (seen == "*" || definition(seen) == definition(now))
	})
}

// changedSince names the fields that differ between two versions; none when the one is not of this form.
func changedSince(seen, now string, schema *openapi3.Schema) (out []FieldProblem) {
	names := fieldNames(schema)
	was, is := strings.Split(seen, "."), strings.Split(now, ".")
	if len(was) != 3 || len(is) != 3 || len(was[1]) != len(is[1]) || len(is[1]) != fieldLength*len(names) {
		return nil
	}
	for i, name := range names {
		if at := i * fieldLength; was[1][at:at+fieldLength] != is[1][at:at+fieldLength] {
			out = append(out, FieldProblem{Field: name, Says: "was changed meanwhile"})
		}
	}
	return out
}

// refuseOld tells a client that what it wants to change is not any more what it has seen.
func refuseOld(seen, now string, schema *openapi3.Schema) error {
	r := &refusal{status: http.StatusPreconditionFailed, kind: "changed", header: http.Header{}}
	if now == "" {
		r.detail = "it does not exist (any more); leave If-Match out to make it"
		return r
	}
	r.fields = changedSince(seen, now, schema)
	names := make([]string, len(r.fields))
	for i, f := range r.fields {
		names[i] = f.Field
	}
	r.detail = "it was changed since the version that you have seen; read it again"
	if len(names) > 0 {
		r.detail = fmt.Sprintf("%s changed since the version that you have seen; read it again", strings.Join(names, ", "))
	}
	return r
}

// taking is the right to change one thing, by its address; several clients take it one after the other.
type taking struct {
	turn chan struct{} // holds one
	wait int           // how many want it
}

// take waits for the right to change what stands at an address. give gives it back.
func (s *Server) take(ctx context.Context, path string) (give func(), err error) {
	s.takingsMu.Lock()
	t := s.takings[path]
	if t == nil {
		t = &taking{turn: make(chan struct{}, 1)}
		s.takings[path] = t
	}
	t.wait++
	s.takingsMu.Unlock()
	leave := func() {
		s.takingsMu.Lock()
		defer s.takingsMu.Unlock()
		if t.wait--; t.wait == 0 {
			delete(s.takings, path)
		}
	}
	select {
	case t.turn <- struct{}{}:
		return func() { <-t.turn; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
