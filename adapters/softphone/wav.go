package softphone

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// WAV is a recording: 16-bit samples per channel. In a stereo file channel 0 is left.
type WAV struct {
	Rate     int
	Channels [][]int16
}

const (
	formatPCM  = 1
	formatULaw = 7
)

// ReadWAV reads a RIFF file of 16-bit PCM or µ-law. A file that is still being written is read as far
// as it goes, as its header does not yet tell the length.
func ReadWAV(path string) (WAV, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return WAV{}, err
	}
	wav, err := decodeWAV(data)
	if err != nil {
		return WAV{}, fmt.Errorf("read %s: %w", path, err)
	}
	return wav, nil
}

func decodeWAV(data []byte) (WAV, error) {
	if len(data) < 12 || string(data[:4]) != "RIFF" || string(data[8:12]) != "WAVE" {
		return WAV{}, errors.New("not a RIFF/WAVE file")
	}
	var wav WAV
	var format, bits, channels int
	for rest := data[12:]; len(rest) >= 8; {
		id, size := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:8]))
		body := rest[8:]
		if size > len(body) || id == "data" && size == 0 {
			size = len(body)
		}
		body = body[:size]
		switch id {
		case "fmt ":
			if size < 16 {
				return WAV{}, errors.New("the format chunk is too short")
			}
			format = int(binary.LittleEndian.Uint16(body))
			channels = int(binary.LittleEndian.Uint16(body[2:]))
			wav.Rate = int(binary.LittleEndian.Uint32(body[4:]))
			bits = int(binary.LittleEndian.Uint16(body[14:]))
		case "data":
			err := wav.fill(body, format, bits, channels)
			return wav, err
		}
		// Chunks are padded to an even length.
		rest = rest[min(8+size+size%2, len(rest)):]
	}
	return WAV{}, errors.New("no data chunk")
}

// fill splits interleaved samples into channels.
func (w *WAV) fill(body []byte, format, bits, channels int) error {
	pcm := format == formatPCM && bits == 16
	if !pcm && (format != formatULaw || bits != 8) || channels < 1 {
		return fmt.Errorf("format %d with %d bits and %d channels; want 16-bit PCM or 8-bit µ-law", format, bits, channels)
	}
	width := bits / 8
	w.Channels = make([][]int16, channels)
	for i := 0; i+width <= len(body); i += width {
		sample := decodeULaw(body[i])
		if pcm {
			sample = int16(binary.LittleEndian.Uint16(body[i:]))
		}
		channel := i / width % channels
		w.Channels[channel] = append(w.Channels[channel], sample)
	}
	return nil
}

// WriteWAV writes 16-bit PCM with one channel per slice; shorter channels end in silence.
func WriteWAV(path string, rate int, channels ...[]int16) error {
	length := 0
	for _, channel := range channels {
		length = max(length, len(channel))
	}
	block := 2 * len(channels)
	header := struct {
		RIFF       [4]byte
		Size       uint32
		WAVE, Fmt  [4]byte
		FmtSize    uint32
		Format     uint16
		Channels   uint16
		Rate       uint32
		ByteRate   uint32
		BlockAlign uint16
		Bits       uint16
		Data       [4]byte
		DataSize   uint32
	}{
		RIFF: [4]byte([]byte("RIFF")), WAVE: [4]byte([]byte("WAVE")), Fmt: [4]byte([]byte("fmt ")), Data: [4]byte([]byte("data")),
		Size: uint32(36 + block*length), FmtSize: 16, Format: formatPCM, Channels: uint16(len(channels)),
		Rate: uint32(rate), ByteRate: uint32(rate * block), BlockAlign: uint16(block), Bits: 16, DataSize: uint32(block * length),
	}
	var out bytes.Buffer
	if err := binary.Write(&out, binary.LittleEndian, header); err != nil {
		return err
	}
	for i := range length {
		for _, channel := range channels {
			var sample int16
			if i < len(channel) {
				sample = channel[i]
			}
			out.Write(binary.LittleEndian.AppendUint16(nil, uint16(sample)))
		}
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}
