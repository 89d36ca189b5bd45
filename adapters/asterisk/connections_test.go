package asterisk

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// server answers what it reads on each connection as the test says, and tells of each command that it has read.
type server struct {
	*connections
	heard  chan string
	closed chan struct{} // one for each connection that is over
}

// serve starts one. answer is given the number of the command on its connection, from 1; what it returns is written, and the
// connection is closed when it says so.
func serve(t *testing.T, answer func(nth int) (text string, closes bool)) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &server{newConnections("http", l.Addr().String(), time.Minute), make(chan string, 100), make(chan struct{}, 100)}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(conn, answer)
		}
	}()
	return s
}

func (s *server) talk(conn net.Conn, answer func(nth int) (string, bool)) {
	defer func() {
		_ = conn.Close()
		s.closed <- struct{}{}
	}()
	in := bufio.NewReader(conn)
	for nth := 1; ; nth++ {
		req, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, _ := io.ReadAll(req.Body)
		s.heard <- req.Method + " " + string(body)
		text, closes := answer(nth)
		if _, err := io.WriteString(conn, text); err != nil || closes {
			return
		}
	}
}

const fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

// send sends one command and returns the answer's body.
func (s *server) send(t *testing.T, ctx context.Context, method, body string) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+s.host+"/x", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	_, answer, err := s.exchange(req)
	return string(answer), err
}

// within is for all that is waited for.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// A command after the other goes over one connection. One that the server has closed meanwhile is noticed before anything is said on it,
// so that a POST is neither lost nor repeated.
func TestConnectionsThatWereClosed(t *testing.T) {
	s := serve(t, func(nth int) (string, bool) { return "HTTP/1.1 100 Continue\r\n\r\n" + fine, nth == 2 })
	ctx := within(t)
	for _, body := range []string{"a", "b", "c", "d"} {
		answer, err := s.send(t, ctx, http.MethodPost, body)
		if err != nil || answer != "{}" {
			t.Fatalf("%s: %q %v", body, answer, err)
		}
		if heard := <-s.heard; heard != "POST "+body || len(s.heard) > 0 {
			t.Errorf("the server heard %q, and %d more", heard, len(s.heard))
		}
		if body == "b" || body == "d" {
			<-s.closed
		}
	}
	if len(s.closed) > 0 {
		t.Error("there were more than two connections")
	}
}

// A connection that breaks after a command was said leaves open what came of it: what changes something is not said again, what reads is.
func TestConnectionsThatBreak(t *testing.T) {
	for method, want := range map[string]int{http.MethodPost: 1, http.MethodGet: 2} {
		s := serve(t, func(int) (string, bool) { return fine, false })
		broken := serve(t, func(nth int) (string, bool) {
			if nth == 1 {
				return fine, false
			}
			return "", true
		})
		ctx := within(t)
		if _, err := broken.send(t, ctx, http.MethodGet, ""); err != nil {
			t.Fatal(err)
		}
		<-broken.heard
		broken.host = s.host // where the next connection leads
		_, err := broken.send(t, ctx, method, "x")
		if heard := len(broken.heard) + len(s.heard); heard != want || (err == nil) != (want == 2) {
			t.Errorf("%s was heard %d times, want %d; the error is %v", method, heard, want, err)
		}
	}
}

// A command ends with its context, and its connection with it: the answer may still come, and is nobody else's.
func TestConnectionsThatHang(t *testing.T) {
	s := serve(t, func(int) (string, bool) { return "", false })
	ctx, cancel := context.WithCancel(within(t))
	go func() {
		<-s.heard
		cancel()
	}()
	if _, err := s.send(t, ctx, http.MethodPost, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("a command that was given up returns %v", err)
	}
	<-s.closed
	late, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := s.send(t, late, http.MethodPost, "y"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a command without an answer returns %v", err)
	}
}
