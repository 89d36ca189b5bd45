package postgres

import (
	"testing"
	"testing/synctest"
	"time"
)

// A signal that is to come soon comes once for all that asked for it; who cannot wait has it at once, and then it does not come again.
func TestSignalSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		s := newSignal()
		first := s.wait()
		s.soon(5 * time.Millisecond)
		time.Sleep(3 * time.Millisecond)
		s.soon(5 * time.Millisecond)
		<-first
		if after := time.Since(begin); after != 5*time.Millisecond {
			t.Errorf("it came after %s", after)
		}
		for _, hurry := range []bool{false, true} {
			next := s.wait()
			if hurry {
				s.soon(5 * time.Millisecond)
				s.wake()
				<-next
				next = s.wait()
			}
			time.Sleep(time.Second)
			select {
			case <-next:
				t.Errorf("it came once too often; in a hurry: %v", hurry)
			default:
			}
		}
	})
}
