package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator"
)

const (
	prefix       = "tdm_" // lets scanners of source code find a key that was committed by mistake
	idLength     = 8
	secretBytes  = 32
	secretLength = 43 // of 32 bytes in base 62
)

// ErrDenied says that a key is none of ours or was revoked; only who presents a key that was good once learns that it was revoked.
var ErrDenied = errors.New("key is not good")

// New makes a key. What its owner presents is answered apart and kept nowhere; the sum goes to Keys.AddKey.
func New(name string, scopes []Scope, now time.Time) (k Key, presented string, sum [32]byte, err error) {
	if name == "" || len(scopes) == 0 {
		return k, "", sum, &orchestrator.Error{Kind: orchestrator.Invalid, Op: "key.new", Say: "a key needs a name and at least one scope"}
	}
	for _, s := range scopes {
		if !slices.Contains(Scopes[:], s) {
			return k, "", sum, &orchestrator.Error{Kind: orchestrator.Invalid, Op: "key.new",
				Say: fmt.Sprintf("there is no scope %q; the scopes are %v", s, Scopes)}
		}
	}
	raw := make([]byte, idLength+secretBytes)
	_, _ = rand.Read(raw) // It never fails (crypto/rand).
	id := base62(raw[:idLength], secretLength)[secretLength-idLength:]
	presented = prefix + id + "_" + base62(raw[idLength:], secretLength)
	k = Key{ID: id, Name: name, Scopes: slices.Clone(scopes), Created: now}
	return k, presented, sha256.Sum256([]byte(presented)), nil
}

// Check finds the key that a client presents. The error wraps ErrDenied when it is none of ours or was revoked. Keys are found
// by their sum alone, so that the time it takes tells nothing of how much of a guess was right.
func Check(ctx context.Context, keys Keys, presented string) (Key, error) {
	if !strings.HasPrefix(presented, prefix) || len(presented) > 2*len(prefix)+idLength+secretLength {
		return Key{}, denied("this is no API key; one looks like tdm_, its id, _ and its secret")
	}
	k, err := keys.KeyBySum(ctx, sha256.Sum256([]byte(presented)))
	if orchestrator.KindOf(err) == orchestrator.NotFound {
		return Key{}, denied("this API key is not known; check it, or ask an admin for a new one")
	}
	if err != nil {
		return Key{}, err
	}
	if !k.Revoked.IsZero() {
		return Key{}, denied(fmt.Sprintf("key %s was revoked on %s; ask an admin for another", k.ID, k.Revoked.UTC().Format("2006-01-02 15:04 UTC")))
	}
	return k, nil
}

// May says whether the key has a right. Admin has all.
func (k Key) May(s Scope) bool {
	return slices.Contains(k.Scopes, s) || slices.Contains(k.Scopes, Admin)
}

func denied(say string) error {
	return &orchestrator.Error{Kind: orchestrator.Forbidden, Op: "key.check", Say: say, Err: ErrDenied}
}

// base62 writes bytes with digits and letters, padded to a length.
func base62(b []byte, length int) string {
	const base = 62
	digits := new(big.Int).SetBytes(b).Text(base)
	return strings.Repeat("0", max(0, length-len(digits))) + digits
}
