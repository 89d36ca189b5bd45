package bench_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"tandem/cmd/bench"
)

// pingEach is how often the yardstick is laid on while callers wait: seldom enough to cost nothing.
const pingEach = 100 * time.Millisecond

// pings measures the smallest command that the switch knows, on a connection of its own, until ctx ends. It says how fast machine
// and switch are at this moment; what we add is a number of such commands.
func (m *match) pings(ctx context.Context) []time.Duration {
	var all []time.Duration
	for {
		select {
		case <-ctx.Done():
			return all
		case <-time.After(pingEach):
		}
		began := time.Now()
		if m.c.Switch.Ping(ctx) == nil { // else ctx has ended
			all = append(all, time.Since(began))
		}
	}
}

// clock is what the machine's processors have done since it started (proc(5), first line of /proc/stat), in ticks.
type clock struct{ all, stolen float64 }

func readClock() clock {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return clock{}
	}
	line, _, _ := strings.Cut(string(text), "\n")
	var c clock
	for i, field := range strings.Fields(line) {
		n, err := strconv.ParseFloat(field, 64)
		if err != nil || i > 8 { // guests are counted with the users already
			continue
		}
		c.all += n
		if i == 8 {
			c.stolen = n
		}
	}
	return c
}

// machine describes the machine since an earlier look at its clock.
func machine(since clock, pings []time.Duration) bench.Machine {
	now := readClock()
	m := bench.Machine{Load: loadAverage(), Ping: bench.Summarise(pings)}
	if spent := now.all - since.all; spent > 0 {
		m.Stolen = 100 * (now.stolen - since.stolen) / spent
	}
	return m
}

func describe(m bench.Machine) string {
	return fmt.Sprintf("load average %s; %.0f %% of the processors' time went to other machines; the smallest command to the switch takes p50 %.2f p99 %.2f ms",
		m.Load, m.Stolen, m.Ping.P50, m.Ping.P99)
}

func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], " ")
}
