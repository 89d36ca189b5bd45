package notify

import (
	"strings"
	"testing"
)

func TestVeiled(t *testing.T) {
	secret := strings.Repeat("A2", 13)
	if have := Veiled("Rate us: https://x.example/s/" + secret + " and https://x.example/s/" + secret); have != "Rate us: https://x.example/s/… and https://x.example/s/…" {
		t.Errorf("veiled it is %q", have)
	}
	if have := Veiled("Your number is 10000172, see https://x.example/s/help"); have != "Your number is 10000172, see https://x.example/s/help" {
		t.Errorf("a text without a secret became %q", have)
	}
}
