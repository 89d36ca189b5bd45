package lab

import (
	"net"
	"strings"
	"testing"
	"time"

	"tandem/dialplan"
)

// A port that somebody has for a moment only, such as a program that is just being forked, is waited for; one that stays taken is told.
func TestAPortThatIsTakenForAMoment(t *testing.T) {
	block, err := takePorts()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(block.release)
	a := &Asterisk{config: dialplan.Config{Address: "127.0.0.1", SIPPort: block.first, ARIPort: block.first + 1}}
	holder, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: block.first})
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(50*time.Millisecond, func() { _ = holder.Close() })
	if err := a.portsFree(t.Context()); err != nil {
		t.Error(err)
	}
	stays, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: block.first + 1})
	if err != nil {
		t.Fatal(err)
	}
	defer stays.Close()
	if err := a.portsFree(t.Context()); err == nil || !strings.Contains(err.Error(), ARIPortVariable) {
		t.Errorf("a port that is taken is told as %v", err)
	}
}
