package main

import (
	"context"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

// register erases one spelling of a number; under the other a call goes on.
type register struct{ deleted []media.TapeID }

func (r *register) Erase(_ context.Context, number string) ([]media.TapeID, error) {
	if number == "+4915112345" {
		return nil, &orchestrator.Error{Kind: orchestrator.Conflict, Say: "a call goes on"}
	}
	return []media.TapeID{"v1", "v2"}, nil
}

func (r *register) Delete(_ context.Context, tape media.TapeID) error {
	r.deleted = append(r.deleted, tape)
	return nil
}

// TestTheAudioOfAnErasedPersonIsDeleted: also when the other spelling of the number must wait, as it cannot be found again.
func TestTheAudioOfAnErasedPersonIsDeleted(t *testing.T) {
	r := &register{}
	_, err := forget(t.Context(), r, r, []string{"015112345", "+4915112345"})
	if orchestrator.KindOf(err) != orchestrator.Conflict || len(r.deleted) != 2 {
		t.Errorf("%v, deleted are %v", err, r.deleted)
	}
}
