package smpp

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/linxGnu/gosmpp/data"
)

// Understand reads octets as a line does, for the fuzzer.
func Understand(octets []byte, ids string) (string, error) {
	r := bytes.NewReader(octets)
	said := ""
	for {
		f, err := readFrame(r)
		if err == io.EOF && said != "" {
			return said, nil
		}
		if err != nil {
			return "", err
		}
		d, err := readDelivery(f)
		if err != nil {
			return "", err
		}
		if !utf8.ValidString(d.text) {
			return "", nil
		}
		receipt, ok := readReceipt(d, ids)
		said += fmt.Sprint(d.from, d.joint, receipt, ok, submitted(f), fateOf(f.status, nil), statusText(f.status))
	}
}

// FuzzCut: whatever the text, its parts fit, none begins or ends inside of a character, and together they are the text.
func FuzzCut(f *testing.F) {
	for _, text := range []string{"", "hello", strings.Repeat("€", 81), strings.Repeat("x", 159) + "€", strings.Repeat("服", 66) + "👍👍", "\xff", strings.Repeat("👍", 36), "\x1b"} {
		f.Add(text, false)
		f.Add(text, true)
	}
	f.Fuzz(func(t *testing.T, text string, ucs2 bool) {
		for _, onePiece := range []bool{false, true} {
			c, err := cutText(text, ucs2, onePiece)
			if err != nil {
				if len(text) < 1000 {
					t.Errorf("%q: %v", text, err)
				}
				continue
			}
			whole, most := "", map[bool]int{true: 160, false: 153}[len(c.parts) == 1]
			if c.enc == data.UCS2 {
				most = map[bool]int{true: 140, false: 134}[len(c.parts) == 1]
			}
			for _, p := range c.parts {
				part, err := c.enc.Decode(p)
				if err != nil || len(p) > most && !onePiece {
					t.Errorf("%q has a part of %d octets (%v)", text, len(p), err)
				}
				whole += part
			}
			if whole != strings.ToValidUTF8(text, "\uFFFD") {
				t.Errorf("%q became %q", text, whole)
			}
		}
	})
}
