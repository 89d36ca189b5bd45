package replay_test

import (
	"reflect"
	"testing"
	"time"

	"tandem/orchestrator/fact"
	"tandem/orchestrator/floor"
	"tandem/orchestrator/replay"
)

// A recording that begins with a floor as it was saved before the span is that of the whole journal, whenever it was saved.
func TestTheSameFromACheckpoint(t *testing.T) {
	journal, _ := borrowing(t, 2, dayLoans)
	from := journal[len(journal)/2].At
	want := record(t, journal, from, from.Add(time.Hour))
	if len(want.Was.Fates) < 50 {
		t.Fatalf("%d callers: too little to compare", len(want.Was.Fates))
	}
	for _, share := range []int{2, 3, 10} { // the first stands just before the span
		f := floor.New(floor.Config{})
		tail := journal
		for n := 0; tail[0].At.Before(from) && n < len(journal)/share; n++ {
			f.Apply(tail[0])
			f.TakeTouched()
			tail = tail[1:]
		}
		state, persons, err := f.Save()
		if err != nil {
			t.Fatal(err)
		}
		if f, err = floor.Load(floor.Config{}, state, persons); err != nil {
			t.Fatal(err)
		}
		got := resumed(t, f, tail, from)
		if !reflect.DeepEqual(got.Scenario, want.Scenario) || !reflect.DeepEqual(got.Was, want.Was) || !reflect.DeepEqual(got.IDs, want.IDs) || !reflect.DeepEqual(got.Notes, want.Notes) {
			t.Errorf("from line %d of %d on comes\n%+v %v\nand from the beginning\n%+v %v", f.Seq, len(journal), got.Was, got.Notes, want.Was, want.Notes)
		}
	}
	late := floor.New(floor.Config{})
	late.Apply(journal[0])
	if replay.NewRecorder(journal[0].At, time.Time{}).Resume(late) || replay.NewRecorder(time.Time{}, time.Time{}).Resume(late) {
		t.Error("a floor that stands within the span is taken")
	}
}

// resumed is the recording of an hour by a floor and what came after it.
func resumed(t *testing.T, f *floor.Floor, tail []fact.Entry, from time.Time) replay.Recording {
	t.Helper()
	r := replay.NewRecorder(from, from.Add(time.Hour))
	if !r.Resume(f) {
		t.Fatalf("a floor at %s does not serve a span from %s", f.At, from)
	}
	for _, e := range tail {
		r.Add(e)
	}
	rec, err := r.Recording(20*time.Second, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}
