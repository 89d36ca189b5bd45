package asterisk

import (
	"encoding/json"
	"strings"
	"time"

	"tandem/orchestrator/media/switchboard"
)

// said is what we use of Asterisk's events. One type for all kinds keeps decoding tolerant: a kind or a field that is new or
// missing is no error. (The types of ari/v6 refuse a time that ends in Z and lack tech_cause.)
type said struct {
	Type      string    `json:"type"`
	Timestamp stamp     `json:"timestamp"`
	App       string    `json:"application"`
	Args      []string  `json:"args"`
	Channel   channel   `json:"channel"`
	Bridge    bridge    `json:"bridge"`
	Forward   string    `json:"forward"`   // where a phone sends a call
	Peer      channel   `json:"peer"`      // called
	Forwarded channel   `json:"forwarded"` // called instead
	Playback  playback  `json:"playback"`
	Recording tapeState `json:"recording"`
	Digit     string    `json:"digit"`
	EventName string    `json:"eventname"`
	Cause     int       `json:"cause"`      // Q.850
	TechCause int       `json:"tech_cause"` // SIP status
	Endpoint  endpoint  `json:"endpoint"`
	Contact   struct {
		URI    string `json:"uri"`
		Status string `json:"contact_status"`
	} `json:"contact_info"`
	Transfer struct {
		Wanted struct {
			Destination string `json:"destination"`
		} `json:"requested_destination"`
	} `json:"refer_to"`
	Referrer struct {
		Source channel `json:"source_channel"`
	} `json:"referred_by"`
}

type channel struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	State  string `json:"state"`
	Caller party  `json:"caller"`
	Plan   struct {
		Context string `json:"context"`
		Exten   string `json:"exten"`
		App     string `json:"app_name"`
		Data    string `json:"app_data"`
	} `json:"dialplan"`
	Born stamp `json:"creationtime"`
}

type party struct {
	Name   string `json:"name"`
	Number string `json:"number"`
}

type bridge struct {
	ID       string   `json:"id"`
	Channels []string `json:"channels"`
}

type playback struct {
	ID    string `json:"id"`
	State string `json:"state"`
}

type tapeState struct {
	Name  string `json:"name"`
	Cause string `json:"cause"`
}

type endpoint struct {
	Technology string   `json:"technology"`
	Resource   string   `json:"resource"`
	State      string   `json:"state"`
	Channels   []string `json:"channel_ids"`
}

// snoop names the channel that a snoop listens to; ok only for snoops.
func (c channel) snoop() (of string, ok bool) {
	rest, ok := strings.CutPrefix(c.Name, "Snoop/")
	if !ok {
		return "", false
	}
	if cut := strings.LastIndexByte(rest, '-'); cut > 0 {
		rest = rest[:cut]
	}
	return rest, true
}

// stamp is a time as Asterisk writes it. One that can't be read is zero: an event without a time is still an event.
type stamp struct{ time.Time }

// UnmarshalJSON never fails.
func (s *stamp) UnmarshalJSON(data []byte) error {
	text := strings.Trim(string(data), `"`)
	for _, form := range []string{"2006-01-02T15:04:05.999-0700", time.RFC3339Nano} {
		if at, err := time.Parse(form, text); err == nil {
			s.Time = at.UTC().Truncate(time.Microsecond)
			return nil
		}
	}
	return nil
}

// decode reads an event; it keeps nothing of raw.
func decode(raw []byte) (*said, error) {
	var e said
	err := json.Unmarshal(raw, &e)
	return &e, err
}

// now is the time of events that Asterisk does not date.
func now() time.Time { return switchboard.Now() }

func (e said) at() time.Time {
	if e.Timestamp.IsZero() {
		return now()
	}
	return e.Timestamp.Time
}
