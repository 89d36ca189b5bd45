package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// secretPrefix tells what it is to whoever finds one (Standard Webhooks, "Signature scheme").
const secretPrefix = "whsec_"

// NewSecret makes a secret of 32 random bytes.
func NewSecret() string {
	var b [32]byte
	rand.Read(b[:]) //nolint:errcheck // It never fails since Go 1.24.
	return secretPrefix + base64.StdEncoding.EncodeToString(b[:])
}

// sign makes the value of webhook-signature: one signature for each secret in force, of "id.timestamp.body" by HMAC-SHA256
// (Standard Webhooks, "Signature scheme"). Any good one will do for the other side, so that a secret can be changed at leisure.
func sign(h Hook, id string, at time.Time, body []byte) string {
	secrets := []string{h.Secret}
	if h.OldSecret != "" && at.Before(h.OldUntil) {
		secrets = append(secrets, h.OldSecret)
	}
	for i, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
		if err != nil {
			key = []byte(secret) // Not one of ours; the other side fails the same way or not at all.
		}
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s.%s.%s", id, strconv.FormatInt(at.Unix(), 10), body)
		secrets[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(secrets, " ")
}
