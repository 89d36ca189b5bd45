package recording_test

import (
	"context"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/fact"
)

// A recording knows the switch that holds it, also one of a callback, which nobody has arrived with.
func TestWhereARecordingIs(t *testing.T) {
	for _, born := range []fact.Fact{fact.InteractionArrived{Switch: "pbx1"}, fact.CallbackRequested{Switch: "pbx1"}} {
		tx := &told{story: []fact.Entry{{Fact: born}}}
		e := fact.Entry{About: "i1", Fact: fact.OfferConnected{Offer: "o1", Tape: "tape"}}
		if err := recording.React(t.Context(), tx, e); err != nil {
			t.Fatal(err)
		}
		if tx.begun.Switch != "pbx1" {
			t.Errorf("after %s the recording is on %q", born.Kind(), tx.begun.Switch)
		}
	}
}

// told is a transaction that knows one story.
type told struct {
	recording.Tx
	story []fact.Entry
	begun recording.Meta
}

func (x *told) Story(context.Context, orchestrator.InteractionID, int64) ([]fact.Entry, error) {
	return x.story, nil
}

func (x *told) BeginRecording(_ context.Context, m recording.Meta) error {
	x.begun = m
	return nil
}
