package whole

import (
	"fmt"
	"net"
	"testing"
)

// The ports of the API lie below the kernel's range for outgoing connections (32768 and up): the program that was killed needs the
// same one again, and a passing connection may not sit on it meanwhile. Those of the lab begin at 12000.
const (
	firstPort = 11000
	lastPort  = 12000
)

// takePort returns an address that no other test uses until this one ends. The hold is a name in the kernel's abstract socket
// space (unix(7)); it ends with the test program, whatever happens to that.
func takePort(t testing.TB) string {
	t.Helper()
	for port := firstPort; port < lastPort; port++ {
		hold, err := net.Listen("unix", fmt.Sprintf("@tandem-whole-port-%d", port))
		if err != nil {
			continue
		}
		address := fmt.Sprintf("127.0.0.1:%d", port)
		if l, err := net.Listen("tcp", address); err == nil && l.Close() == nil {
			t.Cleanup(func() { _ = hold.Close() }) // a name alone: nothing is lost
			return address
		}
		_ = hold.Close()
	}
	t.Fatalf("no free port between %d and %d: end programs that use them", firstPort, lastPort)
	return ""
}
