package freeswitch

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

// waveHeader is the size of the smallest header of a WAV file.
const waveHeader = 44

// Tape implements recording.Source: both halves of a finished tape, each as WAV, 16 bit, mono, read from the shared folder. Without a
// line nobody knows whether FreeSWITCH still writes it, and a file that is written looks empty.
func (s *Switch) Tape(_ context.Context, id media.TapeID) (party, heard io.ReadCloser, err error) {
	if !media.IsName(string(id)) {
		return nil, nil, &orchestrator.Error{Kind: orchestrator.Invalid, Op: "recording.tape", Say: "the tape's name has other characters than letters, digits, dot, underscore and hyphen"}
	}
	away := s.present.Away()
	s.mu.Lock()
	runs := s.tapes[id] != nil
	s.mu.Unlock()
	if away {
		return nil, nil, &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "recording.tape", Say: "the line to FreeSWITCH is away"}
	}
	if runs {
		return nil, nil, &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "recording.tape", Say: "the tape still runs"}
	}
	if party, err = s.half(string(id), 0); err != nil {
		return nil, nil, err
	}
	if heard, err = s.half(string(id), 1); err != nil {
		return nil, nil, errors.Join(err, party.Close())
	}
	return party, heard, nil
}

// Message opens the voice message that a Take task recorded, as WAV, 16 bit, mono; errors are those of Tape.
func (s *Switch) Message(_ context.Context, id media.TaskID) (io.ReadCloser, error) {
	if !media.IsName(string(id)) {
		return nil, &orchestrator.Error{Kind: orchestrator.Invalid, Op: "recording.message", Say: "the task's name is not one"}
	}
	return s.half(string(id), 0)
}

// Forget implements recording.Source.
func (s *Switch) Forget(_ context.Context, id media.TapeID) error {
	if !media.IsName(string(id)) || s.cfg.Recordings == "" {
		return nil
	}
	if err := os.Remove(s.file(string(id))); err != nil && !errors.Is(err, os.ErrNotExist) {
		return &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "recording.forget", Say: "the tape can't be deleted: may this program write into the folder of recordings?", Err: err}
	}
	return nil
}

// half opens one side of a recording; a recording in mono has one side only, which is both.
func (s *Switch) half(name string, side int) (io.ReadCloser, error) {
	file, err := os.Open(s.file(name))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, &orchestrator.Error{Kind: orchestrator.NotFound, Op: "recording.tape", Say: "there is no " + name + " in the folder of recordings", Err: err}
	case err != nil:
		return nil, &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "recording.tape", Say: name + " can't be opened: may this program read the folder of recordings?", Err: err}
	}
	h, err := openHalf(file, side)
	if err != nil {
		return nil, errors.Join(&orchestrator.Error{Kind: orchestrator.Unavailable, Op: "recording.tape", Say: name + " is no recording that can be read", Err: err}, file.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{bufio.NewReader(h), file}, nil
}

// halfReader takes one side out of a stereo file while it is read.
type halfReader struct {
	file     *os.File
	from     *bufio.Reader
	header   *bytes.Reader
	channels int
	side     int
	frame    []byte
}

// openHalf reads the header of a WAV file (RIFF, 16 bit PCM) and makes one for a single side.
func openHalf(file *os.File, side int) (*halfReader, error) {
	h := &halfReader{file: file, from: bufio.NewReaderSize(file, 64<<10)}
	var riff [12]byte
	if _, err := io.ReadFull(h.from, riff[:]); err != nil || string(riff[:4]) != "RIFF" || string(riff[8:]) != "WAVE" {
		return nil, fmt.Errorf("no WAV file: %w", err)
	}
	var rate uint32
	for {
		var chunk struct {
			ID   [4]byte
			Size uint32
		}
		if err := binary.Read(h.from, binary.LittleEndian, &chunk); err != nil {
			return nil, err
		}
		if string(chunk.ID[:]) == "data" {
			if h.channels == 0 {
				return nil, errors.New("the sound comes before its format")
			}
			h.side, h.frame = min(side, h.channels-1), make([]byte, 2*h.channels)
			h.header = bytes.NewReader(monoHeader(rate, h.length(chunk.Size)))
			return h, nil
		}
		if chunk.Size > 1<<20 {
			return nil, errors.New("a header is too long")
		}
		body := make([]byte, chunk.Size+chunk.Size%2)
		if _, err := io.ReadFull(h.from, body); err != nil {
			return nil, err
		}
		if string(chunk.ID[:]) == "fmt " {
			if len(body) < 16 || binary.LittleEndian.Uint16(body) != 1 || binary.LittleEndian.Uint16(body[14:]) != 16 {
				return nil, errors.New("the sound is not 16 bit PCM")
			}
			h.channels, rate = int(binary.LittleEndian.Uint16(body[2:])), binary.LittleEndian.Uint32(body[4:])
			if h.channels < 1 || h.channels > 2 {
				return nil, fmt.Errorf("the sound has %d channels", h.channels)
			}
		}
	}
}

// length is that of one side in bytes. A file that was not closed announces too little or too much: its size counts.
func (h *halfReader) length(announced uint32) uint32 {
	if info, err := h.file.Stat(); err == nil {
		announced = uint32(min(max(info.Size()-waveHeader, 0), 1<<31))
	}
	return announced / uint32(2*h.channels) * 2
}

func monoHeader(rate, length uint32) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF")
	_ = binary.Write(&b, binary.LittleEndian, 36+length)
	b.WriteString("WAVEfmt ")
	_ = binary.Write(&b, binary.LittleEndian, struct {
		Size             uint32
		Format, Channels uint16
		Rate, Bytes      uint32
		Align, Bits      uint16
	}{16, 1, 1, rate, rate * 2, 2, 16})
	b.WriteString("data")
	_ = binary.Write(&b, binary.LittleEndian, length)
	return b.Bytes()
}

// Read implements io.Reader for buffers of two bytes and more: bufio stands before it.
func (h *halfReader) Read(into []byte) (n int, err error) {
	if h.header.Len() > 0 {
		return h.header.Read(into)
	}
	for n+2 <= len(into) {
		if _, err = io.ReadFull(h.from, h.frame); err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = io.EOF
			}
			break
		}
		n += copy(into[n:], h.frame[2*h.side:2*h.side+2])
	}
	if n > 0 {
		return n, nil
	}
	return 0, err
}
