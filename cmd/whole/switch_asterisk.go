package whole

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"tandem/adapters/lab"
)

// asterisk is a private one, of this test alone.
type asterisk struct{ *lab.Asterisk }

func (a asterisk) Make() string       { return "Asterisk" }
func (a asterisk) Phones() string     { return a.SIPAddress }
func (a asterisk) Trunk() string      { return a.SIPAddress }
func (a asterisk) Password() string   { return a.Asterisk.Password }
func (a asterisk) Recordings() string { return a.Asterisk.Recordings }

func (a asterisk) Environment(through func(string) string) []string {
	return []string{
		"TANDEM_SWITCH=asterisk", "TANDEM_ASTERISK_URL=" + through(a.ARIURL), "TANDEM_ASTERISK_APP=" + a.App,
		"TANDEM_ASTERISK_USER=" + a.User, "TANDEM_ASTERISK_PASSWORD=" + a.Asterisk.Password, "TANDEM_ASTERISK_PROMPTS=" + a.Prompts, "TANDEM_ASTERISK_TRANSPORT=udp",
	}
}

// Legs are all channels, the players of music too.
func (a asterisk) Legs(ctx context.Context) ([]Channel, error) {
	text, err := a.Command(ctx, "core show channels concise")
	var all []Channel
	for _, line := range strings.Split(text, "\n") {
		if f := strings.Split(strings.TrimSpace(line), "!"); len(f) >= 14 {
			all = append(all, Channel{Name: f[0], Context: f[1], State: f[4], Application: f[5], ID: f[len(f)-1]})
		}
	}
	return all, err
}

// Rooms are all bridges without the empty rooms in which music plays: Tandem keeps one for each class.
func (a asterisk) Rooms(ctx context.Context) ([]string, error) {
	text, err := a.Command(ctx, "bridge show all")
	var all []string
	for _, line := range strings.Split(text, "\n") {
		if f := strings.Fields(line); len(f) > 0 && f[0] != "Bridge-ID" && !emptyMusic(f) {
			all = append(all, strings.Join(f, " "))
		}
	}
	return all, err
}

// emptyMusic takes the columns of "bridge show all": id, name, channels, …
func emptyMusic(column []string) bool {
	return len(column) > 2 && strings.Contains(column[0], "-music-") && column[2] == "0"
}

func (a asterisk) InFallback(ctx context.Context) (int, error) {
	legs, err := a.Legs(ctx)
	n := 0
	for _, leg := range legs {
		if leg.Context == "tandem-fallback" && leg.State == "Up" && strings.HasPrefix(leg.Name, "PJSIP/loopback") {
			n++
		}
	}
	return n, err
}

func (a asterisk) BreakFallback(ctx context.Context) error {
	_, err := a.Command(ctx, "dialplan remove extension s@tandem-fallback")
	return err
}

func (a asterisk) MendFallback(ctx context.Context) error {
	_, err := a.Command(ctx, "dialplan reload")
	return err
}

func (a asterisk) CallItself(ctx context.Context) error {
	query := url.Values{"endpoint": {"PJSIP/9007@robots"}, "context": {"tandem-robots"}, "extension": {"9001"}, "priority": {"1"}}
	return a.ask(ctx, http.MethodPost, "/channels?"+query.Encode())
}

func (a asterisk) Ping(ctx context.Context) error {
	return a.ask(ctx, http.MethodGet, "/asterisk/ping")
}

func (a asterisk) ask(ctx context.Context, method, path string) error {
	request, err := http.NewRequestWithContext(ctx, method, a.ARIURL+path, http.NoBody)
	if err != nil {
		return err
	}
	request.SetBasicAuth(a.User, a.Asterisk.Password)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, path, answer.Status)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

func (a asterisk) Restart(ctx context.Context) error {
	if err := a.Kill(); err != nil {
		return err
	}
	return a.Start(ctx)
}
