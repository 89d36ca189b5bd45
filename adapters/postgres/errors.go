package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"tandem/orchestrator"
)

// wrap translates an error of the database once, at the border; nil stays nil and an error that is ours stays as it is.
func wrap(op string, err error) error {
	var ours *orchestrator.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &ours):
		return err
	case away(err):
		return &orchestrator.Error{Kind: orchestrator.Unavailable, Op: op, Err: err,
			Say: "the database cannot be reached or cannot work now; it is tried again, look at its log if this lasts"}
	case code(err) == "22021": // character_not_in_repertoire: an id with NUL or bad UTF-8 names nothing
		return &orchestrator.Error{Kind: orchestrator.Invalid, Op: op, Err: err, Say: "a value holds characters that no text has"}
	default:
		return &orchestrator.Error{Kind: orchestrator.Internal, Op: op, Err: err, Say: "the database refused"}
	}
}

// away says whether the same thing may succeed later without anything being changed here: the server is gone, starting,
// stopping, out of room, or two transactions met. Classes are those of PostgreSQL, appendix A.
func away(err error) bool {
	var ours *orchestrator.Error
	if errors.As(err, &ours) && ours.Kind == orchestrator.Unavailable {
		return true
	}
	if c := code(err); c != "" {
		switch c.Class() {
		case "08", "40", "53", "55", "57", "58":
			return true
		}
		return c == "25006" // read-only: a standby that is being promoted, or an admin's switch
	}
	var network net.Error
	return errors.As(err, &network) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// none says that there is no such thing.
func none(op, what string) error {
	return &orchestrator.Error{Kind: orchestrator.NotFound, Op: op, Say: "there is no " + what}
}

// missing makes NotFound of an empty answer, and translates every other error.
func missing(op, what string, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return none(op, what)
	}
	return wrap(op, err)
}

func invalid(op, say string) error {
	return &orchestrator.Error{Kind: orchestrator.Invalid, Op: op, Say: say}
}

// clean makes a text from outside one that PostgreSQL can hold.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// taken says that a row with that key is there already (unique_violation).
func taken(err error) bool { return code(err) == "23505" }

// code is the SQLSTATE of an error; "" when it is not the server's.
func code(err error) pqerror.Code {
	var p *pq.Error
	if errors.As(err, &p) {
		return p.Code
	}
	return ""
}
