package smshttp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	timestampHeader = "Webhook-Timestamp"
	signatureHeader = "Webhook-Signature"
	clockOff        = 5 * time.Minute
	mostSeen        = 100_000 // signatures within twice that time; beyond, calls are refused
)

// signed says whether the secret has signed the body lately, and this is not a call that was taken already.
func (h *Hook) signed(r *http.Request, body []byte) bool {
	said, signature := r.Header.Get(timestampHeader), r.Header.Get(signatureHeader)
	seconds, err := strconv.ParseInt(said, 10, 64)
	have, noHex := hex.DecodeString(signature)
	if err != nil || noHex != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(h.cfg.Secret))
	fmt.Fprintf(mac, "%s.%s", said, body)
	off := h.seen.now().Sub(time.Unix(seconds, 0)).Abs()
	return hmac.Equal(have, mac.Sum(nil)) && off <= clockOff && h.seen.take(signature)
}

// keyOf names one event of a call that has many. When one cannot be kept the gateway tells all again, the same call to the letter:
// by these names those that were kept are known.
func keyOf(body []byte, i, n int) string {
	if n < 2 {
		return ""
	}
	sum := sha256.Sum256(body)
	return fmt.Sprintf("call:%s:%d", hex.EncodeToString(sum[:12]), i)
}

// seen remembers the signatures of calls that were taken, as long as their timestamps are good; a restart forgets them.
type seen struct {
	now func() time.Time
	mu  sync.Mutex // guards at
	at  map[string]time.Time
}

func newSeen(now func() time.Time) *seen { return &seen{now: now, at: map[string]time.Time{}} }

// take says whether a signature is new, and remembers it. There is no room for more than mostSeen.
func (s *seen) take(signature string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	signature = strings.ToLower(signature) // Hex of either case is one signature.
	now := s.now()
	if len(s.at) >= mostSeen {
		for k, at := range s.at {
			if now.Sub(at) > 2*clockOff {
				delete(s.at, k)
			}
		}
	}
	if at, there := s.at[signature]; there && now.Sub(at) <= 2*clockOff || len(s.at) >= mostSeen {
		return false
	}
	s.at[signature] = now
	return true
}

// forget lets a call come again.
func (s *seen) forget(signature string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.at, strings.ToLower(signature))
}
