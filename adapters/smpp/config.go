package smpp

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"regexp"
	"time"
)

// Config says how to reach a message centre, and what it is like.
type Config struct {
	Name       string // of the route, in records
	Address    string // host:port
	SystemID   string
	Password   string
	SystemType string // "" for most
	Source     string // who sends: +number, short code, or up to 11 letters and digits
	TLS        *tls.Config

	Alphabet   string   // gsm7: texts that fit go in the GSM alphabet; ucs2: all go in UCS-2, where the default alphabet is another one
	Long       string   // udh: parts with a header that phones join; payload: one PDU, cut by the message centre
	Passing    []uint32 // statuses of an answer that do not refuse a message for good; beside those that never do
	ReceiptIDs string   // same; decimal: receipts write the answer's hexadecimal id in decimal; hex: the other way round

	Window  int           // submits without an answer at once; 0 is 10
	Rate    float64       // parts a second; 0 is no limit of ours
	Answer  time.Duration // an answer is waited for; 0 is 20 s
	Enquire time.Duration // between questions whether the other side lives; 0 is 30 s

	// Dial replaces the network's, for tests; nil is TCP.
	Dial func(ctx context.Context, address string) (net.Conn, error)
}

const (
	dialTime   = 10 * time.Second
	bindTime   = 10 * time.Second
	writeTime  = 10 * time.Second
	liveTime   = 10 * time.Second // after a question whether the other side lives
	slotTime   = 5 * time.Second  // for a free place in the window
	firstPause = time.Second
	longPause  = time.Minute
	authPause  = 30 * time.Second // at least, after a refused password: some lock an account that tries often
	backlog    = 100              // of deliver_sm that are not kept yet
)

var (
	alphanumeric = regexp.MustCompile(`^[A-Za-z0-9 ._-]{1,11}$`)
	dialled      = regexp.MustCompile(`^\+?[0-9]{1,20}$`)
)

// complete fills in the defaults and says what is wrong with the first field that cannot work.
func (c Config) complete() (Config, error) {
	wrong := func(field, have, want string) (Config, error) {
		return c, fmt.Errorf("SMPP route %s: %s is %q; use %s", c.Name, field, have, want)
	}
	switch _, _, err := net.SplitHostPort(c.Address); {
	case err != nil:
		return wrong("the address", c.Address, "host:port")
	case len(c.SystemID) == 0 || len(c.SystemID) > 15:
		return wrong("the system id", c.SystemID, "1 to 15 characters (SMPP 3.4, 5.2.1)")
	case len(c.Password) > 8:
		// No value: it is a secret.
		return c, fmt.Errorf("SMPP route %s: the password has more than 8 characters, which SMPP 3.4 does not allow (5.2.2)", c.Name)
	case !alphanumeric.MatchString(c.Source) && !dialled.MatchString(c.Source):
		return wrong("the source", c.Source, "+number, a short code, or up to 11 letters and digits")
	case c.Window < 0 || c.Rate < 0 || c.Answer < 0 || c.Enquire < 0:
		return c, fmt.Errorf("SMPP route %s: window, rate, answer and enquire are not negative", c.Name)
	}
	for _, choice := range []struct {
		name  string
		value *string
		first string
		all   string
	}{
		{"the alphabet", &c.Alphabet, "gsm7", "gsm7 ucs2"},
		{"long", &c.Long, "udh", "udh payload"},
		{"receipt_ids", &c.ReceiptIDs, "same", "same decimal hex"},
	} {
		if *choice.value == "" {
			*choice.value = choice.first
		}
		if !regexp.MustCompile(`(^| )` + regexp.QuoteMeta(*choice.value) + `( |$)`).MatchString(choice.all) {
			return wrong(choice.name, *choice.value, "one of: "+choice.all)
		}
	}
	c.Window = or(c.Window, 10)
	c.Answer, c.Enquire = or(c.Answer, 20*time.Second), or(c.Enquire, 30*time.Second)
	if c.Dial == nil {
		c.Dial = c.dial
	}
	return c, nil
}

func (c Config) dial(ctx context.Context, address string) (net.Conn, error) {
	d := &net.Dialer{Timeout: dialTime}
	if c.TLS != nil {
		return (&tls.Dialer{NetDialer: d, Config: c.TLS}).DialContext(ctx, "tcp", address)
	}
	return d.DialContext(ctx, "tcp", address)
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
