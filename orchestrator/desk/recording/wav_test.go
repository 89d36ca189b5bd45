package recording_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"tandem/orchestrator/desk/recording"
)

// mono is a WAV as a switch writes it; said is the length in its head, the true one when negative.
func mono(said int, samples ...int16) []byte {
	if said < 0 {
		said = 2 * len(samples)
	}
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data")
	b = binary.LittleEndian.AppendUint32(b, uint32(said))
	for _, s := range samples {
		b = binary.LittleEndian.AppendUint16(b, uint16(s))
	}
	return b
}

// weave gives back the samples of the stereo file, after a check of its head.
func weave(t *testing.T, left, right io.Reader) (l, r []int16, length time.Duration) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "x.wav"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	length, err = recording.Interleave(f, left, right)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	data := len(b) - 44
	if string(b[:4]) != "RIFF" || int(le.Uint32(b[4:])) != len(b)-8 || string(b[8:16]) != "WAVEfmt " || le.Uint16(b[22:]) != 2 ||
		le.Uint32(b[24:]) != 8000 || le.Uint32(b[28:]) != 32000 || le.Uint16(b[32:]) != 4 || le.Uint16(b[34:]) != 16 || int(le.Uint32(b[40:])) != data {
		t.Fatalf("the head is % x", b[:44])
	}
	for i := 44; i < len(b); i += 4 {
		l, r = append(l, int16(le.Uint16(b[i:]))), append(r, int16(le.Uint16(b[i+2:])))
	}
	return l, r, length
}

func TestInterleave(t *testing.T) {
	long := make([]int16, 20_001)
	for i := range long {
		long[i] = int16(i)
	}
	withList := slices.Concat(mono(-1)[:36], []byte("LIST\x03\x00\x00\x00abc\x00"), mono(-1, 5, 6)[36:])
	for name, c := range map[string]struct {
		left, right []byte
		l, r        []int16
	}{
		"equal":            {mono(-1, 1, 2), mono(-1, -3, -4), []int16{1, 2}, []int16{-3, -4}},
		"left is shorter":  {mono(-1, 1), mono(-1, 3, 4), []int16{1, 0}, []int16{3, 4}},
		"right is shorter": {mono(-1, long...), mono(-1, 7), long, append([]int16{7}, make([]int16, 20_000)...)},
		"empty":            {mono(-1), mono(-1), nil, nil},
		"unfinished heads": {mono(0, 1, 2), mono(-1<<31, 3, 4), []int16{1, 2}, []int16{3, 4}},
		"more after data":  {append(mono(-1, 1), "LIST"...), mono(-1, 2), []int16{1}, []int16{2}},
		"other chunks":     {withList, mono(-1, 1, 2), []int16{5, 6}, []int16{1, 2}},
		"shorter than said, as a killed switch leaves it": {mono(2000, 1, 2), mono(-1, 3), []int16{1, 2}, []int16{3, 0}},
		"an odd byte": {append(mono(0, 1), 9), mono(-1, 3), []int16{1}, []int16{3}},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.HasPrefix(name, "unfinished") {
				binary.LittleEndian.PutUint32(c.right[40:], 0xFFFFFFFF)
			}
			l, r, length := weave(t, iotest.OneByteReader(bytes.NewReader(c.left)), bytes.NewReader(c.right))
			if !slices.Equal(l, c.l) || !slices.Equal(r, c.r) {
				t.Errorf("the channels are %d and %d samples long, want %d and %d, or differ", len(l), len(r), len(c.l), len(c.r))
			}
			if want := time.Duration(len(c.l)) * time.Second / 8000; length != want {
				t.Errorf("the length is %v, want %v", length, want)
			}
		})
	}
}

func TestInterleaveRefuses(t *testing.T) {
	stereo := mono(-1, 1)
	stereo[22] = 2
	fast := mono(-1, 1)
	fast[25] = 0x3e
	cut := io.MultiReader(bytes.NewReader(mono(4000, 1, 2)), iotest.ErrReader(io.ErrUnexpectedEOF))
	broken := errors.New("connection reset")
	for name, left := range map[string]io.Reader{
		"nothing": strings.NewReader(""), "no WAV": strings.NewReader(strings.Repeat("x", 100)), "stereo": bytes.NewReader(stereo),
		"16 kHz": bytes.NewReader(fast), "half a head": bytes.NewReader(mono(-1)[:30]), "a line that was cut": cut,
		"a line that broke": io.MultiReader(bytes.NewReader(mono(4000, 1)), iotest.ErrReader(broken)),
		"huge format":       bytes.NewReader(append(mono(-1)[:16], 0xff, 0xff, 0xff, 0x7f)),
	} {
		f, err := os.Create(filepath.Join(t.TempDir(), "x.wav"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := recording.Interleave(f, left, bytes.NewReader(mono(-1, 1))); err == nil {
			t.Errorf("%s is taken for a recording", name)
		}
		_ = f.Close()
	}
}

func FuzzInterleave(f *testing.F) {
	f.Add(mono(-1, 1, 2), mono(0, 3))
	f.Add(mono(0xFFFFFF, 1)[:40], []byte("RIFF"))
	f.Fuzz(func(t *testing.T, left, right []byte) {
		var out seeker
		length, err := recording.Interleave(&out, bytes.NewReader(left), bytes.NewReader(right))
		if err == nil && (len(out.b)-44)/4 != int(length*8000/time.Second) {
			t.Errorf("%d bytes for %v", len(out.b), length)
		}
	})
}

// seeker is a file in memory.
type seeker struct {
	b  []byte
	at int
}

func (s *seeker) Write(p []byte) (int, error) {
	s.b = append(s.b[:s.at], append(slices.Clone(p), s.b[min(len(s.b), s.at+len(p)):]...)...)
	s.at += len(p)
	return len(p), nil
}

func (s *seeker) Seek(to int64, _ int) (int64, error) { s.at = int(to); return to, nil }
