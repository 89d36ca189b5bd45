package asterisk

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"tandem/orchestrator/media/switchboard"
)

// line is one connection to Asterisk.
type line struct {
	*switchboard.Line[*said]
	socket *websocket.Conn
	sw     *Switch
	heard  atomic.Int64 // when the last event was read, Unix nanoseconds

	mu      sync.Mutex
	probing string          // name of the probe that is to come back
	back    chan struct{}   // closed when it has
	entered map[string]bool // channels that have entered our application since the line's beginning; nil when the state was read
}

// open connects the event line. Asterisk delivers from here on, so the state may be read afterwards without a gap.
func (s *Switch) open(ctx context.Context) (*line, error) {
	at, err := url.Parse(s.cfg.URL)
	if err != nil {
		return nil, err
	}
	at.Scheme = strings.Replace(at.Scheme, "http", "ws", 1)
	at = at.JoinPath("events")
	at.RawQuery = url.Values{"app": {s.cfg.App}}.Encode()
	req := http.Request{Header: http.Header{}}
	req.SetBasicAuth(s.cfg.User, s.cfg.Password)

	dial, stop := context.WithTimeout(ctx, s.cfg.Timeout)
	defer stop()
	socket, res, err := websocket.Dial(dial, at.String(), &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: s.rest.wire.next},
		HTTPHeader: req.Header,
	})
	if err != nil {
		if res != nil && res.StatusCode == http.StatusUnauthorized {
			return nil, fmt.Errorf("ARI refuses user %q: compare the password with ari.conf", s.cfg.User)
		}
		return nil, err
	}
	socket.SetReadLimit(1 << 20)
	mailbox := switchboard.NewLine[*said](ctx, s.cfg.Backlog, func(items int) { s.figures.dropped.Add(int64(items)) })
	return &line{Line: mailbox, socket: socket, sw: s, entered: map[string]bool{}}, nil
}

// unused are kinds of events that we have no use for and that are most of all that Asterisk would say of a call.
var unused = []string{
	"ChannelVarset", "ChannelConnectedLine", "ChannelDialplan", "ChannelCallerId", "ChannelEnteredBridge",
	"BridgeCreated", "BridgeDestroyed", "RecordingStarted", "PlaybackStarted",
}

// hush asks Asterisk not to send them; they would be two of three events.
func (s *Switch) hush(ctx context.Context) error {
	type kind struct {
		Type string `json:"type"`
	}
	var kinds []kind
	for _, name := range unused {
		kinds = append(kinds, kind{name})
	}
	filter := map[string]any{"disallowed": kinds}
	if err := s.rest.call(ctx, http.MethodPut, "/applications/"+s.cfg.App+"/eventFilter", nil, filter, nil); err != nil {
		return fmt.Errorf("choosing the events: %w", err)
	}
	return nil
}

// read takes events off the socket as fast as they come and never waits for the engine: Asterisk gives up a reader that
// keeps it waiting (100 ms by its default).
func (l *line) read() {
	var raw bytes.Buffer // of one event after the other
	for {
		kind, in, err := l.socket.Reader(l.Ctx)
		if err == nil {
			raw.Reset()
			_, err = raw.ReadFrom(in)
		}
		if err != nil {
			l.Lose(fmt.Errorf("event line: %w", err))
			return
		}
		if kind != websocket.MessageText {
			continue
		}
		l.sw.figures.events.Add(1)
		l.heard.Store(time.Now().UnixNano())
		event, err := decode(raw.Bytes())
		if err != nil {
			l.sw.figures.malformed.Add(1)
			l.sw.log.Warn("an event is not JSON", "error", err)
			continue
		}
		if l.probed(*event) {
			continue
		}
		switch event.Type {
		case "StasisStart":
			l.enters(event.Channel.ID)
			l.sw.entered(event.Channel.ID)
		case "StasisEnd":
			l.sw.signs.Give(endOf(event.Channel.ID))
		}
		if !l.Hear(event) {
			return
		}
	}
}

// enters notes a channel that has entered our application while the state is being read, maybe after it was found outside.
func (l *line) enters(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.entered != nil {
		l.entered[id] = true
	}
}

// haveEntered returns what was noted, once.
func (l *line) haveEntered() map[string]bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	ids := l.entered
	l.entered = nil
	return ids
}
