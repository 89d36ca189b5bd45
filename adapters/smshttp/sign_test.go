package smshttp_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tandem/adapters/smshttp"
)

func signedHook(t *testing.T, e *ear) http.Handler {
	t.Helper()
	h, err := smshttp.NewHook(smshttp.Config{Name: "http", Hook: smshttp.HookConfig{
		Secret: secret, Signed: true, ID: "id", State: "status", From: "from", To: "to", Text: "body",
	}}, e, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// signature signs as a gateway does.
func signature(key, body string, at time.Time) []string {
	seconds := fmt.Sprint(at.Unix())
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(seconds + "." + body))
	return []string{"Webhook-Timestamp", seconds, "Webhook-Signature", hex.EncodeToString(mac.Sum(nil))}
}

func TestSignedHook(t *testing.T) {
	const body = `{"from":"+49","to":"7","body":"hello"}`
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		upper := signature(secret, body, now)
		upper[3] = strings.ToUpper(upper[3])
		for name, is := range map[string]struct {
			body    string
			headers []string
			want    int
		}{
			"good":                {body, signature(secret, body, now), 204},
			"of four minutes ago": {body, signature(secret, body, now.Add(-4*time.Minute)), 204},
			"old":                 {body, signature(secret, body, now.Add(-6*time.Minute)), 401},
			"of the future":       {body, signature(secret, body, now.Add(6*time.Minute)), 401},
			"another body":        {body + " ", signature(secret, body, now), 401},
			"another secret":      {body, signature(secret+"x", body, now), 401},
			"another time":        {body, append([]string{"Webhook-Timestamp", fmt.Sprint(now.Unix() + 1)}, signature(secret, body, now)[2:]...), 401},
			"no signature":        {body, signature(secret, body, now)[:2], 401},
			"no timestamp":        {body, signature(secret, body, now)[2:], 401},
			"the secret itself":   {body, []string{"Authorization", "Bearer " + secret}, 401},
			"10 MB":               {strings.Repeat(" ", 10<<20), signature(secret, body, now), 413},
			"shouted":             {body, upper, 204},
		} {
			e := &ear{}
			if have := call(signedHook(t, e), "POST", "/?secret="+secret, is.body, is.headers...); have != is.want || (len(e.said) > 0) != (is.want == 204) {
				t.Errorf("%s: status %d, want %d; told %q", name, have, is.want, e.said)
			}
		}

		e := &ear{}
		h := signedHook(t, e)
		e.err = errors.New("away")
		if have := call(h, "POST", "/", body, signature(secret, body, now)...); have != 503 {
			t.Errorf("while the database is away: %d", have)
		}
		e.err = nil
		for i, want := range []int{204, 401} {
			if have := call(h, "POST", "/", body, signature(secret, body, now)...); have != want {
				t.Errorf("time %d: %d, want %d", i, have, want)
			}
		}
		if have := call(h, "POST", "/", body, upper...); have != 401 {
			t.Errorf("repeated in capitals: %d", have)
		}
		if have := call(h, "POST", "/?from=x&body=y", "", signature(secret, "", now)...); have != 204 || len(e.said) != 2 {
			t.Errorf("a query that nobody signed: %d, %q", have, e.said)
		}
	})
}

// TestBundleTwice: the texts of a call that is told again, to the letter, have the same names though the gateway gives none.
func TestBundleTwice(t *testing.T) {
	const body = `[{"from":"+49","to":"7","body":"ok"},{"from":"+49","to":"7","body":"ok"}]`
	now := time.Now()
	names := func(at time.Time) string {
		e := &ear{}
		h := signedHook(t, e)
		if have := call(h, "POST", "/", body, signature(secret, body, at)...); have != 204 {
			t.Fatalf("status %d", have)
		}
		return strings.Join(e.said, "\n")
	}
	first := names(now)
	if again := names(now.Add(time.Second)); again != first {
		t.Errorf("told again it is\n%s\nthe first time\n%s", again, first)
	}
	if two := strings.Split(first, "\n"); len(two) != 2 || two[0] == two[1] || !strings.Contains(first, "text http call:") {
		t.Errorf("told is %q", two)
	}
}
