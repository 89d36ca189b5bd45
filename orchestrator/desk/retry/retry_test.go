package retry_test

import (
	"testing"
	"time"

	"tandem/orchestrator/desk/retry"
)

func TestPause(t *testing.T) {
	for _, c := range []struct {
		failures int
		jitter   float64
		want     time.Duration
	}{
		{1, 0, 500 * time.Millisecond}, {1, 1, time.Second}, {2, 1, 2 * time.Second}, {4, 1, 8 * time.Second},
		{5, 1, 10 * time.Second}, {5, 0, 5 * time.Second}, {0, 1, time.Second}, {1 << 40, 1, 10 * time.Second},
	} {
		if have := retry.Pause(c.failures, time.Second, 10*time.Second, c.jitter); have != c.want {
			t.Errorf("after %d failures with jitter %v it is %s, want %s", c.failures, c.jitter, have, c.want)
		}
	}
}
