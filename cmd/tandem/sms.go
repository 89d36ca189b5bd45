package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"tandem/adapters/postgres"
	"tandem/adapters/smpp"
	"tandem/adapters/smshttp"
	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
)

// SMSConfig says how texts leave the house; see docs/sms.md.
type SMSConfig struct {
	Routes       string               `yaml:"routes" env:"ROUTES"`               // in order of preference: sink, or some of smpp,smpp2,http
	Country      orchestrator.Country `yaml:"country" env:"COUNTRY"`             // code of national numbers, such as 49 or 86
	Quiet        string               `yaml:"quiet_hours" env:"QUIET_HOURS"`     // such as 21:00-08:00; ordinary messages wait
	Zone         string               `yaml:"time_zone" env:"TIME_ZONE"`         // of the quiet hours
	LimitNumber  int                  `yaml:"limit_number" env:"LIMIT_NUMBER"`   // texts to one number within an hour; 0 is no limit, here and below
	LimitCountry int                  `yaml:"limit_country" env:"LIMIT_COUNTRY"` // to one country abroad
	LimitAll     int                  `yaml:"limit_all" env:"LIMIT_ALL"`
	Patience     time.Duration        `yaml:"patience" env:"PATIENCE"`     // until a message that cannot be sent is given up
	StopReply    string               `yaml:"stop_reply" env:"STOP_REPLY"` // answer to STOP, 退订, …; empty is none
	StartReply   string               `yaml:"start_reply" env:"START_REPLY"`
	HelpReply    string               `yaml:"help_reply" env:"HELP_REPLY"`
	SinkFile     string               `yaml:"sink_file" env:"SINK_FILE"` // where the sink keeps what would have left; empty is nowhere
	SMPP         SMPPConfig           `yaml:"smpp" envPrefix:"SMPP_"`
	SMPP2        SMPPConfig           `yaml:"smpp2" envPrefix:"SMPP2_"`
	HTTP         SMSHTTPConfig        `yaml:"http" envPrefix:"HTTP_"`
}

// SMPPConfig says how to reach a message centre.
type SMPPConfig struct {
	Address    string   `yaml:"address" env:"ADDRESS"` // host:port
	SystemID   string   `yaml:"system_id" env:"SYSTEM_ID"`
	Password   Secret   `yaml:"password" env:"PASSWORD"`
	SystemType string   `yaml:"system_type" env:"SYSTEM_TYPE"`
	Source     string   `yaml:"source" env:"SOURCE"`           // who sends: +number, short code, or up to 11 letters and digits
	TLS        bool     `yaml:"tls" env:"TLS"`                 // TLS 1.2 or newer, the certificate checked
	CA         string   `yaml:"ca" env:"CA"`                   // PEM file with the authority; empty is the machine's
	Alphabet   string   `yaml:"alphabet" env:"ALPHABET"`       // gsm7 or ucs2
	Long       string   `yaml:"long" env:"LONG"`               // udh or payload
	ReceiptIDs string   `yaml:"receipt_ids" env:"RECEIPT_IDS"` // same, decimal or hex
	Passing    []string `yaml:"passing" env:"PASSING"`         // statuses that do not refuse a message for good, such as 0x45
	Window     int      `yaml:"window" env:"WINDOW"`           // submits without an answer at once
	Rate       float64  `yaml:"rate" env:"RATE"`               // parts a second; 0 is no limit
}

// defaultSMPP is what most message centres want.
var defaultSMPP = SMPPConfig{Alphabet: "gsm7", Long: "udh", ReceiptIDs: "same", Window: 10}

// SMSHTTPConfig says how a gateway wants to be asked over HTTP, and how it tells us of receipts and texts.
type SMSHTTPConfig struct {
	URL     string  `yaml:"url" env:"URL"`
	Method  string  `yaml:"method" env:"METHOD"`
	Headers string  `yaml:"headers" env:"HEADERS"` // lines of "Name: value"
	Body    string  `yaml:"body" env:"BODY"`       // a JSON document or a form, with {to}, {text}, {key}, {secret}, …
	From    string  `yaml:"from" env:"FROM"`
	Secret  Secret  `yaml:"secret" env:"SECRET"`
	Success string  `yaml:"success" env:"SUCCESS"` // regular expression in a good answer
	ID      string  `yaml:"id" env:"ID"`           // regular expression whose group is the gateway's name for the message
	Repeats bool    `yaml:"repeats" env:"REPEATS"` // the gateway recognises a {key} that it knows
	Rate    float64 `yaml:"rate" env:"RATE"`       // messages a second; 0 is no limit
	Hook    struct {
		Secret    Secret `yaml:"secret" env:"SECRET"`
		Signed    bool   `yaml:"signed" env:"SIGNED"` // the secret signs each call and is not sent
		Each      string `yaml:"each" env:"EACH"`
		ID        string `yaml:"id" env:"ID"`
		State     string `yaml:"state" env:"STATE"`
		Error     string `yaml:"error" env:"ERROR"`
		Delivered string `yaml:"delivered" env:"DELIVERED"`
		Failed    string `yaml:"failed" env:"FAILED"`
		Text      string `yaml:"text" env:"TEXT"`
		From      string `yaml:"from" env:"FROM"`
		To        string `yaml:"to" env:"TO"`
		Key       string `yaml:"key" env:"KEY"`
	} `yaml:"hook" envPrefix:"HOOK_"`
}

// texting is all that carries texts: what runs, what calls from outside reach, and what it counts.
type texting struct {
	sender notify.Sender
	lines  []*smpp.Route
	hooks  map[string]http.Handler
}

// names are the routes in order.
func (s SMSConfig) names() []string {
	return strings.FieldsFunc(s.Routes, func(r rune) bool { return r == ',' || r == ' ' })
}

// costs says whether a text may leave the house at all.
func (s SMSConfig) costs() bool {
	return slices.ContainsFunc(s.names(), func(name string) bool { return name != "sink" })
}

// openTexting makes the routes; nothing leaves until it runs.
func (s SMSConfig) openTexting(db *postgres.DB, m *metrics, log *slog.Logger) (*texting, error) {
	quiet, err := notify.NewQuiet(s.Quiet, s.Zone)
	if err != nil {
		return nil, fmt.Errorf("configuration: sms.quiet_hours (TANDEM_SMS_QUIET_HOURS), sms.time_zone (TANDEM_SMS_TIME_ZONE): %w", err)
	}
	reception := &notify.Reception{Inbox: db, Country: s.Country, Now: time.Now, Observe: m.received, Replies: map[notify.Word]string{
		notify.Stop: s.StopReply, notify.Start: s.StartReply, notify.Help: s.HelpReply,
	}}
	t := &texting{hooks: map[string]http.Handler{}, sender: notify.Sender{
		Outbox: db, Log: log, Wake: db.Queued, Now: time.Now, Jitter: rand.Float64, Patience: s.Patience, Country: s.Country, Quiet: quiet, Observe: m.texted,
	}}
	if s.LimitNumber < 0 || s.LimitCountry < 0 || s.LimitAll < 0 {
		return nil, errors.New("configuration: sms.limit_… (TANDEM_SMS_LIMIT_…) is below 0; write 0 for no limit")
	}
	if s.costs() {
		t.sender.Limits = notify.Limits{Number: s.LimitNumber, Country: s.LimitCountry, All: s.LimitAll}
		t.sender.Refused = m.overLimit
	}
	for _, name := range s.names() {
		if err := s.openRoute(t, name, reception, log); err != nil {
			return nil, fmt.Errorf("configuration: sms (TANDEM_SMS_…): %w", err)
		}
	}
	if len(t.sender.Routes) == 0 {
		return nil, errors.New("configuration: sms.routes (TANDEM_SMS_ROUTES) is empty; use sink to send nothing")
	}
	return t, nil
}

func (s SMSConfig) openRoute(t *texting, name string, listen notify.Listener, log *slog.Logger) error {
	for _, r := range t.sender.Routes {
		if r.Name() == name {
			return fmt.Errorf("the route %s stands twice in sms.routes", name)
		}
	}
	switch name {
	case "sink":
		sink := notify.Sink{Log: log}
		if s.SinkFile != "" {
			file, err := os.OpenFile(s.SinkFile, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
			if err != nil {
				return fmt.Errorf("sms.sink_file (TANDEM_SMS_SINK_FILE): %w", err)
			}
			sink.Copy = file // for as long as the program runs
		}
		t.sender.Routes = append(t.sender.Routes, sink)
	case "smpp", "smpp2":
		c, err := s.line(name)
		if err != nil {
			return err
		}
		r, err := smpp.New(c, listen, log)
		if err != nil {
			return err
		}
		t.sender.Routes, t.lines = append(t.sender.Routes, r), append(t.lines, r)
	case "http":
		c := s.HTTP.config()
		r, err := smshttp.New(c, log)
		if err != nil {
			return err
		}
		t.sender.Routes = append(t.sender.Routes, r)
		if c.Hook.Secret == "" {
			return nil
		}
		t.hooks[name], err = smshttp.NewHook(c, listen, log)
		return err
	default:
		return fmt.Errorf("the route %q is not known; use sink, or some of smpp, smpp2, http", name)
	}
	return nil
}

// parts are what runs: each line, and the sender.
func (t *texting) parts() []func(context.Context) error {
	parts := []func(context.Context) error{t.sender.Run}
	for _, r := range t.lines {
		parts = append(parts, r.Run)
	}
	return parts
}

// line is the configuration of a message centre.
func (s SMSConfig) line(name string) (smpp.Config, error) {
	c := s.SMPP
	if name == "smpp2" {
		c = s.SMPP2
	}
	out := smpp.Config{
		Name: name, Address: c.Address, SystemID: c.SystemID, Password: string(c.Password), SystemType: c.SystemType, Source: c.Source,
		Alphabet: c.Alphabet, Long: c.Long, ReceiptIDs: c.ReceiptIDs, Window: c.Window, Rate: c.Rate,
	}
	for _, s := range c.Passing {
		status, err := strconv.ParseUint(strings.TrimSpace(s), 0, 32)
		if err != nil || status == 0 {
			return out, fmt.Errorf("route %s: passing: %q is no status; write each as 0x45", name, s)
		}
		out.Passing = append(out.Passing, uint32(status))
	}
	if !c.TLS {
		return out, nil
	}
	host, _, _ := net.SplitHostPort(c.Address)
	out.TLS = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}
	if c.CA == "" {
		return out, nil
	}
	pem, err := os.ReadFile(c.CA)
	if err != nil {
		return out, fmt.Errorf("the authority of route %s: %w", name, err)
	}
	if out.TLS.RootCAs = x509.NewCertPool(); !out.TLS.RootCAs.AppendCertsFromPEM(pem) {
		return out, fmt.Errorf("the authority of route %s: %s holds no certificate in PEM", name, c.CA)
	}
	return out, nil
}

func (h SMSHTTPConfig) config() smshttp.Config {
	k := h.Hook
	return smshttp.Config{
		Name: "http", URL: h.URL, Method: h.Method, Headers: h.Headers, Body: h.Body, From: h.From, Secret: string(h.Secret), Success: h.Success,
		ID: h.ID, Repeats: h.Repeats, Rate: h.Rate, Hook: smshttp.HookConfig{
			Secret: string(k.Secret), Signed: k.Signed, Each: k.Each, ID: k.ID, State: k.State, Error: k.Error, Delivered: k.Delivered, Failed: k.Failed,
			Text: k.Text, From: k.From, To: k.To, Key: k.Key,
		},
	}
}

// examineSMS finds out whether each route can be used; it sends nothing.
func examineSMS(ctx context.Context, c Config) (findings []finding) {
	if _, err := c.SMS.openTexting(nil, newMetrics(), slog.New(slog.DiscardHandler)); err != nil {
		return []finding{{what: "sms", err: err}}
	}
	if c.SMS.costs() && c.SMS.Country == "" && c.SMS.LimitCountry > 0 {
		findings = append(findings, finding{what: "sms", look: true, says: fmt.Sprintf("our country is not set (TANDEM_SMS_COUNTRY), so at most %d texts an hour go to each country, yours too", c.SMS.LimitCountry)})
	}
	for _, name := range c.SMS.names() {
		f := finding{what: "sms " + name}
		switch name {
		case "sink":
			f.says = "texts are shown in the API and the log, and leave by no route (TANDEM_SMS_ROUTES)"
		case "http":
			f.says = "the gateway can be reached; nothing was sent"
			f.err = smshttp.Examine(ctx, c.SMS.HTTP.config())
		default:
			f.says, f.err = examineLine(ctx, c, name)
		}
		findings = append(findings, f)
		if says := c.SMS.inClear(name); says != "" {
			findings = append(findings, finding{what: "sms " + name, look: true, says: says})
		}
	}
	return findings
}

// inClear says that a route carries password and texts over a network for everybody to read; "" where it does not.
func (s SMSConfig) inClear(name string) string {
	line := s.SMPP
	switch name {
	case "http":
		at, err := url.Parse(s.HTTP.URL)
		if err != nil || at.Scheme != "http" || onLoopback(at.Hostname()) {
			return ""
		}
		return "IN CLEAR: " + at.Host + " is asked over http, so everybody on the way reads the secret and the texts; use https, or a tunnel"
	case "smpp2":
		line = s.SMPP2
	case "smpp":
	default:
		return ""
	}
	host, _, _ := net.SplitHostPort(line.Address)
	if line.TLS || onLoopback(host) {
		return ""
	}
	return "IN CLEAR: " + line.Address + " is reached without TLS, so everybody on the way reads the password and the texts; ask the gateway for TLS, or use a tunnel"
}

func onLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// examineLine binds once. An account that is bound already is one that a serving Tandem uses.
func examineLine(ctx context.Context, c Config, name string) (string, error) {
	line, err := c.SMS.line(name)
	if err != nil {
		return "", err
	}
	peer, err := smpp.Examine(ctx, line)
	var refused smpp.RefusedError
	switch {
	case errors.As(err, &refused) && refused.Bound() && answersHere(ctx, c.Listen):
		return fmt.Sprintf("%s is bound already, by the running Tandem", line.Address), nil
	case err != nil:
		return "", fmt.Errorf("%s: %w", line.Address, err)
	}
	return fmt.Sprintf("%s (%q) lets us in", line.Address, peer), nil
}
