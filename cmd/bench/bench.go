// Package bench measures Tandem beside the switch's own queue (app_queue of Asterisk, mod_callcenter of FreeSWITCH), on the same
// switch, with the same phones. P1 is on an Asterisk of its own, P2 on the FreeSWITCH that the environment names (see cmd/whole).
//
//	          agent hangs up ──BYE──>  switch    ──INVITE──> the same agent's phone
//	P1, P2    |<──────────── measured at the phone ─────────>|        callers wait all the time
//
//	          caller ──INVITE──>  switch    ──INVITE──> an idle agent's phone
//	P3        |<───── measured at the two phones ────>|               nobody else waits
//
// What makes it fair: rounds in turn (Tandem, the other, the other, Tandem, …), so that a machine which slows down slows down
// both; the same callers, agents, codec, seed and talk times; talk times are random, as constant ones would lock the phase of
// app_queue's one-second look; the other at its best settings; one clock, that of the phones; the first tenth of each round is
// dropped; Tandem keeps its journal with fsync and records the calls, the other keeps nothing. While it is measured, Tandem does
// not run.
//
// The tests of the package are the bench: a short one that proves only that it runs and who is faster, and with -full the long
// one whose figures may be quoted (make bench). Both write the figures of the last run beside the other things of the machine.
package bench

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tandem/adapters/lab"
)

// Summary is what one round, or all rounds of one system, took. In milliseconds.
type Summary struct {
	P50  float64 `json:"p50"`
	P99  float64 `json:"p99"`
	Mean float64 `json:"mean"`
	Max  float64 `json:"max"`
}

// Spread is the median over the rounds, and the least and the greatest of them.
type Spread struct {
	Summary
	Low  Summary `json:"low"`
	High Summary `json:"high"`
}

// Result is one line of the comparison.
type Result struct {
	Ours     Spread  `json:"ours"`
	Theirs   Spread  `json:"theirs"`
	Ratio    float64 `json:"ratio"`      // theirs ÷ ours of the p50: how many times faster we are
	Means    float64 `json:"ratio_mean"` // the same of the means
	Unit     string  `json:"unit"`
	N        [2]int  `json:"n"` // measured, ours and theirs
	Rounds   int     `json:"rounds"`
	Settings string  `json:"settings"`
	CPU      CPU     `json:"cpu_ms_per_call"`
	Machine  Machine `json:"machine"`
}

// Machine says what the figures were measured on: those of another machine compare by their ratio only.
type Machine struct {
	Load   string  `json:"load_average"`
	Stolen float64 `json:"stolen_percent"` // of the processors' time, taken by the host for others
	Ping   Summary `json:"ping"`           // the smallest command to the switch, during the rounds of both
}

// CPU is what one call cost, in milliseconds of one core.
type CPU struct {
	Tandem       float64 `json:"tandem"`        // ours
	SwitchOurs   float64 `json:"switch_ours"`   // the switch, when we distribute
	SwitchTheirs float64 `json:"switch_theirs"` // the switch, when it distributes itself
}

// Summarise leaves out the first tenth, while the round settles, and sums up the rest.
func Summarise(samples []time.Duration) Summary {
	kept := slices.Clone(samples[len(samples)/10:])
	if len(kept) == 0 {
		return Summary{}
	}
	slices.Sort(kept)
	var sum time.Duration
	for _, s := range kept {
		sum += s
	}
	return Summary{
		P50: quantile(kept, 0.50), P99: quantile(kept, 0.99), Mean: ms(sum) / float64(len(kept)), Max: ms(kept[len(kept)-1]),
	}
}

// quantile is the smallest sample that is not below the share q of all.
func quantile(sorted []time.Duration, q float64) float64 {
	return ms(sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)])
}

// Over sums up the rounds of one system.
func Over(rounds []Summary) Spread {
	pick := func(at func(sorted []float64) float64) Summary {
		of := func(field func(Summary) float64) float64 {
			var all []float64
			for _, r := range rounds {
				all = append(all, field(r))
			}
			slices.SortFunc(all, cmp.Compare[float64])
			return at(all)
		}
		return Summary{
			P50: of(func(s Summary) float64 { return s.P50 }), P99: of(func(s Summary) float64 { return s.P99 }),
			Mean: of(func(s Summary) float64 { return s.Mean }), Max: of(func(s Summary) float64 { return s.Max }),
		}
	}
	return Spread{
		Summary: pick(func(s []float64) float64 { return (s[(len(s)-1)/2] + s[len(s)/2]) / 2 }),
		Low:     pick(func(s []float64) float64 { return s[0] }),
		High:    pick(func(s []float64) float64 { return s[len(s)-1] }),
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// Save puts a result under its name into bench.json beside the other things of the machine; other names stay.
func Save(name string, r Result) (path string, err error) {
	dir, err := lab.Dir("")
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "bench.json")
	all := map[string]any{}
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return path, fmt.Errorf("%s cannot be read; delete it: %w", path, err)
	}
	all[name] = r
	if text, err = json.MarshalIndent(all, "", "  "); err != nil {
		return path, err
	}
	return path, os.WriteFile(path, append(text, '\n'), 0o644)
}
