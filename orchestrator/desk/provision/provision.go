// Package provision keeps the SIP accounts of agents' phones and the trunks, and sees to it that the switch has them.
//
//	API ──> Store (the truth) ──> Keeper ──> Switch (compares, mends)
//	                                ▲
//	            each Up of the switch, each change, every few minutes
//
// Contract: the store is written first, so that a kill between the two is mended at the next connection. A password of a phone is
// shown once and kept nowhere: of it the store has what Digest needs (RFC 7616 section 3.4.2, HA1). That of a trunk which we
// register is kept as it is, since we must present it. Neither reaches a fact or a log. What is not ours on the switch, by its name,
// is never touched.
package provision

import (
	"context"
	"time"

	"tandem/orchestrator"
)

// Account is the SIP account of an agent's phone.
type Account struct {
	Agent  orchestrator.AgentID
	Name   string // SIP user name, and the endpoint under which the switch knows it
	Realm  string // that the digest is over
	HA1    string // hexadecimal MD5 of Name:Realm:password
	Made   time.Time
	Switch string // that has it; "" is the first of the configuration
}

// Trunk is a line to the world outside. Calls come in from Hosts, or from Server with which we register.
type Trunk struct {
	ID       orchestrator.TrunkID
	Name     string       // under which the switch knows it
	Hosts    []string     // addresses and networks in CIDR notation that calls come from; none when we register
	Server   string       // host or host:port that we register with; "" when calls come by address
	User     string       // that we register as; "" with Hosts
	Password secretString // that we register with; "" with Hosts
	Set      time.Time
}

// secretString never shows itself.
type secretString string

// Secret makes a text that never reaches a log or a print-out by accident.
func Secret(text string) secretString { return secretString(text) }

// Reveal gives the text to the switch or the store.
func (s secretString) Reveal() string { return string(s) }

// String implements fmt.Stringer.
func (s secretString) String() string { return "(secret)" }

// GoString implements fmt.GoStringer.
func (s secretString) GoString() string { return s.String() }

// MarshalText keeps it out of JSON, and of logs that are written as JSON.
func (s secretString) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Registers says whether we register with the trunk.
func (t Trunk) Registers() bool { return t.Server != "" }

// Wanted is what the switch is to have, under the names of the switch.
type Wanted struct {
	Accounts []Account
	Trunks   []Trunk
	Gone     []string // names of ours that it is not to have any more
}

// Place says how phones reach a switch.
type Place struct {
	Realm   string   // of passwords
	Domain  string   // that phones put behind the @; "" is the host of Server
	Server  string   // host:port where they register
	Over    []string // transports, such as udp
	Codecs  []string
	Account string // put before an agent's id it is the account's name
	Trunk   string // put before a trunk's id it is the trunk's name
}

// State is how a trunk is, as the switch says.
type State string

// What a switch says of a trunk.
const (
	Unknown      State = "unknown"      // the switch does not tell, or is away
	Registered   State = "registered"   // we are registered with it
	Unregistered State = "unregistered" // we are not, and try again
	Reachable    State = "reachable"    // it answers
	Unreachable  State = "unreachable"  // it does not
)

// Switch is the part of a media switch that knows phones and trunks. Errors are *orchestrator.Error; Unavailable while it is away.
type Switch interface {
	// Place fails as Invalid, and says what to do, where the switch is not set up to take accounts from us.
	Place(ctx context.Context) (Place, error)
	// Mend makes the switch have what is wanted and leaves alone what is so already; said twice it changes nothing. What could not be
	// done is told by name, everything else is done. Whoever registered with an account that is gone or has another password
	// is out.
	Mend(ctx context.Context, w Wanted) (changed int, failed map[string]error, err error)
	// Ours lists the names of ours that the switch has.
	Ours(ctx context.Context) ([]string, error)
	// TrunkStates tells how trunks are, by name; one that is not told is Unknown.
	TrunkStates(ctx context.Context, trunks []Trunk) (map[string]State, error)
}

// Store keeps what is wanted. Errors are *orchestrator.Error; NotFound when there is none.
type Store interface {
	// PutAccount keeps an account in place of the one that the agent had.
	PutAccount(ctx context.Context, a Account) error
	Account(ctx context.Context, agent orchestrator.AgentID) (Account, error)
	Accounts(ctx context.Context) ([]Account, error)
	DropAccount(ctx context.Context, agent orchestrator.AgentID) error
	PutTrunk(ctx context.Context, t Trunk) error
	Trunk(ctx context.Context, id orchestrator.TrunkID) (Trunk, error)
	Trunks(ctx context.Context) ([]Trunk, error)
	DropTrunk(ctx context.Context, id orchestrator.TrunkID) error
}
