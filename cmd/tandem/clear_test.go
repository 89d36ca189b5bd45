package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestTextsInClearAreSpokenOf: a gateway on another machine without TLS works, and doctor says what that means.
func TestTextsInClearAreSpokenOf(t *testing.T) {
	for name, c := range map[string]struct {
		route string
		sms   SMSConfig
		clear bool
	}{
		"smpp elsewhere":   {"smpp", SMSConfig{SMPP: SMPPConfig{Address: "192.0.2.7:2775"}}, true},
		"second elsewhere": {"smpp2", SMSConfig{SMPP2: SMPPConfig{Address: "smsc.example:2775"}}, true},
		"smpp with TLS":    {"smpp", SMSConfig{SMPP: SMPPConfig{Address: "192.0.2.7:2775", TLS: true}}, false},
		"smpp by a tunnel": {"smpp", SMSConfig{SMPP: SMPPConfig{Address: "127.0.0.1:2775"}}, false},
		"http elsewhere":   {"http", SMSConfig{HTTP: SMSHTTPConfig{URL: "http://gateway.example/send"}}, true},
		"https elsewhere":  {"http", SMSConfig{HTTP: SMSHTTPConfig{URL: "https://gateway.example/send"}}, false},
		"http on this":     {"http", SMSConfig{HTTP: SMSHTTPConfig{URL: "http://[::1]:8080/send"}}, false},
		"nothing leaves":   {"sink", SMSConfig{}, false},
	} {
		if says := c.sms.inClear(c.route); (says != "") != c.clear {
			t.Errorf("%s: %q", name, says)
		}
	}
}

// TestConfigSaysWhatDoctorWouldRefuse: what is missing can be seen without asking anybody.
func TestConfigSaysWhatDoctorWouldRefuse(t *testing.T) {
	t.Setenv("TANDEM_ASTERISK_PASSWORD", "")
	t.Setenv("TANDEM_SMS_ROUTES", "pigeon")
	var out bytes.Buffer
	if err := run(t.Context(), []string{"config"}, &out, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# MEND: configuration: database_url", "# MEND: configuration: asterisk.password", "# MEND: configuration: sms"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it lacks %q:\n%s", want, &out)
		}
	}
}
