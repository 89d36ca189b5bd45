package notify_test

import (
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]notify.Word{
		"STOP": notify.Stop, " stop. ": notify.Stop, "Stop!!": notify.Stop, "stop all": notify.Stop, "\"STOP\"": notify.Stop, "ＴＤ": notify.Stop, "td": notify.Stop,
		"退订": notify.Stop, "退订。": notify.Stop, "【退订】": notify.Stop, "UNSUBSCRIBE\n": notify.Stop, "start": notify.Start, "Help?": notify.Help, "帮助": notify.Help,
		"": notify.NoWord, "stop calling": notify.NoWord, "please stop": notify.NoWord, "st op": notify.NoWord, "1": notify.NoWord, "N": notify.NoWord,
		"不要退订": notify.NoWord, "...........................................STOP": notify.NoWord,
	} {
		if got := notify.Meant(text); got != want {
			t.Errorf("%q means %q, want %q", text, got, want)
		}
	}
}

func TestNumbersHaveOneSpelling(t *testing.T) {
	for _, is := range []struct {
		home     orchestrator.Country
		from, to string
	}{
		{"49", "0151 1234-5678", "+4915112345678"}, {"49", "004915112345678", "+4915112345678"}, {"49", "4915112345678", "+4915112345678"},
		{"49", "+49 (151) 12345678", "+4915112345678"}, {"49", "7726", "7726"}, {"49", "+7726", "+7726"}, {"49", "Tandem", "Tandem"},
		{"86", "13800138000", "+8613800138000"}, {"86", "8613800138000", "+8613800138000"}, {"86", "010 6552 9988", "+861065529988"}, {"86", "95588", "95588"},
		{"1", "(212) 555-0100", "+12125550100"}, {"1", "12125550100", "+12125550100"}, {"39", "06 1234567", "+39061234567"},
		{"", "015112345678", "015112345678"}, {"", "0049151123456", "+49151123456"}, {"", "anonymous", "anonymous"}, {"49", "", ""},
	} {
		if got := is.home.Canonical(is.from); got != is.to {
			t.Errorf("%q at home in %q is %q, want %q", is.from, is.home, got, is.to)
		}
		if again := is.home.Canonical(is.to); again != is.to {
			t.Errorf("%q is written again as %q", is.to, again)
		}
	}
}

func TestQuietHours(t *testing.T) {
	const form = "2006-01-02 15:04 MST"
	for _, is := range []struct{ hours, now, until string }{
		{"21:00-08:00", "2026-11-22 20:59 CET", ""}, {"21:00-08:00", "2026-11-22 21:00 CET", "2026-11-23 08:00 CET"},
		{"21:00-08:00", "2026-11-22 07:59 CET", "2026-11-22 08:00 CET"}, {"21:00-08:00", "2026-11-22 08:00 CET", ""},
		{"12:30-14:00", "2026-11-22 12:29 CET", ""}, {"12:30-14:00", "2026-11-22 13:00 CET", "2026-11-22 14:00 CET"},
		{"21:00-08:00", "2026-03-28 23:00 CET", "2026-03-29 08:00 CEST"}, // the night of ten hours
		{"21:00-08:00", "2026-10-24 23:00 CEST", "2026-10-25 08:00 CET"}, // the night of twelve
		{"", "2026-11-22 03:00 CET", ""},
	} {
		q, err := notify.NewQuiet(is.hours, "Europe/Berlin")
		if err != nil {
			t.Fatal(err)
		}
		berlin, err := time.LoadLocation("Europe/Berlin")
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.ParseInLocation(form, is.now, berlin)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if end := q.Until(now); !end.IsZero() {
			got = end.Format(form)
		}
		if got != is.until {
			t.Errorf("%s at %s: quiet until %q, want %q", is.hours, is.now, got, is.until)
		}
	}
	for _, wrong := range []string{"21-8", "25:00-08:00", "21:60-08:00", "08:00-08:00", "night", "-1:00-08:00"} {
		if _, err := notify.NewQuiet(wrong, "UTC"); err == nil {
			t.Errorf("%q is accepted", wrong)
		}
	}
	if _, err := notify.NewQuiet("21:00-08:00", "Europe/Nowhere"); err == nil {
		t.Error("a zone that is none is accepted")
	}
}
