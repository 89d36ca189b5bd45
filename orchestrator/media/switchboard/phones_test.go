package switchboard_test

import (
	"testing"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// A phone is told once it was read, then each change; one that comes on with a foreign call is busy and not first registered.
func TestPhoneTells(t *testing.T) {
	var phones switchboard.Phones
	fresh := phones.Want([]string{"ann", "ann", "no/name"})
	if len(fresh) != 1 || len(phones) != 1 {
		t.Fatalf("new are %v of %v", fresh, phones)
	}
	if phones.Happens("ann") != nil || !fresh[0].Stale {
		t.Error("what happens to a phone while it is read makes the reading stale")
	}
	p := phones["ann"]
	if p.Tell() != nil {
		t.Error("a phone that nobody has read is told")
	}
	for i, c := range []struct {
		registered bool
		foreign    []string
		want       media.Cause // "": nothing is told
	}{
		{true, []string{"x"}, media.PhoneBusy}, {true, []string{"y"}, ""}, {true, nil, media.PhoneIdle}, {true, nil, ""},
		{false, nil, media.PhoneUnregistered}, {true, nil, media.PhoneRegistered}, {false, []string{"x"}, media.PhoneBusy},
	} {
		p.Reads(c.registered, c.foreign)
		told := p.Tell()
		if c.want == "" && told == nil {
			continue
		}
		if len(told) != 1 || told[0].Why != c.want || told[0].Kind != media.Phone || told[0].Text != "ann" {
			t.Errorf("%d: told is %+v, want %q", i, told, c.want)
		}
	}
	if fresh := phones.Want([]string{"ann", "bob"}); len(fresh) != 1 || fresh[0].Name != "bob" || phones["ann"] != p {
		t.Errorf("new are %+v", fresh)
	}
	if list := phones.Anew(); len(list) != 2 || p.Read || p.Tell() != nil {
		t.Error("on a new line a phone is read again before it is told")
	}
	p.Reads(false, []string{"x"})
	if told := p.Tell(); len(told) != 1 || told[0].Why != media.PhoneBusy {
		t.Errorf("on a new line is told %+v", told)
	}
}
