package notify

import (
	"strings"
	"testing"
)

func TestMobileNumbers(t *testing.T) {
	for _, c := range []struct {
		country Country
		number  string
		mobile  bool
	}{
		{"49", "015112345678", true}, {"49", "+4915112345678", true}, {"49", "03012345678", false}, {"49", "+493012345678", false},
		{"86", "13800138000", true}, {"86", "+861012345678", false}, {"49", "+8613800138000", true}, {"49", "+12125550100", true},
		{"", "5550100", true}, {"49", "anonymous", false}, {"49", "", false}, {"49", "110", false}, {"44", "07700900123", true}, {"44", "02079460000", false},
	} {
		if have := c.country.Mobile(c.number); have != c.mobile {
			t.Errorf("%q in %q: mobile is %v", c.number, c.country, have)
		}
	}
}

func TestVeiled(t *testing.T) {
	secret := strings.Repeat("A2", 13)
	if have := Veiled("Rate us: https://x.example/s/" + secret + " and https://x.example/s/" + secret); have != "Rate us: https://x.example/s/… and https://x.example/s/…" {
		t.Errorf("veiled it is %q", have)
	}
	if have := Veiled("Your number is 10000172, see https://x.example/s/help"); have != "Your number is 10000172, see https://x.example/s/help" {
		t.Errorf("a text without a secret became %q", have)
	}
}
