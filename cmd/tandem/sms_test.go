package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"tandem/adapters/smpp/fakesmsc"
)

// smsEnv is an environment with a message centre and a gateway.
func smsEnv(address string, more ...string) []string {
	return append([]string{
		"TANDEM_LISTEN=127.0.0.1:1", "TANDEM_SMS_ROUTES=smpp, http", "TANDEM_SMS_SMPP_ADDRESS=" + address, "TANDEM_SMS_SMPP_SYSTEM_ID=tandem", "TANDEM_SMS_SMPP_PASSWORD=secret",
		"TANDEM_SMS_SMPP_SOURCE=Tandem", "TANDEM_SMS_HTTP_URL=http://127.0.0.1:1/send?key={secret}", "TANDEM_SMS_HTTP_BODY=to={to}&text={text}",
		"TANDEM_SMS_HTTP_SECRET=hunter2hunter2", "TANDEM_SMS_HTTP_HOOK_SECRET=hunter2hunter2hunter2",
	}, more...)
}

func TestSMSConfiguration(t *testing.T) {
	c, err := loadConfig("", smsEnv("127.0.0.1:2775"))
	if err != nil {
		t.Fatal(err)
	}
	texts, err := c.SMS.openTexting(nil, newMetrics(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if r := texts.sender.Routes; len(r) != 2 || r[0].Name() != "smpp" || r[1].Name() != "http" || len(texts.parts()) != 2 || texts.hooks["http"] == nil {
		t.Errorf("got %+v", texts)
	}
	var out bytes.Buffer
	if err := printConfig(t.Context(), c, nil, &out); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); strings.Contains(text, "hunter2") || strings.Contains(text, "password: secret") || !strings.Contains(text, "TANDEM_SMS_SMPP2_WINDOW") {
		t.Errorf("the print-out is\n%s", text)
	}
}

// TestWrongSMSConfigurationSaysWhatToDo: serve does not start with half a route.
func TestWrongSMSConfigurationSaysWhatToDo(t *testing.T) {
	for want, set := range map[string]string{
		"is empty":    "TANDEM_SMS_ROUTES=,",
		"not known":   "TANDEM_SMS_ROUTES=twilio",
		"twice":       "TANDEM_SMS_ROUTES=sink,sink",
		"host:port":   "TANDEM_SMS_SMPP_ADDRESS=centre",
		"source":      "TANDEM_SMS_SMPP_SOURCE=",
		"as 0x45":     "TANDEM_SMS_SMPP_PASSING=0x45,soon",
		"no such":     "TANDEM_SMS_SMPP_CA=/nowhere.pem",
		"21:00-08:00": "TANDEM_SMS_QUIET_HOURS=night",
		"{text}":      "TANDEM_SMS_HTTP_BODY=to={to}",
		"16":          "TANDEM_SMS_HTTP_HOOK_SECRET=short",
	} {
		c, err := loadConfig("", smsEnv("127.0.0.1:2775", "TANDEM_SMS_SMPP_TLS=true", set))
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.SMS.openTexting(nil, newMetrics(), slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", set, err)
		}
	}
}

// TestDoctorBinds: the doctor binds to the message centre and says what to mend.
func TestDoctorBinds(t *testing.T) {
	s, err := fakesmsc.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	look := func(more ...string) (said, mend string) {
		t.Helper()
		c, err := loadConfig("", smsEnv(s.Address(), more...))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range examineSMS(t.Context(), c) {
			if said += f.what + ": " + f.says + "\n"; f.err != nil {
				mend += f.what + ": " + f.err.Error() + "\n"
			}
		}
		return said, mend
	}
	said, mend := look()
	if !strings.Contains(said, "lets us in") || strings.Contains(mend, "smpp") || !strings.Contains(mend, "sms http: ") {
		t.Errorf("said %s, to mend %s", said, mend)
	}
	if _, mend = look("TANDEM_SMS_SMPP_PASSWORD=other"); !strings.Contains(mend, "check the system id, the password") {
		t.Errorf("to mend %s", mend)
	}
	s.Refuse = fakesmsc.AlreadyBound
	if _, mend = look(); !strings.Contains(mend, "bound already") { // No Tandem serves here.
		t.Errorf("to mend %s", mend)
	}
	if said, mend = look("TANDEM_SMS_ROUTES=sink"); mend != "" || !strings.Contains(said, "leave by no route") {
		t.Errorf("said %s, to mend %s", said, mend)
	}
}
