package smpp

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/linxGnu/gosmpp/data"
)

// A text message holds 140 octets: 160 characters of the GSM alphabet in 7 bits, or 70 units of UCS-2. A part of a long one
// begins with a header of 6 octets (3GPP TS 23.040, 9.2.3.24.1), which leaves 153 and 67.
const (
	gsmWhole, gsmPart = 160, 153
	ucsWhole, ucsPart = 70, 67
	mostParts         = 20
)

// cut is a text as it leaves: its alphabet, and its parts without headers.
type cut struct {
	enc   data.Encoding
	parts [][]byte
}

// cutText chooses the alphabet of a text and cuts it where it must be cut: never inside of an escape sequence (€ and its kin are
// two septets) or of a surrogate pair (emoji are two units). In one piece it may be longer than a message holds.
func cutText(text string, ucs2, onePiece bool) (cut, error) {
	text = strings.ToValidUTF8(text, "\uFFFD")
	c := cut{enc: data.GSM7BIT}
	whole, part, width := gsmWhole, gsmPart, septets
	if ucs2 || len(data.ValidateGSM7String(text)) > 0 {
		c.enc, whole, part, width = data.UCS2, ucsWhole, ucsPart, units
	}
	total := 0
	for _, r := range text {
		total += width(r)
	}
	if total > mostParts*part {
		return c, fmt.Errorf("the text has %d parts, more than %d: shorten it", (total+part-1)/part, mostParts)
	}
	switch {
	case total <= whole:
		part = whole
	case onePiece:
		part = total
	}
	from, used := 0, 0
	for at, r := range text {
		if w := width(r); used+w > part {
			if err := c.add(text[from:at]); err != nil {
				return c, err
			}
			from, used = at, w
		} else {
			used += w
		}
	}
	return c, c.add(text[from:]) // One more than mostParts at worst, where characters did not fit a part's end.
}

func (c *cut) add(text string) error {
	octets, err := c.enc.Encode(text)
	c.parts = append(c.parts, octets)
	return err
}

// septets is how much of the GSM alphabet's room a character takes.
func septets(r rune) int {
	if data.IsEscapeChar(r) {
		return 2
	}
	return 1
}

// units is how much of UCS-2's room a character takes.
func units(r rune) int { return max(utf16.RuneLen(r), 1) }

// decode reads a text by its data_coding (SMPP 3.4, 5.2.19; the general group of 3GPP TS 23.038, 4).
func decode(coding byte, octets []byte) string {
	enc := data.FromDataCoding(coding)
	switch {
	case coding == data.BINARY8BIT1Coding || coding == data.BINARY8BIT2Coding:
		return fmt.Sprintf("(%d octets that are no text)", len(octets))
	case enc != nil:
	case coding&0xC0 == 0 && coding&0x0C == 0x08:
		enc = data.UCS2
	default:
		enc = data.GSM7BIT
	}
	if text, err := enc.Decode(octets); err == nil {
		return strings.ToValidUTF8(text, "\uFFFD")
	}
	return strings.ToValidUTF8(string(octets), "\uFFFD") // Not in the alphabet that it claims: most likely ASCII.
}
