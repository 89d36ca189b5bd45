package freeswitch

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/percipia/eslgo"

	"tandem/orchestrator/media"
)

// wire is one TCP connection to the event socket with eslgo behind it. It stands between the two because eslgo can't be given
// a connection, and by itself hangs for ever when FreeSWITCH turns it away or says nothing, panics at a negative length, stops
// listening at a kind of frame or a header that it does not know, and misses most ways in which a connection ends. Events don't go
// through it at all: it would decode each a second time, and mix them.
//
//	FreeSWITCH ──TCP──> read frames, check, pass on ──socket in a private folder──> eslgo
//	                          └──events──> heard
type wire struct {
	far, near net.Conn
	conn      *eslgo.Conn
	end       context.CancelFunc // of eslgo's goroutines
	lost      func(error)
	malformed func()
	heard     func(event []byte) // is given each event, in the order of the connection
	once      sync.Once
}

const (
	headerLimit = 64 << 10
	bodyLimit   = 64 << 20
)

// passed are the kinds of frames that eslgo knows; it stops reading at any other.
var passed = map[string]bool{
	eslgo.TypeAuthRequest: true, eslgo.TypeReply: true, eslgo.TypeAPIResponse: true,
}

// dialWire connects and signs in. lost is called once when the connection ends for a reason that is not ours.
func dialWire(ctx context.Context, c Config, lost func(error), malformed func(), heard func([]byte)) (*wire, error) {
	ctx, stop := context.WithTimeout(ctx, c.Timeout)
	defer stop()
	far, err := (&net.Dialer{KeepAlive: 5 * time.Second}).DialContext(ctx, "tcp", c.Address)
	if err != nil {
		return nil, err
	}
	life, end := context.WithCancel(context.Background())
	w := &wire{far: far, end: end, lost: lost, malformed: malformed, heard: heard}
	deadline, _ := ctx.Deadline()
	_ = far.SetDeadline(deadline)
	reader := bufio.NewReaderSize(far, 64<<10)
	greeting, err := greet(reader)
	if err == nil {
		err = w.signIn(ctx, life, c, reader, greeting)
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// greet reads the first frame, before eslgo is there to hang on it.
func greet(from *bufio.Reader) ([]byte, error) {
	f, err := readFrame(from)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the event socket says nothing: is mod_event_socket loaded and listening there? %w", err)
	case f.kind == "text/rude-rejection":
		return nil, errors.New("FreeSWITCH turns this machine away: let it in by apply-inbound-acl in event_socket.conf.xml")
	case f.kind != eslgo.TypeAuthRequest:
		return nil, fmt.Errorf("the address answers with %q and is no event socket", media.Clean(f.kind))
	}
	return f.raw, nil
}

// signIn hands the connection to eslgo.
func (w *wire) signIn(ctx, life context.Context, c Config, reader *bufio.Reader, greeting []byte) error {
	type result struct {
		conn *eslgo.Conn
		err  error
	}
	dir, err := os.MkdirTemp("", "tandem-esl-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(dir, "socket"), Net: "unix"})
	if err != nil {
		return err
	}
	defer listener.Close()
	signed := make(chan result, 1)
	go func() {
		conn, err := eslgo.InboundOptions{
			Options: eslgo.Options{Context: life, Logger: eslgo.NilLogger{}, ExitTimeout: c.Timeout},
			Network: "unix", Password: c.Password, AuthTimeout: c.Timeout,
		}.Dial(listener.Addr().String())
		signed <- result{conn, err}
	}()
	deadline, _ := ctx.Deadline()
	_ = listener.SetDeadline(deadline)
	if w.near, err = listener.Accept(); err != nil {
		return err
	}
	if _, err := w.near.Write(greeting); err != nil {
		return err
	}
	go w.down(reader)
	go w.up()
	select {
	case r := <-signed:
		if r.err != nil {
			return errors.New("FreeSWITCH refuses the password of the event socket: compare it with event_socket.conf.xml")
		}
		w.conn = r.conn
		return w.far.SetDeadline(time.Time{})
	case <-ctx.Done():
		return fmt.Errorf("the event socket does not answer the sign-in: %w", ctx.Err())
	}
}

// down passes what FreeSWITCH says.
func (w *wire) down(from *bufio.Reader) {
	for {
		f, err := readFrame(from)
		if err == nil && f.kind == eslgo.TypeDisconnect {
			err = errors.New("FreeSWITCH ended the connection")
		}
		if err == nil && f.kind == eslgo.TypeEventJSON && w.heard != nil {
			w.heard(f.raw[f.head:])
			continue
		}
		if err == nil && !passed[f.kind] {
			w.malformed()
			continue
		}
		if err == nil {
			_, err = w.near.Write(f.raw)
		}
		if err != nil {
			w.lose(err)
			return
		}
	}
}

// up passes what eslgo says.
func (w *wire) up() {
	_, err := io.Copy(w.far, w.near)
	if err == nil {
		err = io.EOF
	}
	w.lose(err)
}

func (w *wire) lose(err error) {
	w.once.Do(func() {
		w.cut()
		w.lost(fmt.Errorf("event socket: %w", err))
	})
}

// cut ends eslgo's goroutines and then both connections. eslgo's own Close is never called: it changes a map that those goroutines
// read without a lock, and it waits for commands. The socket on its side is closed when nothing holds it any more.
func (w *wire) cut() {
	w.end()
	_ = w.far.Close()
	if w.near != nil {
		_ = w.near.Close()
	}
}

// close ends the connection without telling anybody.
func (w *wire) close() { w.once.Do(w.cut) }

// frame is one message of the event socket: headers, an empty line, and as many bytes as Content-Length says.
type frame struct {
	kind string
	raw  []byte
	head int // length of the headers in raw
}

var errFrame = errors.New("a message of the event socket has a length that can't be")

// readFrame reads one frame within limits. Headers whose names Go's MIME reader would refuse are left out.
func readFrame(from *bufio.Reader) (frame, error) {
	var f frame
	length, seen := 0, 0
	for {
		line, err := from.ReadSlice('\n')
		if err != nil {
			return f, err
		}
		if seen += len(line); seen > headerLimit {
			return f, errFrame
		}
		text := strings.TrimRight(string(line), "\r\n")
		if text == "" {
			if len(f.raw) == 0 {
				continue
			}
			break
		}
		name, value, ok := strings.Cut(text, ":")
		if !ok || !headerForm(name) {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(name) {
		case "content-type":
			f.kind = value
		case "content-length":
			if length, err = strconv.Atoi(value); err != nil || length < 0 || length > bodyLimit {
				return f, errFrame
			}
		}
		f.raw = append(append(f.raw, text...), '\r', '\n')
	}
	f.raw = append(f.raw, '\r', '\n')
	f.head = len(f.raw)
	if length == 0 {
		return f, nil
	}
	f.raw = slices.Grow(f.raw, min(length, headerLimit))
	body := bytes.NewBuffer(f.raw)
	_, err := io.CopyN(body, from, int64(length)) // grows with what comes, not with what is announced
	f.raw = body.Bytes()
	return f, err
}

// headerForm says whether a header's name is a token of RFC 9110 section 5.6.2.
func headerForm(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r)
	})
}
