package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"tandem/orchestrator/media"
)

// line is one connection to Asterisk, from the socket's opening to its loss. A new connection is a new line, so that nothing
// of an old one can be told after the next Up.
type line struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	socket *websocket.Conn
	sw     *Switch
	heard  atomic.Int64 // when the last event was read, Unix nanoseconds

	mu      sync.Mutex
	box     []item
	closed  bool
	bell    chan struct{} // rung when box grows or closes
	probing string        // name of the probe that is to come back
	back    chan struct{} // closed when it has

	entered map[string]bool // channels that have entered our application since the line's beginning; nil when the state was read
}

// item is an event of Asterisk, or what a command's end has to tell; do runs with Switch.mu held.
type item struct {
	event said
	do    func() []media.Event
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
	l := &line{socket: socket, sw: s, bell: make(chan struct{}, 1), entered: map[string]bool{}}
	l.ctx, l.cancel = context.WithCancelCause(ctx)
	return l, nil
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

// lose ends the line; the first reason counts.
func (l *line) lose(why error) { l.cancel(why) }

// read takes events off the socket as fast as they come and never waits for the engine: Asterisk gives up a reader that
// keeps it waiting (100 ms by its default).
func (l *line) read() {
	defer l.close()
	for {
		kind, raw, err := l.socket.Read(l.ctx)
		if err != nil {
			l.lose(fmt.Errorf("event line: %w", err))
			return
		}
		if kind != websocket.MessageText {
			continue
		}
		l.sw.figures.events.Add(1)
		l.heard.Store(time.Now().UnixNano())
		event, err := decode(raw)
		if err != nil {
			l.sw.figures.malformed.Add(1)
			l.sw.log.Warn("an event is not JSON", "error", err)
			continue
		}
		if l.probed(event) {
			continue
		}
		if event.Type == "StasisStart" {
			l.enters(event.Channel.ID)
			l.sw.entered(event.Channel.ID)
		}
		if !l.put(item{event: event}) {
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

// put queues an item; false when the line is over.
func (l *line) put(it item) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	if len(l.box) >= l.sw.cfg.Backlog {
		l.sw.figures.dropped.Add(int64(len(l.box)))
		l.box, l.closed = nil, true
		l.lose(errors.New("the engine is too far behind; the state is read anew"))
		l.ring()
		return false
	}
	l.box = append(l.box, it)
	l.ring()
	return true
}

// post queues what a command's end has to tell. After the line's loss it is dropped: the next Up tells the truth.
func (l *line) post(do func() []media.Event) { l.put(item{do: do}) }

func (l *line) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.ring()
}

func (l *line) ring() {
	select {
	case l.bell <- struct{}{}:
	default:
	}
}

// take returns all that is queued, waiting for the first; false when the line is over and nothing is left.
func (l *line) take() ([]item, bool) {
	for {
		l.mu.Lock()
		box, closed := l.box, l.closed
		l.box = nil
		l.mu.Unlock()
		if len(box) > 0 {
			return box, true
		}
		if closed {
			return nil, false
		}
		<-l.bell
	}
}
