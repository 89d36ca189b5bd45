package recording

import (
	"context"

	"tandem/orchestrator/fact"
)

// React keeps account of each tape of the journal: begun with the talk, stopped with it, or failed.
func React(ctx context.Context, tx Tx, e fact.Entry) error {
	switch x := e.Fact.(type) {
	case fact.OfferConnected:
		if x.Tape == "" {
			return nil
		}
		story, err := tx.Story(ctx, e.About, e.Seq)
		if err != nil {
			return err
		}
		m := Meta{Tape: x.Tape, Interaction: e.About, Queue: x.Queue, Agent: x.Agent, State: Recording, Started: e.At}
		for _, s := range story {
			switch born := s.Fact.(type) {
			case fact.InteractionArrived:
				m.Switch = born.Switch
			case fact.CallbackRequested:
				m.Switch = born.Switch
			}
		}
		return tx.BeginRecording(ctx, m)
	case fact.TalkEnded:
		if x.Tape == "" {
			return nil
		}
		return tx.StopRecording(ctx, x.Tape, e.At)
	case fact.RecordingFailed:
		return tx.FailRecording(ctx, x.Tape, x.Why)
	}
	return nil
}
