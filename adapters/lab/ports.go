package lab

import (
	"context"
	"fmt"
	"net"
	"time"

	"tandem/dialplan"
)

// Ports are handed out in blocks below the kernel's range for outgoing connections (32768 and up), so that no
// passing connection sits on one.
const (
	firstBlock = 12000
	lastBlock  = 32000
	blockSize  = 400
	audioFirst = 10 // within the block; before it stand SIP and ARI
)

// portBlock is a range of ports that no other program of ours uses while it is held.
type portBlock struct {
	first int
	hold  net.Listener
}

// takePorts finds a free block. The hold is a name in the kernel's abstract socket space (unix(7)): it covers all
// labs of the machine and ends with this program, whatever happens to it.
func takePorts() (portBlock, error) {
	for first := firstBlock; first < lastBlock; first += blockSize {
		hold, err := net.Listen("unix", fmt.Sprintf("@tandem-lab-ports-%d", first))
		if err != nil {
			continue
		}
		if portsFree(first, first+1) == nil {
			return portBlock{first, hold}, nil
		}
		hold.Close()
	}
	return portBlock{}, fmt.Errorf("lab: no free block of %d ports between %d and %d: end programs that use them", blockSize, firstBlock, lastBlock)
}

func (b portBlock) release() {
	if b.hold != nil {
		b.hold.Close()
	}
}

// portsFree says which of the instance's ports is taken. A program that this one is just forking has copies of our sockets until it execs, be
// they closed here: a port that we have looked at a moment ago may be taken for another one.
func (a *Asterisk) portsFree(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := portsFree(a.config.SIPPort, a.config.ARIPort)
		if err == nil {
			err = sipFree(a.config.Address, a.config.SIPPort)
		}
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

// portsFree says which of the two main ports is taken.
func portsFree(sip, ari int) error {
	if err := sipFree("127.0.0.1", sip); err != nil {
		return err
	}
	tcp, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: ari})
	if err != nil {
		return fmt.Errorf("lab: ARI port %d on 127.0.0.1 is taken: end the program that uses it, or choose another port (%s): %w", ari, ARIPortVariable, err)
	}
	return tcp.Close()
}

// ARIPortVariable chooses the port of ARI in the example centre.
const ARIPortVariable = "TANDEM_CENTRE_ARI_PORT"

// sipFree says whether SIP can be listened for.
func sipFree(address string, port int) error {
	udp, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(address), Port: port})
	if err != nil {
		return fmt.Errorf("lab: SIP port %d on %s cannot be had: end the program that uses it, or choose another address or port (%s): %w",
			port, address, dialplan.ListenVariable, err)
	}
	return udp.Close()
}
