package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tandem/dialplan"
)

// TestPhonesAreSetAsTheCentreReadsThem: each variable of dialplan.ReadSettings is one of this program too, and means the same.
func TestPhonesAreSetAsTheCentreReadsThem(t *testing.T) {
	environ := map[string]string{
		dialplan.ListenVariable: "192.0.2.1:5070", dialplan.ExternalVariable: "203.0.113.7", dialplan.LocalVariable: "192.168.0.0/16, 10.0.0.0/8",
		dialplan.RTPVariable: "20000-20999", dialplan.CodecsVariable: "alaw, opus", dialplan.SignInVariable: "*11", dialplan.SignOutVariable: "*12",
		dialplan.PauseVariable: "*13", dialplan.EndPauseVariable: "none", dialplan.EmergencyNumbersVariable: "112,999", dialplan.EmergencyTrunkVariable: "carrier",
	}
	var lines []string
	for name, value := range environ {
		lines = append(lines, name+"="+value)
	}
	c, err := loadConfig("", lines)
	if err != nil {
		t.Fatal(err)
	}
	other, err := dialplan.ReadSettings(func(name string) string { return environ[name] })
	if err != nil {
		t.Fatal(err)
	}
	if got, want := print(c.phones()), print(other); got != want {
		t.Errorf("this program reads\n%s\nand the centre\n%s", got, want)
	}
	c, err = loadConfig("", nil)
	if err != nil || print(c.phones()) != print(dialplan.DefaultSettings()) {
		t.Errorf("the defaults differ: %s, %v", print(c.phones()), err)
	}
}

func TestASettingOfPhonesThatCannotWorkIsNamed(t *testing.T) {
	for _, bad := range []string{"TANDEM_SIP_LISTEN=5060", "TANDEM_CODE_SIGN_IN=x", "TANDEM_CODE_LANGUAGE=de", "TANDEM_EMERGENCY_NUMBERS=1"} {
		variable, _, _ := strings.Cut(bad, "=")
		if _, err := loadConfig("", []string{bad}); err == nil || !strings.Contains(err.Error(), variable) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// TestDoctorSpeaksLoudlyOfEmergencyCalls that do not pass.
func TestDoctorSpeaksLoudlyOfEmergencyCalls(t *testing.T) {
	for trunk, loud := range map[string]bool{"": true, "carrier": false} {
		t.Setenv(dialplan.EmergencyTrunkVariable, trunk)
		var out bytes.Buffer
		_ = run(t.Context(), []string{"doctor"}, &out, &bytes.Buffer{}) // without a database there is more to mend
		if strings.Contains(out.String(), "DO NOT PASS") != loud {
			t.Errorf("with trunk %q it says:\n%s", trunk, &out)
		}
	}
}

// TestDoctorAsksForTheTrunk of emergency calls: a name in the settings alone carries nobody's call.
func TestDoctorAsksForTheTrunk(t *testing.T) {
	ari := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ari/endpoints/PJSIP/carrier":
			_, _ = io.WriteString(w, `{"technology":"PJSIP","resource":"carrier","state":"online","channel_ids":[]}`)
		case "/ari/endpoints/PJSIP/tandem.in": // calls come in from its addresses, and it has none to call
			_, _ = io.WriteString(w, `{"technology":"PJSIP","resource":"tandem.in","state":"offline","channel_ids":[]}`)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer ari.Close()
	t.Setenv("TANDEM_ASTERISK_URL", ari.URL+"/ari")
	t.Setenv("TANDEM_ASTERISK_PASSWORD", "long-enough-for-a-test")
	for trunk, loud := range map[string]bool{"carrier": false, "tandem.in": true, "tandem.gone": true} {
		t.Setenv(dialplan.EmergencyTrunkVariable, trunk)
		var out bytes.Buffer
		_ = run(t.Context(), []string{"doctor"}, &out, &bytes.Buffer{})
		if strings.Contains(out.String(), "DO NOT PASS now: the switch has no trunk "+trunk) != loud {
			t.Errorf("with trunk %q it says:\n%s", trunk, &out)
		}
	}
}

func print(s dialplan.Settings) string {
	return strings.Join([]string{
		s.Listen, s.External, strings.Join(s.Local, ","), s.RTP, strings.Join(s.Codecs, ","), strings.Join(s.Codes.List(), ","),
		strings.Join(s.Emergency.Numbers, ","), s.Emergency.Trunk,
	}, " ")
}
