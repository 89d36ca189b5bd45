package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

// register erases one spelling of a number; under the other a call goes on.
type register struct{ deleted []media.TapeID }

func (r *register) Erase(_ context.Context, number string) ([]media.TapeID, error) {
	switch number {
	case "15555", "+4915555":
		return nil, &orchestrator.Error{Kind: orchestrator.NotFound, Say: "no person with the number " + number}
	case "+4915112345":
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

// TestAStrangerIsNotErased: it is an error when no spelling of the number is known, and none when one is.
func TestAStrangerIsNotErased(t *testing.T) {
	r := &register{}
	if _, err := forget(t.Context(), r, r, []string{"15555", "+4915555"}); orchestrator.KindOf(err) != orchestrator.NotFound || !strings.Contains(err.Error(), "number 15555") {
		t.Error(err)
	}
	if n, err := forget(t.Context(), r, r, []string{"15555", "known"}); err != nil || n != 2 {
		t.Errorf("%d recordings, %v", n, err)
	}
}

// TestAnAddressHasSpellings: a mail address is erased as it is given and as records have it, a number as the country writes it.
func TestAnAddressHasSpellings(t *testing.T) {
	for given, others := range map[string][]string{
		"Ada.L@Example.com": {"ada.l@example.com"}, "015112345": {"+4915112345", "4915112345", "004915112345"},
		"+4915112345": {"4915112345", "004915112345", "015112345"}, "anonymous": nil,
	} {
		if have := spellings("49", given); !slices.Equal(have, append([]string{given}, others...)) {
			t.Errorf("%s is erased as %q", given, have)
		}
	}
	if have := spellings("49", "ada@example.com"); len(have) != 1 {
		t.Errorf("%q", have)
	}
}
