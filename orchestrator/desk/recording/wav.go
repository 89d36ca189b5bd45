package recording

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"
)

const (
	rate       = 8000 // samples a second
	sampleSize = 2    // bytes: 16 bit, little endian
	headSize   = 44   // of the WAV that we write: RIFF, fmt and data heads
	chunk      = 2048 // samples at a time
)

var errWAV = errors.New("this is no WAV with 8 kHz, 16 bit, mono")

// Interleave writes one WAV with left and right on its two channels. The shorter one goes on in silence; one that is nil is silence.
// It reads both to their
// end without keeping them, so that a long call costs no memory, and writes the head last, when the length is known.
func Interleave(w io.WriteSeeker, left, right io.Reader) (time.Duration, error) {
	l, err := samples(left)
	if err != nil {
		return 0, fmt.Errorf("left channel: %w", err)
	}
	r, err := samples(right)
	if err != nil {
		return 0, fmt.Errorf("right channel: %w", err)
	}
	if _, err := w.Write(make([]byte, headSize)); err != nil {
		return 0, err
	}
	frames, err := weave(w, l, r)
	if err != nil {
		return 0, err
	}
	if _, err := w.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	if _, err := w.Write(head(frames)); err != nil {
		return 0, err
	}
	return lengthOf(frames), nil
}

// weave writes pairs of samples until both sides have ended and returns how many.
func weave(w io.Writer, l, r io.Reader) (frames int64, err error) {
	const most = (math.MaxUint32 - headSize) / (2 * sampleSize) // what the head can say: 37 hours
	var left, right [chunk * sampleSize]byte
	both := make([]byte, 0, 2*chunk*sampleSize)
	for {
		nl, err := fillUp(l, left[:])
		if err != nil {
			return 0, fmt.Errorf("left channel: %w", err)
		}
		nr, err := fillUp(r, right[:])
		if err != nil {
			return 0, fmt.Errorf("right channel: %w", err)
		}
		n := max(nl, nr)
		if n == 0 {
			return frames, nil
		}
		clear(left[nl*sampleSize:])
		clear(right[nr*sampleSize:])
		both = both[:0]
		for i := 0; i < n*sampleSize; i += sampleSize {
			both = append(both, left[i], left[i+1], right[i], right[i+1])
		}
		if _, err := w.Write(both); err != nil {
			return 0, err
		}
		if frames += int64(n); frames > most {
			return 0, errors.New("the recording is longer than a WAV can be")
		}
	}
}

// fillUp reads whole samples until b is full or the side has ended; an odd last byte is left out. A line that was cut is an
// error, an end is none.
func fillUp(r io.Reader, b []byte) (int, error) {
	n, err := io.ReadFull(r, b)
	if errors.Is(err, io.EOF) || errors.Is(err, errShort) {
		err = nil
	}
	return n / sampleSize, err
}

// errShort is what io.ReadFull says at the end of a reader. A reader that itself breaks off says the same: cutReader tells them
// apart.
var errShort = io.ErrUnexpectedEOF

// errCut says that a line broke before the end of what was promised.
var errCut = errors.New("the line was cut in the middle")

// cutReader makes a broken line (net/http: unexpected EOF) an error of its own.
type cutReader struct{ r io.Reader }

func (c cutReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errCut
	}
	return n, err
}

// samples reads the head of a WAV and returns the reader of its samples. A head that was never completed says 0 or the largest
// number: then they go on to the end (Microsoft, Multimedia Programming Interface 1.0, RIFF).
func samples(r io.Reader) (io.Reader, error) {
	if r == nil {
		return strings.NewReader(""), nil
	}
	in := bufio.NewReaderSize(cutReader{r}, chunk*sampleSize)
	var riff [12]byte
	if _, err := io.ReadFull(in, riff[:]); err != nil {
		return nil, notWAV(err)
	}
	if string(riff[:4]) != "RIFF" || string(riff[8:]) != "WAVE" {
		return nil, errWAV
	}
	for known := false; ; {
		var h [8]byte
		if _, err := io.ReadFull(in, h[:]); err != nil {
			return nil, notWAV(err)
		}
		size := int64(binary.LittleEndian.Uint32(h[4:]))
		switch string(h[:4]) {
		case "data":
			if !known {
				return nil, errWAV
			}
			if size == 0 || size >= math.MaxInt32 {
				return in, nil
			}
			return io.LimitReader(in, size), nil
		case "fmt ":
			if err := checkFormat(in, size); err != nil {
				return nil, err
			}
			known = true
		default:
			if _, err := io.CopyN(io.Discard, in, size+size%2); err != nil {
				return nil, notWAV(err)
			}
		}
	}
}

// checkFormat reads a format chunk.
func checkFormat(in io.Reader, size int64) error {
	const least, most = 16, 64
	if size < least || size > most {
		return errWAV
	}
	f := make([]byte, size+size%2)
	if _, err := io.ReadFull(in, f); err != nil {
		return notWAV(err)
	}
	pcm, channels := binary.LittleEndian.Uint16(f), binary.LittleEndian.Uint16(f[2:])
	hertz, bits := binary.LittleEndian.Uint32(f[4:]), binary.LittleEndian.Uint16(f[14:])
	if pcm != 1 || channels != 1 || hertz != rate || bits != 8*sampleSize {
		return fmt.Errorf("%w: format %d, %d channels, %d Hz, %d bit", errWAV, pcm, channels, hertz, bits)
	}
	return nil
}

// notWAV keeps the error of a broken line and makes every other end one of the format.
func notWAV(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errWAV
	}
	return err
}

// head is the head of a stereo WAV of so many frames.
func head(frames int64) []byte {
	const channels = 2
	data := uint32(frames * channels * sampleSize)
	b := make([]byte, 0, headSize)
	b = append(b, "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, headSize-8+data)
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, 1) // PCM
	b = binary.LittleEndian.AppendUint16(b, channels)
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, rate*channels*sampleSize)
	b = binary.LittleEndian.AppendUint16(b, channels*sampleSize)
	b = binary.LittleEndian.AppendUint16(b, 8*sampleSize)
	b = append(b, "data"...)
	return binary.LittleEndian.AppendUint32(b, data)
}

func lengthOf(frames int64) time.Duration { return time.Duration(frames) * time.Second / rate }
