package whole

import (
	"bufio"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// throughESL leads Tandem's connections to FreeSWITCH's event socket through the gate.
func (g *Gate) throughESL(t testing.TB) func(address string) string {
	t.Helper()
	return func(address string) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				go g.connect(conn, address)
			}
		}()
		return l.Addr().String()
	}
}

// connect joins one connection of Tandem's with one to FreeSWITCH, until either ends.
func (g *Gate) connect(tandem net.Conn, address string) {
	defer tandem.Close()
	freeswitch, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer freeswitch.Close()
	var deaf atomic.Bool               // Tandem hears no answer any more
	answered := make(chan struct{}, 1) // FreeSWITCH has said something since
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer tandem.Close()
		piece := make([]byte, 64<<10)
		for {
			n, err := freeswitch.Read(piece)
			if deaf.Load() {
				select {
				case answered <- struct{}{}:
				default:
				}
			} else if _, lost := tandem.Write(piece[:n]); lost != nil {
				return
			}
			if err != nil {
				return
			}
		}
	}()
	in := bufio.NewReader(tandem)
	for {
		frame, err := readFrame(in)
		if err != nil {
			return
		}
		stop, after, first := false, false, false
		if does(frame) {
			stop, after, first = g.next(frame)
		}
		deaf.Store(after)
		if !stop || after {
			if _, err := io.WriteString(freeswitch, frame); err != nil {
				return
			}
		}
		if !stop {
			continue
		}
		if after {
			select {
			case <-answered:
			case <-ended:
			}
		}
		if first {
			words := strings.Fields(frame)
			g.Reached <- strings.Join(words[:min(2, len(words))], " ")
		}
		_, _ = io.Copy(io.Discard, in) // until Tandem is gone
		return
	}
}

// readFrame reads one command: lines up to an empty one, and the body whose length they tell.
func readFrame(in *bufio.Reader) (string, error) {
	var frame strings.Builder
	length := 0
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		frame.WriteString(line)
		if text, found := strings.CutPrefix(strings.ToLower(line), "content-length:"); found {
			length, _ = strconv.Atoi(strings.TrimSpace(text))
		}
		if strings.TrimSpace(line) == "" {
			break
		}
	}
	_, err := io.CopyN(&frame, in, int64(length))
	return frame.String(), err
}

// does says whether a command is part of a call, and does not only ask.
func does(frame string) bool {
	for _, asks := range []string{"api uuid_getvar", "api uuid_exists", "api uuid_dump"} {
		if strings.HasPrefix(frame, asks) {
			return false
		}
	}
	for _, acts := range []string{"api uuid_", "api sched_", "api conference", "bgapi ", "sendmsg "} {
		if strings.HasPrefix(frame, acts) {
			return true
		}
	}
	return false
}
