package smshttp

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Config says how a gateway wants to be asked. In URL (its query only), Headers and Body stand {to}, {digits} (without the +),
// {from}, {text}, {key} (unique for each message, the same when it is sent again) and {secret}.
type Config struct {
	Name    string
	URL     string
	Method  string // POST or GET
	Headers string // lines of "Name: value"
	Body    string // a JSON document, or a form such as to={to}&text={text}; none for GET
	From    string // for {from}
	Secret  string // for {secret}
	Success string // regular expression in the body of an answer 2xx; "" takes all of them
	ID      string // regular expression in it whose first group is the gateway's name for the message; "" has none
	Repeats bool   // the gateway takes a {key} that it knows for a repetition

	Rate   float64       // messages a second; 0 is no limit of ours
	Answer time.Duration // an answer is waited for; 0 is 20 s
	Hook   HookConfig
}

// HookConfig says how to read what a gateway tells us: where in its JSON (names and numbers with dots between: results.0.id) or
// in its form or query each value stands.
type HookConfig struct {
	Secret    string // at least 16 characters; "": nothing is heard
	Signed    bool   // the secret signs each call and is not sent: see Hook
	Each      string // where the list of events stands, if one call has many
	ID, State string // of a receipt
	Error     string
	Delivered string // regular expression of final states; case does not count
	Failed    string
	Text      string // of a customer's text; where it stands the event is one
	From, To  string
	Key       string // the gateway's name for the text
}

const (
	leastSecret = 16
	mostAnswer  = 64 << 10 // octets that are read of an answer
	mostCall    = 1 << 20  // and of a call to the hook, when it knows the secret: one may carry a thousand receipts
)

// request is a template, read and checked.
type request struct {
	url     *url.URL
	query   url.Values
	method  string
	headers http.Header
	json    any        // nil for a form
	form    url.Values // nil for none
	success *regexp.Regexp
	id      *regexp.Regexp
}

// read reads the template and says what is wrong with the first field that cannot work. It names no secret.
func (c Config) read() (t request, err error) {
	wrong := func(field, want string) (request, error) {
		return t, fmt.Errorf("SMS gateway %s: %s cannot work; use %s", c.Name, field, want)
	}
	if t.url, err = url.Parse(c.URL); err != nil || t.url.Host == "" || t.url.User != nil || t.url.Scheme != "https" && t.url.Scheme != "http" {
		return wrong("the URL", "https://host/path, and {secret} in a header for a password")
	}
	if strings.ContainsAny(t.url.Host+t.url.Path+t.url.Fragment, "{}") {
		return wrong("the URL", "{…} in its query only")
	}
	if t.query, err = url.ParseQuery(t.url.RawQuery); err != nil {
		return wrong("the URL's query", "name=value&name=value")
	}
	if t.method = strings.ToUpper(c.Method); t.method == "" {
		t.method = http.MethodPost
	}
	switch body := strings.TrimSpace(c.Body); {
	case t.method != http.MethodPost && t.method != http.MethodGet:
		return wrong("the method", "POST or GET")
	case (t.method == http.MethodGet) != (body == ""):
		return wrong("the body", "one with POST and none with GET")
	case strings.HasPrefix(body, "{") || strings.HasPrefix(body, "["):
		d := json.NewDecoder(strings.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&t.json); err != nil || d.More() {
			return wrong("the body", `a JSON document such as {"to": "{to}", "text": "{text}"}`)
		}
	case body != "":
		if t.form, err = url.ParseQuery(body); err != nil {
			return wrong("the body", "a form such as to={to}&text={text}")
		}
	}
	if !strings.Contains(c.URL+c.Body, "{text}") || !strings.Contains(c.URL+c.Body, "{to}") && !strings.Contains(c.URL+c.Body, "{digits}") {
		return wrong("the template", "{to} or {digits}, and {text}")
	}
	if strings.Contains(c.Headers, "{text}") {
		return wrong("a header", "{text} in the body or the query")
	}
	if c.Repeats && !strings.Contains(c.URL+c.Headers+c.Body, "{key}") {
		return wrong("repeats", "{key} in the template, by which the gateway recognises a repetition")
	}
	if strings.ContainsFunc(c.Secret, unicode.IsControl) {
		return wrong("the secret", "one without line breaks; a file that holds it may end with one")
	}
	if c.Hook.Secret != "" && len(c.Hook.Secret) < leastSecret {
		return wrong("the hook's secret", fmt.Sprintf("at least %d characters, made by chance", leastSecret))
	}
	if t.headers, err = readHeaders(c.Headers); err != nil {
		return wrong("a header", `lines of "Name: value"`)
	}
	for _, e := range []struct {
		to    **regexp.Regexp
		field string
		text  string
	}{{&t.success, "success", c.Success}, {&t.id, "id", c.ID}} {
		if *e.to, err = regexp.Compile(e.text); err != nil || e.field == "id" && e.text != "" && (*e.to).NumSubexp() < 1 {
			return wrong(e.field, "a regular expression of Go (RE2), for the id with a group in it")
		}
	}
	return t, nil
}

// forbidden are headers that belong to the connection and not to the gateway.
var forbidden = []string{"Host", "Content-Length", "Transfer-Encoding", "Connection", "Content-Type"}

// token is what the name of a header may be (RFC 9110, 5.6.2). Another one would fail each request, as if the gateway were away.
var token = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

func readHeaders(lines string) (http.Header, error) {
	h := http.Header{}
	for line := range strings.Lines(lines) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		name = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))
		if !ok || !token.MatchString(name) || slices.Contains(forbidden, name) || strings.ContainsFunc(value, unicode.IsControl) {
			return nil, fmt.Errorf("%q is no header that can be set", name)
		}
		h.Add(name, strings.TrimSpace(value))
	}
	return h, nil
}
