package postgres_test

import (
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
)

// BenchmarkAppend measures one turn of the engine, fsync on: 1 fact and 256.
func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{1, 16, 256} {
		b.Run(map[int]string{1: "1", 16: "16", 256: "256"}[n], func(b *testing.B) {
			j := open(b).Journal()
			if _, err := j.Open(b.Context()); err != nil {
				b.Fatal(err)
			}
			seq := int64(0)
			for b.Loop() {
				entries := make([]fact.Entry, n)
				for i := range entries {
					seq++
					entries[i] = fact.Entry{Seq: seq, At: time.Unix(seq, 0), About: "abcde-1",
						Fact: fact.ItemQueued{Queue: orchestrator.QueueID("sales"), Since: time.Unix(seq, 0)}}
				}
				if err := j.Append(b.Context(), entries); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
