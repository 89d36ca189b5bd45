package provision

import (
	"crypto/md5" //nolint:gosec // SIP's Digest is over MD5 wherever phones are concerned; the password is random.
	"crypto/rand"
	"encoding/hex"
	"strings"
)

// Password makes one: 130 bits, in small letters and digits, as it may have to be typed into a phone.
func Password() string { return strings.ToLower(rand.Text()) }

// HA1 is what a switch needs to check a password (RFC 7616 section 3.4.2).
func HA1(name, realm, password string) string {
	sum := md5.Sum([]byte(name + ":" + realm + ":" + password)) //nolint:gosec // See the import.
	return hex.EncodeToString(sum[:])
}
