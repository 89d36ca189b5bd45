package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"go.yaml.in/yaml/v3"

	"tandem/dialplan"
)

// Config is all that can be set. The environment goes over the file, the file over the defaults.
type Config struct {
	Listen     string           `yaml:"listen" env:"TANDEM_LISTEN"`             // address of the API; without TLS it stays on loopback
	Database   Secret           `yaml:"database_url" env:"TANDEM_DATABASE_URL"` // postgres://user:password@host/name?sslmode=…
	DataDir    string           `yaml:"data_dir" env:"TANDEM_DATA_DIR"`         // recordings, and the first admin key
	Guard      time.Duration    `yaml:"guard" env:"TANDEM_GUARD"`               // without us for so long, the switch takes a waiting caller to its fallback
	TimeZone   string           `yaml:"time_zone" env:"TANDEM_TIME_ZONE"`       // of the centre: when its day begins
	LogLevel   slog.Level       `yaml:"log_level" env:"TANDEM_LOG_LEVEL"`
	Switch     string           `yaml:"switch" env:"TANDEM_SWITCH"` // asterisk or freeswitch
	Switches   []SwitchConfig   `yaml:"switches" env:"-"`           // several; then switch counts no more
	SwitchList []string         `yaml:"-" env:"TANDEM_SWITCHES"`    // their names and makes: pbx1=asterisk,pbx2=freeswitch; the first has the phones of which nothing is said
	Asterisk   AsteriskConfig   `yaml:"asterisk" envPrefix:"TANDEM_ASTERISK_"`
	FreeSWITCH FreeSWITCHConfig `yaml:"freeswitch" envPrefix:"TANDEM_FREESWITCH_"`
	Phones     PhonesConfig     `yaml:"phones" envPrefix:"TANDEM_PHONES_"`
	SMS        SMSConfig        `yaml:"sms" envPrefix:"TANDEM_SMS_"`
	SIP        SIPConfig        `yaml:"sip" envPrefix:"TANDEM_SIP_"`
	Codes      CodesConfig      `yaml:"codes" envPrefix:"TANDEM_CODE_"`
	Emergency  EmergencyConfig  `yaml:"emergency" envPrefix:"TANDEM_EMERGENCY_"`
	Dial       DialConfig       `yaml:"dial" envPrefix:"TANDEM_DIAL_"`
	PublicURL  string           `yaml:"public_url" env:"TANDEM_PUBLIC_URL"` // where customers reach the pages that they are sent links to; empty sends none
	Language   string           `yaml:"language" env:"TANDEM_LANGUAGE"`     // spoken with callers whom no flow has led
	Survey     SurveyConfig     `yaml:"survey" envPrefix:"TANDEM_SURVEY_"`
	Chat       ChatConfig       `yaml:"chat" envPrefix:"TANDEM_CHAT_"`
	Customers  CustomersConfig  `yaml:"customers" envPrefix:"TANDEM_CUSTOMERS_"`
	// Hosts inside the network that flows may look things up at, as they stand in an address: crm.example or 10.0.0.7:8080.
	LookupInside []string `yaml:"lookup_inside" env:"TANDEM_LOOKUP_INSIDE"`
	// Hosts inside the network that webhooks may go to, and those that may be called without TLS.
	WebhookInside []string `yaml:"webhook_inside" env:"TANDEM_WEBHOOK_INSIDE"`
	// Base address of an OpenTelemetry collector that takes OTLP/HTTP; empty sends no traces.
	OTLPURL  string `yaml:"otlp_url" env:"TANDEM_OTLP_URL"`
	OpenHTTP bool   `yaml:"open_http" env:"TANDEM_OPEN_HTTP"` // allow the API on other addresses than loopback without TLS

	name string // of the one switch that this is about, of several
}

// AsteriskConfig says how to reach an Asterisk.
type AsteriskConfig struct {
	Name      string `yaml:"name" env:"NAME"` // of the switch, in records
	URL       string `yaml:"url" env:"URL"`   // http://127.0.0.1:8088/ari
	App       string `yaml:"app" env:"APP"`   // Stasis application, ours alone
	User      string `yaml:"user" env:"USER"`
	Password  Secret `yaml:"password" env:"PASSWORD"`
	Prompts   string `yaml:"prompts" env:"PROMPTS"`     // folder of Tandem's announcements, as Asterisk sees it
	Transport string `yaml:"transport" env:"TRANSPORT"` // of pjsip.conf, for the phones and trunks that Tandem makes; empty is any
}

// FreeSWITCHConfig says how to reach a FreeSWITCH.
type FreeSWITCHConfig struct {
	Name       string `yaml:"name" env:"NAME"`
	Address    string `yaml:"address" env:"ADDRESS"` // of the event socket, host:port
	Password   Secret `yaml:"password" env:"PASSWORD"`
	Domain     string `yaml:"domain" env:"DOMAIN"`         // of the agents' accounts; empty asks FreeSWITCH
	Prompts    string `yaml:"prompts" env:"PROMPTS"`       // folder of Tandem's announcements, as FreeSWITCH sees it
	Recordings string `yaml:"recordings" env:"RECORDINGS"` // folder that FreeSWITCH writes and Tandem reads under the same path
	Directory  string `yaml:"directory" env:"DIRECTORY"`   // folder of its directory that Tandem writes: accounts of phones, trunks by address
	Gateways   string `yaml:"gateways" env:"GATEWAYS"`     // folder of its external SIP profile that Tandem writes: trunks to register with
}

// PhonesConfig says what phones are told.
type PhonesConfig struct {
	Server string `yaml:"server" env:"SERVER"` // host:port where phones register, as they see it
}

// Secret is a text that never reaches a log or a print-out.
type Secret string

// hidden stands in a secret's place.
const hidden = "(set, not shown)"

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return s.String() }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalYAML implements yaml.Marshaler.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }

func defaultConfig() Config {
	return Config{
		Language: "en", Survey: SurveyConfig{Every: 7 * 24 * time.Hour, Life: 7 * 24 * time.Hour}, Customers: CustomersConfig{Wait: time.Second}, Chat: ChatConfig{For: 15 * time.Minute},
		Listen: "127.0.0.1:8080", DataDir: ".run/data", Guard: 20 * time.Second, TimeZone: "UTC", Switch: "asterisk",
		Asterisk:   AsteriskConfig{Name: "asterisk", URL: "http://127.0.0.1:8088/ari", App: "tandem", User: "tandem"},
		Dial:       DialConfig{PerHour: 60, PerNumber: 6, RingFor: 30 * time.Second, Retry: []time.Duration{5 * time.Minute, 30 * time.Minute}},
		FreeSWITCH: FreeSWITCHConfig{Name: "freeswitch", Address: "127.0.0.1:8021"},
		SMS:        SMSConfig{Routes: "sink", Zone: "UTC", Patience: 24 * time.Hour, LimitNumber: 20, LimitCountry: 300, LimitAll: 5000, SMPP: defaultSMPP, SMPP2: defaultSMPP, HTTP: SMSHTTPConfig{Method: "POST"}},
	}.withPhones(dialplan.DefaultSettings())
}

// loadConfig reads the file, when one is named, and then the environment.
func loadConfig(file string, environ []string) (Config, error) {
	c := defaultConfig()
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return c, fmt.Errorf("configuration: %w", err)
		}
		dec := yaml.NewDecoder(bytes.NewReader(text))
		dec.KnownFields(true)
		if err := dec.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
			return c, fmt.Errorf("configuration %s: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
		}
	}
	if err := env.ParseWithOptions(&c, env.Options{Environment: env.ToMap(environ)}); err != nil {
		return c, wrongVariables(err, environ, func(alone []string) error {
			return env.ParseWithOptions(&Config{}, env.Options{Environment: env.ToMap(alone)})
		})
	}
	if err := c.nameSwitches(environ); err != nil {
		return c, err
	}
	if err := unknownVariables(environ, c.Switches); err != nil {
		return c, err
	}
	return c, c.check()
}

// serverForm is a name or an address with a port.
var serverForm = regexp.MustCompile(`^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}$`)

// clientKey holds the API key of those who call the API, in the examples of its documentation, and of tandem phone.
const clientKey = "TANDEM_KEY"

// nearest are the three names that take the fewest changed letters to be this one, the nearest first.
func nearest(name string, names []string) []string {
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(letters(name, a), letters(name, b)) })
	return names[:min(3, len(names))]
}

// letters counts the letters to be added, taken away or changed to make one word of another (Levenshtein).
func letters(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := left
			if a[i] != b[j] {
				change++
			}
			left = row[j+1]
			row[j+1] = min(change, left+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// unknownVariables refuses a TANDEM_ variable that means nothing: most likely it is misspelt, and a default would be in force.
func unknownVariables(environ []string, switches []SwitchConfig) error {
	known, err := env.GetFieldParams(&Config{})
	if err != nil {
		return err
	}
	names := map[string]bool{"TANDEM_CONFIG": true, clientKey: true}
	var list []string
	for _, p := range known {
		names[p.Key] = true
		list = append(list, p.Key)
	}
	for _, s := range switches {
		for _, v := range s.variables() {
			names[v] = true
			list = append(list, v)
		}
	}
	for _, line := range environ {
		name, _, _ := strings.Cut(line, "=")
		if strings.HasPrefix(name, "TANDEM_") && !names[name] && !strings.HasPrefix(name, "TANDEM_LAB_") && !strings.HasPrefix(name, "TANDEM_TEST_") && !strings.HasPrefix(name, "TANDEM_CENTRE_") {
			return fmt.Errorf("configuration: the variable %s is not known; the nearest are %s (tandem config lists all)", name, strings.Join(nearest(name, list), ", "))
		}
	}
	return nil
}

// check says what is wrong with the first field that cannot work.
func (c Config) check() error {
	host, _, err := net.SplitHostPort(c.Listen)
	ip := net.ParseIP(host)
	switch {
	case err != nil:
		return fmt.Errorf("configuration: listen (TANDEM_LISTEN) is %q; give host:port such as 127.0.0.1:8080", c.Listen)
	case !c.OpenHTTP && host != "localhost" && (ip == nil || !ip.IsLoopback()):
		return fmt.Errorf("configuration: listen (TANDEM_LISTEN) is %q, which would carry API keys in clear text over the network; "+
			"listen on 127.0.0.1 behind a TLS proxy, or set open_http (TANDEM_OPEN_HTTP=true) if the network is yours alone", c.Listen)
	case c.Guard < 5*time.Second || c.Guard > 10*time.Minute:
		return fmt.Errorf("configuration: guard (TANDEM_GUARD) is %s; use 5s to 10m", c.Guard)
	case c.Phones.Server != "" && !serverForm.MatchString(c.Phones.Server):
		return fmt.Errorf("configuration: phones.server (TANDEM_PHONES_SERVER) is %q; give host:port as phones see the switch, such as 192.0.2.10:5060", c.Phones.Server)
	case c.DataDir == "":
		return errors.New("configuration: data_dir (TANDEM_DATA_DIR) is empty; name a folder for recordings")
	}
	_, err = c.zone()
	return errors.Join(err, c.checkSurvey(), c.checkCustomers(), c.checkChat(), c.checkPhones(), c.checkTraces(), c.checkDial())
}

// zone is where the centre's day begins.
func (c Config) zone() (*time.Location, error) {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("configuration: time_zone (TANDEM_TIME_ZONE): %w; use a name such as Europe/Berlin", err)
	}
	return zone, nil
}

// needDatabase and needAsterisk are asked by those commands that cannot do without.
func (c Config) needDatabase() error {
	if c.Database == "" {
		return errors.New("configuration: database_url (TANDEM_DATABASE_URL) is not set; it looks like postgres://tandem:PASSWORD@127.0.0.1/tandem?sslmode=disable")
	}
	return nil
}

func (c Config) needAsterisk() error {
	switch {
	case c.Asterisk.Password == "":
		return errors.New("configuration: asterisk.password (TANDEM_ASTERISK_PASSWORD) is not set; it is the password of the user in Asterisk's ari.conf")
	case c.Asterisk.Prompts != "" && !filepath.IsAbs(c.Asterisk.Prompts):
		return fmt.Errorf("configuration: asterisk.prompts (TANDEM_ASTERISK_PROMPTS) is %q; give the whole path, as Asterisk sees it", c.Asterisk.Prompts)
	}
	return nil
}

// missing is what doctor would say of the configuration alone, without asking anybody.
func (c Config) missing() []error {
	_, texting := c.SMS.openTexting(nil, newMetrics(), slog.New(slog.DiscardHandler))
	return slices.DeleteFunc([]error{c.needDatabase(), c.checkEach(), texting}, func(err error) bool { return err == nil })
}

// printConfig prints what is in force, the variable that sets each field, and what is missing.
func printConfig(_ context.Context, c Config, _ []string, out io.Writer) error {
	text, err := yaml.Marshal(c)
	if err != nil {
		return err
	}
	params, err := env.GetFieldParams(&Config{})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "# in force now; a file of this form is named by -config or TANDEM_CONFIG\n%s\n# each can be set by a variable too:\n", text)
	for _, p := range params {
		fmt.Fprintf(out, "#   %s\n", p.Key)
	}
	for _, s := range c.Switches {
		for _, v := range s.variables() {
			fmt.Fprintf(out, "#   %s\n", v)
		}
	}
	fmt.Fprintf(out, "# %s is the key of a client of the API; it sets nothing but who tandem phone is\n", clientKey)
	for _, err := range c.missing() {
		fmt.Fprintf(out, "# MEND: %s\n", err)
	}
	return nil
}
