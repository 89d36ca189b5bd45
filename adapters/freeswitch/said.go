package freeswitch

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"tandem/orchestrator/media/switchboard"
)

// said is an event of FreeSWITCH: names and texts, as they are in JSON. Variables of the channel are named variable_….
type said struct {
	fields map[string]json.RawMessage
	body   string
	core   string // Core-UUID: one run of FreeSWITCH
	seq    int64  // Event-Sequence within it
	name   string // Event-Name; of custom events the subclass
}

// decode reads an event. A field that is not a text is kept and read as none.
func decode(raw []byte) (said, error) {
	var e said
	if err := json.Unmarshal(raw, &e.fields); err != nil {
		return e, err
	}
	e.core, e.name, e.body = e.get("Core-UUID"), e.get("Event-Name"), e.get("_body")
	e.seq, _ = strconv.ParseInt(e.get("Event-Sequence"), 10, 64)
	if e.name == "CUSTOM" {
		e.name = e.get("Event-Subclass")
	}
	return e, nil
}

func (e said) get(field string) (text string) {
	if raw, ok := e.fields[field]; ok {
		_ = json.Unmarshal(raw, &text) // an array (a variable that was set several times) is none of ours
	}
	return text
}

// variable is the value of a channel's variable; ours are percent-encoded.
func (e said) variable(name string) string { return unvalue(e.get("variable_" + name)) }

func (e said) channel() string { return e.get("Unique-ID") }

// at is when it happened: microseconds since 1970 in Event-Date-Timestamp.
func (e said) at() time.Time { return e.stamp("Event-Date-Timestamp", now()) }

// stamp reads a time in microseconds; 0 and nonsense give other.
func (e said) stamp(field string, other time.Time) time.Time {
	micro, err := strconv.ParseInt(e.get(field), 10, 64)
	if err != nil || micro <= 0 {
		return other
	}
	return time.UnixMicro(micro).UTC()
}

// now is the time of events that FreeSWITCH does not date.
func now() time.Time { return switchboard.Now() }

// proven is the account of a caller whose password was right; "" for anybody else, whatever the caller says to be.
func (e said) proven() string {
	if e.variable("sip_authorized") != "true" {
		return ""
	}
	return e.variable("user_name")
}

// account is the phone that a channel is on: of a caller the one whose password was right, because a caller may say anything; of a
// called phone the user part of Channel-Presence-ID (user@domain), or of the channel's name such as sofia/internal/ann@host.
func (e said) account() string {
	if e.get("Call-Direction") == "inbound" {
		return e.proven()
	}
	if user, _, ok := strings.Cut(e.get("Channel-Presence-ID"), "@"); ok {
		return user
	}
	return accountOf(e.get("Channel-Name"))
}

func accountOf(channel string) string {
	parts := strings.Split(channel, "/")
	user, _, _ := strings.Cut(parts[len(parts)-1], "@")
	return strings.TrimPrefix(user, "sip:")
}
