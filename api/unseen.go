package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
)

// oneLine are the fields that stand in a list or on a phone's display.
var oneLine = []string{"name", "reason", "disposition"}

// unseen refuses texts with characters that nobody sees and that change what others see: control characters, and those that
// turn the order of the letters around them (Unicode TR36 section 2.5). Names are one line and have a letter at least.
// The body is JSON, the document has seen to it.
func unseen(body []byte) error {
	var value any
	if len(body) == 0 || json.Unmarshal(body, &value) != nil {
		return nil
	}
	return unseenIn("", "", value)
}

func unseenIn(path, field string, value any) error {
	switch v := value.(type) {
	case string:
		if says := unseenText(field, v); says != "" {
			return wrongField(http.StatusUnprocessableEntity, "invalid", printable(path), says)
		}
	case []any:
		for i, one := range v {
			if err := unseenIn(fmt.Sprintf("%s.%d", path, i), field, one); err != nil {
				return err
			}
		}
	case map[string]any:
		for name, one := range v {
			if err := unseenIn(strings.TrimPrefix(path+"."+name, "."), name, one); err != nil {
				return err
			}
		}
	}
	return nil
}

// unseenText says what is wrong with a text; "" is nothing.
func unseenText(field, text string) string {
	lines := !slices.Contains(oneLine, field)
	for _, r := range text {
		switch {
		case lines && (r == '\n' || r == '\r' || r == '\t'):
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x2028, r == 0x2029:
			return fmt.Sprintf("has a character that cannot be seen (U+%04X); leave it out", r)
		}
	}
	if field == "name" && strings.TrimSpace(text) == "" {
		return "is blank; write something that can be seen"
	}
	return ""
}
