package flow

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
)

// placeholder stands for an attribute in an address or a text.
var placeholder = regexp.MustCompile(`\{([a-z][a-z0-9_]*)\}`)

var errAddress = errors.New("lookup: an address such as https://shop.example/orders/{order}, with attributes behind the host only")

// checkURL refuses an address whose host could depend on what a caller keyed in, or that has other parts than a plain one.
func checkURL(address string) error {
	u, err := url.Parse(placeholder.ReplaceAllString(address, "x"))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.Fragment != "" || len(address) > 500 {
		return errAddress
	}
	_, behind, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(behind, "/")
	if strings.ContainsAny(host, "{}?\\") || strings.ContainsAny(placeholder.ReplaceAllString(address, ""), "{}") {
		return errAddress
	}
	return nil
}

// fill puts values in the place of attributes, each through quote.
func fill(text string, env map[string]string, quote func(string) string) string {
	return placeholder.ReplaceAllStringFunc(text, func(p string) string { return quote(env[p[1:len(p)-1]]) })
}

// escape makes a value one piece of an address, in its path or behind its question mark: url.PathEscape leaves "+", "&" and "=" alone,
// so that a number with its country would arrive with a blank, and an answer of a service could add fields.
func escape(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }

// link stands in the text of a Chat where the link goes; it is made when the text leaves.
const link = "link"

// named lists the attributes that stand in a text.
func named(text string) []string {
	var out []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}
