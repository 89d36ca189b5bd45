package lab_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"tandem/adapters/lab"
)

// control is a control plane of a few lines: it takes calls and does nothing with them by itself.
type control struct {
	a      *lab.Asterisk
	events chan event
	line   io.Closer
}

type event struct {
	Type    string `json:"type"`
	Channel struct {
		ID     string `json:"id"`
		State  string `json:"state"`
		Caller struct {
			Name   string `json:"name"`
			Number string `json:"number"`
		} `json:"caller"`
	} `json:"channel"`
}

// connect registers the application: a websocket handshake (RFC 6455 section 4) and a reader of unmasked frames.
func connect(t *testing.T, a *lab.Asterisk) *control {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, a.ARIURL+"/events?app="+a.App, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(a.User, a.Password)
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": base64.StdEncoding.EncodeToString(make([]byte, 16)),
	} {
		request.Header.Set(name, value)
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	line, ok := answer.Body.(io.ReadWriteCloser)
	if answer.StatusCode != http.StatusSwitchingProtocols || !ok {
		t.Fatalf("events: %s", answer.Status)
	}
	c := &control{a: a, events: make(chan event, 256), line: line}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.read(bufio.NewReader(line))
	}()
	t.Cleanup(func() {
		line.Close()
		cancel()
		<-ended
	})
	return c
}

// read decodes text frames (RFC 6455 section 5.2) until the line ends.
func (c *control) read(from *bufio.Reader) {
	for {
		var head [2]byte
		if _, err := io.ReadFull(from, head[:]); err != nil {
			return
		}
		size := uint64(head[1] & 0x7f)
		var longer [8]byte
		switch size {
		case 126:
			if _, err := io.ReadFull(from, longer[6:]); err != nil {
				return
			}
			size = binary.BigEndian.Uint64(longer[:])
		case 127:
			if _, err := io.ReadFull(from, longer[:]); err != nil {
				return
			}
			size = binary.BigEndian.Uint64(longer[:])
		}
		text := make([]byte, size)
		if _, err := io.ReadFull(from, text); err != nil {
			return
		}
		var e event
		if json.Unmarshal(text, &e) == nil {
			c.events <- e
		}
	}
}

// wait returns the next event of a type.
func (c *control) wait(t *testing.T, kind string) event {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	for {
		select {
		case e := <-c.events:
			if e.Type == kind {
				return e
			}
		case <-deadline.C:
			t.Fatalf("no %s within %s", kind, patience)
		}
	}
}

// ask sends one ARI request and fails the test unless it is accepted. It returns the answer's body.
func (c *control) ask(t *testing.T, method, path string, query url.Values) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, c.a.ARIURL+path+"?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(c.a.User, c.a.Password)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 300 {
		t.Fatalf("%s %s: %s %s %v", method, path, answer.Status, body, err)
	}
	return string(body)
}

// variable reads a channel's variable; "" if it has none.
func (c *control) variable(t *testing.T, channel, name string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		c.a.ARIURL+"/channels/"+channel+"/variable?variable="+url.QueryEscape(name), nil)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(c.a.User, c.a.Password)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var found struct{ Value string }
	if err := json.NewDecoder(answer.Body).Decode(&found); err != nil {
		t.Fatal(err)
	}
	return found.Value
}

// channels lists the ids of all channels of the switch.
func (c *control) channels(t *testing.T) []string {
	t.Helper()
	var all []struct{ ID string }
	if err := json.Unmarshal([]byte(c.ask(t, "GET", "/channels", nil)), &all); err != nil || len(all) == 0 {
		t.Fatalf("channels: %v %v", all, err)
	}
	var ids []string
	for _, channel := range all {
		ids = append(ids, channel.ID)
	}
	return ids
}
