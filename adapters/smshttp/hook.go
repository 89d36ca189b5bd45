package smshttp

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tandem/orchestrator/desk/notify"
)

// Hook is where a gateway tells us of receipts and of customers' texts. The secret comes as a bearer token, as the password of
// basic authentication, or, with gateways that can do neither, as "secret" in the query, which ends up in their logs. A gateway that
// signs sends none: Webhook-Timestamp holds the seconds since 1970, and Webhook-Signature HMAC-SHA256 over "timestamp.body" in hex.
// A timestamp more than 5 minutes off is refused, and so is a signature that came already and was answered well.
type Hook struct {
	route     string
	cfg       HookConfig
	sum       [32]byte // of the secret
	delivered *regexp.Regexp
	failed    *regexp.Regexp
	listen    notify.Listener
	log       *slog.Logger
	seen      *seen
}

// NewHook makes the hook of a gateway.
func NewHook(c Config, listen notify.Listener, log *slog.Logger) (*Hook, error) {
	h := &Hook{route: c.Name, cfg: c.Hook, sum: sha256.Sum256([]byte(c.Hook.Secret)), listen: listen, log: log.With("route", c.Name), seen: newSeen(time.Now)}
	if len(c.Hook.Secret) < leastSecret {
		return nil, fmt.Errorf("SMS gateway %s: the hook's secret is shorter than %d characters", c.Name, leastSecret)
	}
	for _, e := range []struct {
		to   **regexp.Regexp
		text string
	}{{&h.delivered, or(c.Hook.Delivered, "delivered|DELIVRD")}, {&h.failed, or(c.Hook.Failed, "undeliver|fail|reject|expire|UNDELIV|error")}} {
		re, err := regexp.Compile("(?i)^(?:" + e.text + ")")
		if err != nil {
			return nil, fmt.Errorf("SMS gateway %s: the hook's states are no regular expression of Go (RE2)", c.Name)
		}
		*e.to = re
	}
	return h, nil
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// ServeHTTP implements http.Handler: 401 without the secret, 400 for what cannot be read, 503 when it is to be told again.
func (h *Hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost && r.Method != http.MethodGet {
		http.Error(w, "use POST or GET", http.StatusMethodNotAllowed)
		return
	}
	if !h.cfg.Signed && !h.knows(r) {
		h.refuse(w)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, mostCall+1))
	if err != nil || len(body) > mostCall {
		http.Error(w, "the body is too long or breaks off", http.StatusRequestEntityTooLarge)
		return
	}
	if h.cfg.Signed && !h.signed(r, body) {
		h.refuse(w)
		return
	}
	if !h.take(w, r, body) && h.cfg.Signed {
		h.seen.forget(r.Header.Get(signatureHeader)) // It is to come again.
	}
}

func (h *Hook) refuse(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Basic realm="tandem"`)
	http.Error(w, "the secret or the signature is missing or wrong", http.StatusUnauthorized)
}

// take keeps what a call tells, and answers it.
func (h *Hook) take(w http.ResponseWriter, r *http.Request, body []byte) bool {
	events, err := h.events(r, body)
	if err != nil {
		h.log.Warn("a call of the gateway cannot be read", "err", err)
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	for i, e := range events {
		if err := h.tell(r, e, keyOf(body, i, len(events))); err != nil {
			h.log.Warn("a call of the gateway was not kept; it is to come again", "err", err)
			http.Error(w, "not kept; tell it again", http.StatusServiceUnavailable)
			return false
		}
	}
	w.WriteHeader(http.StatusNoContent)
	return true
}

// knows says whether the caller knows the secret, in the same time for all wrong ones.
func (h *Hook) knows(r *http.Request) bool {
	said, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if _, password, basic := r.BasicAuth(); basic {
		said, ok = password, true
	}
	if !ok {
		said = r.URL.Query().Get("secret")
	}
	sum := sha256.Sum256([]byte(said))
	return subtle.ConstantTimeCompare(sum[:], h.sum[:]) == 1
}

// event reads a value of one event; "" when there is none.
type event func(path string) string

// events reads a call: JSON, a form, or a query.
func (h *Hook) events(r *http.Request, body []byte) ([]event, error) {
	if text := strings.TrimSpace(string(body)); strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		var all any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&all); err != nil {
			return nil, errors.New("the body is no JSON")
		}
		if h.cfg.Each != "" {
			all = at(all, h.cfg.Each)
		}
		list, ok := all.([]any)
		if !ok {
			list = []any{all}
		}
		var out []event
		for _, one := range list {
			out = append(out, func(path string) string { return plain(at(one, path)) })
		}
		return out, nil
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, errors.New("the body is no form")
	}
	if len(values) == 0 && !h.cfg.Signed { // A query is not signed.
		values = r.URL.Query()
	}
	return []event{values.Get}, nil
}

// tell tells one event to the listener. What is neither a receipt nor a text says nothing to us.
func (h *Hook) tell(r *http.Request, e event, key string) error {
	get := func(path string) string {
		if path == "" {
			return ""
		}
		return strings.ToValidUTF8(e(path), "\uFFFD")
	}
	if from := get(h.cfg.From); from != "" && h.cfg.Text != "" && (get(h.cfg.Text) != "" || get(h.cfg.State) == "") {
		return h.listen.Text(r.Context(), notify.Text{Route: h.route, Key: or(get(h.cfg.Key), key), From: from, To: get(h.cfg.To), Text: get(h.cfg.Text)})
	}
	id, state := get(h.cfg.ID), get(h.cfg.State)
	if id == "" || state == "" {
		return nil
	}
	receipt := notify.Receipt{Route: h.route, Ref: id, Message: -1}
	switch {
	case h.delivered.MatchString(state):
		receipt.State = notify.Delivered
	case h.failed.MatchString(state):
		receipt.State, receipt.Why = notify.Undelivered, short(strings.TrimSpace(state+" "+get(h.cfg.Error)))
	}
	return h.listen.Receipt(r.Context(), receipt)
}

// short cuts what a gateway says for people.
func short(s string) string {
	const most = 100
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// at finds a value in a JSON document by a path such as results.0.id; nil when it is not there.
func at(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		switch here := v.(type) {
		case map[string]any:
			v = here[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(here) {
				return nil
			}
			v = here[i]
		default:
			return nil
		}
	}
	return v
}

// plain writes a value that is a text, a number or a truth.
func plain(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number, bool:
		return fmt.Sprint(v)
	}
	return ""
}
