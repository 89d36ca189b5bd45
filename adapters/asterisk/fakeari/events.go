package fakeari

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/coder/websocket"
)

const timeForm = "2006-01-02T15:04:05.000-0700"

// writeTime is how long Asterisk waits for a slow reader before it gives up the line, as our ari.conf says. Its own 100 ms are
// less than a busy machine may let a reader wait.
const writeTime = 2 * time.Second

// socket is the application's event line.
type socket struct {
	send chan []byte
	deaf bool // the application was switched off behind it; guarded by Server.mu
	gone context.CancelFunc
}

func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	// Before the handshake is answered: the application is there when its client learns so.
	line := &socket{send: make(chan []byte, 100_000), gone: cancel}
	s.mu.Lock()
	if s.socket != nil {
		s.emit(map[string]any{"type": "ApplicationReplaced"})
	}
	s.socket, s.known = line, true
	line.deaf, s.deaf = s.deaf, false
	s.crowd.Changed()
	s.mu.Unlock()
	defer s.forget(line)

	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer conn.CloseNow()
	reading := conn.CloseRead(ctx)
	for {
		select {
		case event := <-line.send:
			write, stop := context.WithTimeout(ctx, writeTime)
			err := conn.Write(write, websocket.MessageText, event)
			stop()
			if err == nil {
				continue
			}
		case <-reading.Done():
		}
		return
	}
}

func (s *Server) forget(line *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.socket == line {
		s.socket = nil
	}
	s.crowd.Changed()
}

// tick is the time, later than any that was given before.
func (s *Server) tick() string {
	now := time.Now()
	if next := s.last.Add(time.Millisecond); now.Before(next) {
		now = next
	}
	s.last = now
	return now.Format(timeForm)
}

// emit sends an event on the present line, if there is one; events without a line are lost, as with Asterisk.
func (s *Server) emit(event map[string]any) {
	event["application"], event["asterisk_id"] = App, "fake"
	if event["timestamp"] == nil {
		event["timestamp"] = s.tick()
	}
	if kind, _ := event["type"].(string); s.hushed[kind] {
		return
	}
	events := []map[string]any{event}
	if s.shape != nil {
		events = s.shape(event)
	}
	for _, e := range events {
		data, err := json.Marshal(e)
		if err != nil || s.socket == nil || s.socket.deaf {
			continue
		}
		select {
		case s.socket.send <- data:
		default:
		}
	}
}

// Emit sends an event of the test's own making.
func (s *Server) Emit(event map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emit(event)
}

// about sends an event about a channel, if the application follows it, and once more if it follows its endpoint too.
func (s *Server) about(c *Channel, kind string, more map[string]any) {
	event := map[string]any{"type": kind, "channel": c.json(), "timestamp": s.tick()}
	for name, value := range more {
		event[name] = value
	}
	if s.follows["channel:"+c.ID] || c.inside {
		s.emit(event)
	}
	if c.phone != nil && s.follows["endpoint:PJSIP/"+c.phone.endpoint()] {
		again := map[string]any{}
		for name, value := range event {
			again[name] = value
		}
		s.emit(again)
	}
}

// DropLine ends the event line; the adapter may connect again.
func (s *Server) DropLine() {
	s.mu.Lock()
	line := s.socket
	s.socket = nil
	s.mu.Unlock()
	if line != nil {
		line.gone()
	}
}

// Shape lets the test turn each event into none, one or several; nil ends it. It is called with the fake's lock held.
func (s *Server) Shape(shape func(event map[string]any) []map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shape = shape
}
