package webhook

import (
	"fmt"
	"net/url"
	"slices"

	"tandem/orchestrator"
)

const (
	// MaxHooks is how many hooks there can be: each costs a goroutine and a connection or eight.
	MaxHooks   = 50
	maxAddress = 2000
)

// Check refuses a hook that cannot work. Plain http is for hosts inside the network, which the configuration names: the secret
// signs, but it does not hide what is told.
func Check(h Hook, isInside func(u *url.URL) bool) error {
	u, err := url.Parse(h.URL)
	switch {
	case err != nil || u.Host == "" || len(h.URL) > maxAddress || u.Scheme != "https" && u.Scheme != "http":
		return wrong("url", "is no address; use https://host/path")
	case u.User != nil || u.Fragment != "":
		return wrong("url", "has a user, a password or a fragment; leave it out, deliveries are signed")
	case u.Scheme == "http" && !isInside(u):
		return wrong("url", "is not https; plain http is for hosts that TANDEM_WEBHOOK_INSIDE names")
	case len(h.Events) == 0:
		return wrong("events", "names no event")
	case h.State != Active && h.State != Paused:
		return wrong("state", "is active or paused")
	}
	for _, e := range h.Events {
		if !slices.Contains(Types(), e) {
			return wrong("events", fmt.Sprintf("there is no event %q", e))
		}
	}
	return nil
}

func wrong(field, says string) error {
	return &orchestrator.Error{Kind: orchestrator.Invalid, Op: "webhook", Field: field, Say: says}
}
