package freeswitch

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// Config says which FreeSWITCH and how patient we are with it. Zero durations and counts take the default in brackets.
type Config struct {
	Name     string // of the switch in events; required
	Address  string // host:port of the event socket, 127.0.0.1:8021; required
	Password string // of the event socket; required

	Domain     string            // of the agents' accounts; "" asks FreeSWITCH for its own
	Prompts    string            // folder of Tandem's own announcements as FreeSWITCH sees it: "prompt:welcome" is welcome.wav in it
	Recordings string            // folder that FreeSWITCH writes and this program reads under the same path; required to record
	Trunks     []string          // gateways that Dial.To may name as number@trunk; none by default
	Peers      map[string]string // other switches that Dial.To may name as phone@switch, and the gateways that lead there
	Context    string            // dialplan context of fallback and Yield [tandem]
	Fallback   string            // extension in Context that serves a caller without us [tandem-fallback]
	Music      string            // what a music class is played from, the class is put behind it [local_stream://]
	Conference string            // profile of rooms of three and more [default]

	Directory string // folder that FreeSWITCH's directory includes and this program writes: accounts, and trunks by address; "" makes none
	Gateways  string // folder that the SIP profile External includes and this program writes: trunks that it registers with; "" makes none
	Internal  string // SIP profile of the phones [internal]
	External  string // SIP profile of the trunks that it registers with [external]
	Phones    string // dialplan context of the phones that we make [tandem-phones]
	Inbound   string // dialplan context of the trunks that we make [public]
	Server    string // host:port where phones register, for who asks; "" asks FreeSWITCH

	Timeout  time.Duration // of one command; one that is late costs the line [2s]
	Ping     time.Duration // between two questions on an idle connection [1.5s]
	Here     time.Duration // for which the dialplan takes us for present, said anew at each Ping [5s]
	Silence  time.Duration // without sound from a phone that we dialled, after which FreeSWITCH ends its leg; ten times as long while it is held [5m]
	Poke     time.Duration // between two pokes of the event connection while somebody waits [3ms]
	Hold     time.Duration // how long an event is held back so that an earlier one can overtake it [3ms]
	Backoff  time.Duration // first pause before connecting again; doubles up to 16 times as long [250ms]
	Again    time.Duration // pause before a want that FreeSWITCH refused is tried once more; grows where it goes on failing [1s]
	Grace    time.Duration // how long a leg's own events may lag behind the answer to a command [150ms]
	RingTime time.Duration // after which FreeSWITCH itself gives up a call that nobody withdrew [5m]
	Reap     time.Duration // between two searches for channels that are wedged [20s]
	Backlog  int           // events that may wait for the engine before the line is cut and read anew [200000]
	Redials  int           // how often a dial is tried again that FreeSWITCH refused for its limit of calls a second [8]
	Insecure bool          // allow the event socket of another machine, which is clear text
}

var (
	pathForm = regexp.MustCompile(`^/[A-Za-z0-9._/+@-]*$`)
	musicURL = regexp.MustCompile(`^[a-z_]+://[A-Za-z0-9._/-]*$`)
)

// withDefaults fills in what is zero and names the first field that can't be used.
func (c Config) withDefaults() (Config, error) {
	switchboard.Default(&c.Context, "tandem")
	switchboard.Default(&c.Fallback, "tandem-fallback")
	switchboard.Default(&c.Music, "local_stream://")
	switchboard.Default(&c.Conference, "default")
	switchboard.Default(&c.Internal, "internal")
	switchboard.Default(&c.External, "external")
	switchboard.Default(&c.Phones, "tandem-phones")
	switchboard.Default(&c.Inbound, "public")
	switchboard.Default(&c.Timeout, 2*time.Second)
	switchboard.Default(&c.Ping, 1500*time.Millisecond)
	switchboard.Default(&c.Here, 5*time.Second)
	switchboard.Default(&c.Silence, 5*time.Minute)
	switchboard.Default(&c.Poke, 3*time.Millisecond)
	switchboard.Default(&c.Hold, 3*time.Millisecond)
	switchboard.Default(&c.Backoff, 250*time.Millisecond)
	switchboard.Default(&c.Again, time.Second)
	switchboard.Default(&c.Grace, 150*time.Millisecond)
	switchboard.Default(&c.RingTime, 5*time.Minute)
	switchboard.Default(&c.Reap, 20*time.Second)
	switchboard.Default(&c.Backlog, 200_000)
	switchboard.Default(&c.Redials, 8)
	return c, c.validate()
}

func (c Config) validate() error {
	names := map[string]string{"Name": c.Name, "Context": c.Context, "Fallback": c.Fallback, "Conference": c.Conference,
		"Internal": c.Internal, "External": c.External, "Phones": c.Phones, "Inbound": c.Inbound}
	if c.Domain != "" {
		names["Domain"] = c.Domain
	}
	for field, value := range names {
		if !media.IsName(value) {
			return fmt.Errorf("freeswitch: %s is %q: use letters, digits, dot, underscore and hyphen only", field, value)
		}
	}
	for field, value := range map[string]string{"Prompts": c.Prompts, "Recordings": c.Recordings, "Directory": c.Directory, "Gateways": c.Gateways} {
		if value != "" && (!pathForm.MatchString(value) || filepath.Clean(value) != value) {
			return fmt.Errorf("freeswitch: %s is %q: give an absolute folder without spaces", field, value)
		}
	}
	if !musicURL.MatchString(c.Music) {
		return fmt.Errorf("freeswitch: Music is %q: give the beginning of a stream's address, such as local_stream://", c.Music)
	}
	for _, trunk := range c.Trunks {
		if !media.IsName(trunk) {
			return fmt.Errorf("freeswitch: trunk %q is not the name of a gateway", trunk)
		}
	}
	return c.validateSocket()
}

// validateSocket refuses the socket's known default password, and clear text over a network (SECURITY A5).
func (c Config) validateSocket() error {
	if len(c.Password) < 12 || strings.EqualFold(c.Password, "ClueCon") || strings.ContainsFunc(c.Password, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errors.New("freeswitch: the event socket's password is missing, shorter than 12 characters or not printable: generate one and put it into event_socket.conf.xml")
	}
	host, _, err := net.SplitHostPort(c.Address)
	if err != nil || host == "" {
		return fmt.Errorf("freeswitch: Address is %q: give host and port of the event socket, such as 127.0.0.1:8021", c.Address)
	}
	if ip := net.ParseIP(host); !c.Insecure && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("freeswitch: %s would carry the password in clear text over the network: use a tunnel", c.Address)
	}
	return nil
}
