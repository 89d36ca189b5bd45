package freeswitch

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tandem/orchestrator/media"
)

// Everything that goes into a command of FreeSWITCH passes through this file (SECURITY A8). Texts are percent-encoded (value),
// also those that a phone is to show (displayed); applications of a program have a form of their own (program). The rest of a
// command are names, see isName, and numbers.

var errControl = errors.New("the text has control characters or is not UTF-8")

// control says whether a text must not reach FreeSWITCH in any form: a line break would begin the next header or command.
func control(text string) bool {
	return !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl)
}

// value is any text as the value of a variable of ours. It is percent-encoded, so that it has no character that means anything
// to any of FreeSWITCH's parsers (blank, comma, braces, quotes, dollar, equals sign, backslash); unvalue is the way back.
func value(text string) (string, error) {
	if control(text) {
		return "", errControl
	}
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20"), nil
}

// unvalue is the way back; what is not of our making comes back as it is.
func unvalue(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

// variables are those that a dialled leg is born with, in FreeSWITCH's braces.
type variables []string

var variableForm = regexp.MustCompile(`^[a-z_]+$`)

// add puts a value of ours in; it arrives percent-encoded.
func (v *variables) add(name, text string) error {
	safe, err := value(text)
	if err == nil && !variableForm.MatchString(name) {
		err = errors.New("that is not the name of a variable")
	}
	if err != nil {
		return fmt.Errorf("variable %q: %w", media.Clean(name), err)
	}
	*v = append(*v, name+"="+safe)
	return nil
}

// encode is {name=value,…}.
func (v variables) encode() string { return "{" + strings.Join(v, ",") + "}" }

// program is what a leg does from now on: applications in a row. The last one must be without end.
type program []string

// appForm is what an application and its data may consist of: none of FreeSWITCH's quotes, escapes, delimiters of the inline
// dialplan or blanks at the ends. Dollar and braces occur in applications of our own making only (see heard).
var appForm = regexp.MustCompile(`^[a-z_]+(:[A-Za-z0-9._:/=@+~!%(),;*#&^${}-][A-Za-z0-9._:/=@+~!%(),;*#&^${} -]*)?$`)

// encode is the argument of uuid_transfer; applications are separated by a character that appForm has not.
func (p program) encode() (string, error) {
	for _, app := range p {
		if !appForm.MatchString(app) {
			return "", fmt.Errorf("application %q can't be part of a program", media.Clean(app))
		}
	}
	return "'m:|:" + strings.Join(p, "|") + "'", nil
}

// displayed is what a phone shows as the caller's name: a quoted string of SIP (RFC 3261 section 25.1). mod_sofia decodes
// percent signs in a name, takes what stands between the first and the last quotation mark, and puts that into From as it is.
// So value(displayed(name)) is shown as name, and is syntax for none of the parsers on its way.
func displayed(name string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(media.Clean(name)) + `"`
}
