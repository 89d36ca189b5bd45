package floor

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"tandem/orchestrator"
)

// The place in line is that of counting everybody, whatever comes, goes and moves, over many blocks.
func TestPlacesInLine(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	o, all := &order{spots: map[orchestrator.InteractionID]spot{}}, map[orchestrator.InteractionID]spot{}
	for n := range 6000 {
		s := spot{int64(r.IntN(500)), orchestrator.InteractionID(fmt.Sprintf("i%d", r.IntN(3000)))}
		if n%4 == 3 {
			o.remove(s.id)
			delete(all, s.id)
		} else {
			o.put(s)
			all[s.id] = s
		}
		if n%20 > 0 {
			continue
		}
		ask := spot{int64(r.IntN(500)), orchestrator.InteractionID(fmt.Sprintf("i%d", r.IntN(3000)))}
		want := 0
		for id, other := range all {
			if id != ask.id && other.compare(ask) < 0 {
				want++
			}
		}
		if got := o.before(ask); got != want || o.size() != len(all) {
			t.Fatalf("after %d changes %d are before %v, want %d; %d in line, want %d", n, got, ask, want, o.size(), len(all))
		}
	}
	if len(o.blocks) < 2 {
		t.Errorf("only %d blocks", len(o.blocks))
	}
}

// BenchmarkPlace is the time to take somebody in, tell the place and let them go, with so many in line.
func BenchmarkPlace(b *testing.B) {
	for _, n := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			o := &order{spots: map[orchestrator.InteractionID]spot{}}
			for i := range n {
				o.put(spot{int64(i) * int64(time.Second), orchestrator.InteractionID(fmt.Sprintf("i%d", i))})
			}
			for b.Loop() {
				s := spot{int64(n/2) * int64(time.Second), "i999999"}
				o.put(s)
				if o.before(s) == 0 {
					b.Fatal("nobody before")
				}
				o.remove(s.id)
			}
		})
	}
}

// A line is busy from the moment when somebody comes into it who was alone, so that its pace counts from there.
func TestALineIsBusyFromItsFirstCaller(t *testing.T) {
	f, _ := queueing(t, 1)
	if l := f.Lines["sales"]; !l.Busy.Equal(f.At) {
		t.Errorf("the line is busy since %s, the caller came at %s", l.Busy, f.At)
	}
}
