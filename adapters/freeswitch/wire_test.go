package freeswitch

import (
	"bufio"
	"io"
	"strings"
	"testing"

	"github.com/percipia/eslgo"
)

func frameOf(text string) (frame, error) { return readFrame(bufio.NewReader(strings.NewReader(text))) }

func TestFrames(t *testing.T) {
	f, err := frameOf("\n\nContent-Length: 5\nContent-Type: text/event-json\n\nabcdefg")
	if err != nil || f.kind != eslgo.TypeEventJSON || !strings.HasSuffix(string(f.raw), "\r\n\r\nabcde") {
		t.Errorf("%q %v", f.raw, err)
	}
	// A header whose name Go's MIME reader refuses would end the connection in eslgo.
	f, err = frameOf("Content-Type: command/reply\nvariable_foo(bar): 1\nno colon\nReply-Text: +OK\n\n")
	if err != nil || strings.Contains(string(f.raw), "foo") || strings.Contains(string(f.raw), "colon") || !strings.Contains(string(f.raw), "Reply-Text: +OK\r\n") {
		t.Errorf("%q %v", f.raw, err)
	}
	for _, bad := range []string{
		"Content-Length: -1\n\n", "Content-Length: 99999999999\n\n", "Content-Length: 1e9\n\n", "Content-Length: x\n\n",
		"A: " + strings.Repeat("x", headerLimit+1) + "\n\n", strings.Repeat("A: b\n", headerLimit/4),
		"Content-Length: 10\n\nabc", "Content-Type: x",
	} {
		if f, err := frameOf(bad); err == nil {
			t.Errorf("%.40q is read as %.40q", bad, f.raw)
		}
	}
}

// FuzzFrames: whatever comes is a frame that eslgo's reader takes, or an error; never a panic and never more than was sent.
func FuzzFrames(f *testing.F) {
	for _, seed := range []string{
		"Content-Type: auth/request\n\n", "Content-Length: 3\r\nContent-Type: api/response\r\n\r\n+OK", "Content-Length: -5\n\n", ":\n\n", "\x00: \n\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		from := bufio.NewReader(strings.NewReader(text))
		for {
			got, err := readFrame(from)
			if err != nil {
				return
			}
			if len(got.raw) > 2*len(text)+4 {
				t.Fatalf("%d bytes became %d", len(text), len(got.raw))
			}
			head, _, ok := strings.Cut(string(got.raw), "\r\n\r\n")
			if !ok && head != "\r\n" {
				t.Fatalf("no end of headers in %q", got.raw)
			}
		}
	})
}

// FuzzEvents: whatever FreeSWITCH says is an event or an error.
func FuzzEvents(f *testing.F) {
	f.Add(`{"Event-Name":"DTMF","Event-Sequence":"12","variable_a":["x","y"]}`)
	f.Add(`{"Event-Name":7}`)
	f.Fuzz(func(t *testing.T, text string) {
		e, err := decode([]byte(text))
		if err == nil {
			_, _, _, _ = e.at(), e.account(), e.leg(), e.status()
		}
	})
}

// Halves are taken out of a stereo file, whatever the size of the reader's buffer.
func TestHalves(t *testing.T) {
	const file = "tape.wav"
	dir := t.TempDir()
	s := &Switch{cfg: Config{Recordings: dir}}
	write(t, dir+"/"+file, 2, []int16{1, -1, 2, -2, 3, -3})
	for side, want := range []string{"\x01\x00\x02\x00\x03\x00", "\xff\xff\xfe\xff\xfd\xff"} {
		half, err := s.half("tape", side)
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		one := make([]byte, 1)
		for {
			n, err := half.Read(one)
			got = append(got, one[:n]...)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if len(got) != waveHeader+6 || string(got[waveHeader:]) != want || got[22] != 1 || got[40] != 6 {
			t.Errorf("side %d is %q", side, got)
		}
		if err := half.Close(); err != nil {
			t.Error(err)
		}
	}
}
