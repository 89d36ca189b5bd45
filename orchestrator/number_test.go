package orchestrator

import "testing"

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

// A number has one spelling, and the ways to write it at home lead back to it.
func TestSpellingsOfANumber(t *testing.T) {
	for _, c := range []struct {
		country Country
		numbers []string
		want    string
		home    int
	}{
		{"49", []string{"030123456", "+4930123456", "004930123456", "4930123456", "030/12 34-56"}, "+4930123456", 1},
		{"86", []string{"13800138000", "+8613800138000"}, "+8613800138000", 2},
		{"39", []string{"0612345678", "+390612345678"}, "+390612345678", 1},
		{"", []string{"030123456"}, "030123456", 0}, {"49", []string{"+33123456789", "0033123456789"}, "+33123456789", 0}, {"49", []string{"7000"}, "7000", 0},
	} {
		for _, n := range c.numbers {
			if got := c.country.Canonical(n); got != c.want {
				t.Errorf("%s in %q is %s, want %s", n, c.country, got, c.want)
			}
		}
		home := c.country.National(c.want)
		if len(home) != c.home {
			t.Errorf("%s in %q is written at home as %q", c.want, c.country, home)
		}
		for _, n := range home {
			if got := c.country.Canonical(n); got != c.want {
				t.Errorf("%s, written at home as %s, is read as %s", c.want, n, got)
			}
		}
	}
}
