package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestDoctorAsksForTheTrunkOfCallbacks: a trunk that the switch has not, or an empty list of beginnings, calls nobody.
func TestDoctorAsksForTheTrunkOfCallbacks(t *testing.T) {
	ari := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ari/endpoints/PJSIP/carrier" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, `{"technology":"PJSIP","resource":"carrier","state":"online","channel_ids":[]}`)
	}))
	defer ari.Close()
	t.Setenv("TANDEM_ASTERISK_URL", ari.URL+"/ari")
	t.Setenv("TANDEM_ASTERISK_PASSWORD", "long-enough-for-a-test")
	for _, is := range []struct{ trunk, allowed, want string }{
		{"", "0", "ok    callbacks    nobody is called"},
		{"carrier", "", "LOOK  callbacks    nobody may be called"},
		{"carrier", "0", "ok    callbacks    customers are called by the trunk carrier"},
		{"gone", "0", "LOOK  callbacks    nobody can be called now: the switch has no trunk gone"},
	} {
		t.Setenv("TANDEM_DIAL_TRUNK", is.trunk)
		t.Setenv("TANDEM_DIAL_ALLOWED", is.allowed)
		var out bytes.Buffer
		_ = run(t.Context(), []string{"doctor"}, &out, &bytes.Buffer{}) // without a database there is more to mend
		if !strings.Contains(out.String(), is.want) {
			t.Errorf("want %q; it says:\n%s", is.want, &out)
		}
	}
}
