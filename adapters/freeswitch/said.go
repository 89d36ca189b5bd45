package freeswitch

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"tandem/orchestrator/media/switchboard"
)

// said is an event of FreeSWITCH: names and texts, in JSON. Variables of the channel are named variable_…. It has hundreds of them,
// of which a dozen are asked for: so they stay as they came.
type said struct {
	json string
	core string // Core-UUID: one run of FreeSWITCH
	seq  int64  // Event-Sequence within it
	name string // Event-Name; of custom events the subclass
}

// decode reads an event.
func decode(raw []byte) (said, error) {
	e := said{json: strings.TrimSpace(string(raw))}
	if !strings.HasPrefix(e.json, "{") || !strings.HasSuffix(e.json, "}") {
		return e, errors.New("an event is no JSON object")
	}
	e.core, e.name = e.get("Core-UUID"), e.get("Event-Name")
	e.seq, _ = strconv.ParseInt(e.get("Event-Sequence"), 10, 64)
	if e.name == "CUSTOM" {
		e.name = e.get("Event-Subclass")
	}
	return e, nil
}

// get finds a field; one that is no text (an array is a variable that was set several times, and none of ours) is none. Within a text
// each quotation mark is escaped, so that nothing but a field's name looks like one.
func (e said) get(field string) (text string) {
	_, rest, found := strings.Cut(e.json, `"`+field+`":`)
	rest = strings.TrimLeft(rest, " \t\r\n")
	if !found || !strings.HasPrefix(rest, `"`) {
		return ""
	}
	escaped := false
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			escaped = true
			i++
		case '"':
			if !escaped {
				return strings.Clone(rest[1:i]) // else the whole event would live as long as it
			}
			_ = json.Unmarshal([]byte(rest[:i+1]), &text)
			return text
		}
	}
	return ""
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
