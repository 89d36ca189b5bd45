package asterisk

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// Config says which Asterisk and how patient we are with it. Zero durations and counts take the default in brackets.
type Config struct {
	Name     string // of the switch in events; required
	URL      string // http://127.0.0.1:8088/ari; required
	App      string // Stasis application that is ours alone [tandem]
	User     string // of ari.conf; required
	Password string // required

	Prompts   string            // folder of Tandem's own announcements as Asterisk sees it: "prompt:welcome" is the file welcome in it
	Trunks    []string          // endpoints that Dial.To may name as number@trunk; none by default
	Peers     map[string]string // other switches that Dial.To may name as phone@switch, and the endpoints that lead there
	Contexts  []string          // dialplan contexts in which legs of ours may live on [tandem-call, tandem-fallback]
	Phones    string            // dialplan context of the phones that we make [tandem-phones]
	Inbound   string            // dialplan context of the trunks that we make [tandem-inbound]
	Codecs    []string          // of both, the best first [ulaw alaw g722 opus]
	Transport string            // PJSIP transport of both, whose address their audio has too; "" is any
	Server    string            // host:port where phones register, for who asks; "" says nothing
	Dialled   string            // dialplan context with an extension named App, run by a phone that we called when it answers [tandem-dialled]

	Timeout  time.Duration // of one command [2s]
	Wedged   int           // so many commands in a row without an answer mean that the line is down [2]
	Ping     time.Duration // of silence on the event line before it is probed, and the patience for that [1.5s]
	Backoff  time.Duration // first pause before connecting again; doubles up to 16 times as long [250ms]
	Grace    time.Duration // how long the end of a leg may lag behind its leaving us [150ms]
	Again    time.Duration // pause before a command that failed is tried once more; grows where it goes on failing [1s]
	RingTime time.Duration // after which Asterisk itself gives up a call that nobody withdrew [5m]
	Backlog  int           // events that may wait for the engine before the line is cut and read anew [200000]
	Insecure bool          // allow http to another machine than this one
}

// withDefaults fills in what is zero and names the first field that can't be used.
func (c Config) withDefaults() (Config, error) {
	switchboard.Default(&c.App, "tandem")
	switchboard.Default(&c.Dialled, "tandem-dialled")
	switchboard.Default(&c.Phones, "tandem-phones")
	switchboard.Default(&c.Inbound, "tandem-inbound")
	if len(c.Codecs) == 0 {
		c.Codecs = []string{"ulaw", "alaw", "g722", "opus"}
	}
	switchboard.Default(&c.Timeout, 2*time.Second)
	switchboard.Default(&c.Wedged, 2)
	switchboard.Default(&c.Ping, 1500*time.Millisecond)
	switchboard.Default(&c.Backoff, 250*time.Millisecond)
	switchboard.Default(&c.Grace, 150*time.Millisecond)
	switchboard.Default(&c.Again, time.Second)
	switchboard.Default(&c.RingTime, 5*time.Minute)
	switchboard.Default(&c.Backlog, 200_000)
	if c.Contexts == nil {
		c.Contexts = []string{"tandem-call", "tandem-fallback"}
	}
	c.URL = strings.TrimSuffix(c.URL, "/")
	return c, c.validate()
}

func (c Config) validate() error {
	for field, value := range map[string]string{"Name": c.Name, "App": c.App, "User": c.User, "Dialled": c.Dialled, "Phones": c.Phones, "Inbound": c.Inbound} {
		if !media.IsName(value) {
			return fmt.Errorf("asterisk: %s is %q: use letters, digits, dot, underscore and hyphen only", field, value)
		}
	}
	if len(c.Password) < 12 || strings.EqualFold(c.Password, "asterisk") {
		return errors.New("asterisk: the ARI password is missing or shorter than 12 characters: generate one and put it into ari.conf")
	}
	if c.Transport != "" && !media.IsName(c.Transport) {
		return fmt.Errorf("asterisk: Transport is %q: give the name of a transport of pjsip.conf", c.Transport)
	}
	for _, trunk := range c.Trunks {
		if !media.IsName(trunk) {
			return fmt.Errorf("asterisk: trunk %q is not the name of an endpoint", trunk)
		}
	}
	for peer, endpoint := range c.Peers {
		if !media.IsName(peer) || !media.IsName(endpoint) {
			return fmt.Errorf("asterisk: peer %q by endpoint %q: both must be names", peer, endpoint)
		}
	}
	at, err := url.Parse(c.URL)
	if err != nil || at.Host == "" || (at.Scheme != "http" && at.Scheme != "https") {
		return fmt.Errorf("asterisk: URL is %q: give the address of ARI, such as http://127.0.0.1:8088/ari", c.URL)
	}
	host := at.Hostname()
	if at.Scheme == "http" && !c.Insecure && host != "localhost" && host != "::1" && !strings.HasPrefix(host, "127.") {
		return fmt.Errorf("asterisk: %s would carry the password in clear text over the network: use https or a tunnel", c.URL)
	}
	return nil
}
