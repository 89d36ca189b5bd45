package orchestrator

import (
	"errors"
	"strings"
)

// Kind says of what kind an error is, so that each door can translate it once.
type Kind string

// The kinds of error; api maps each to one HTTP status.
const (
	Invalid     Kind = "invalid"     // the request can never succeed as it is
	NotFound    Kind = "not_found"   // no such thing
	Conflict    Kind = "conflict"    // the thing is in a state that does not allow it
	Forbidden   Kind = "forbidden"   // known, and not allowed
	Limit       Kind = "limit"       // too much at once; later it works
	Unavailable Kind = "unavailable" // a part that is needed is away; later it works
	Internal    Kind = "internal"    // our fault
)

// Error is the one error type that crosses rooms. Say tells the reader what is wrong and what to do.
type Error struct {
	Kind  Kind
	Op    string // what was being done, such as "agent.status"
	Field string // of the request that is wrong, as the API names it; "" when it is none
	Say   string // without the field
	Err   error  // the cause, for the log; may be nil
}

func (e *Error) Error() string {
	parts := make([]string, 0, 4)
	for _, p := range []string{e.Op, e.Field, e.Say} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	if len(parts) == 0 {
		return string(e.Kind)
	}
	return strings.Join(parts, ": ")
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of err: "" for nil and Internal for an error that is not ours.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
