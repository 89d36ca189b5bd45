package storagetest

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/access"
)

var keyCases = []testCase{
	{"open the door until they are revoked", keyLives},
}

func keyLives(ctx context.Context, t *testing.T, s Store) {
	k, presented, sum, err := access.New("console", []access.Scope{access.Read, access.Tickets}, noon)
	must(t, err)
	must(t, s.AddKey(ctx, k, sum))
	kind(t, "the same key again", s.AddKey(ctx, k, sum), orchestrator.Conflict)
	have := get[access.Key](t)(access.Check(ctx, s, presented))
	if !reflect.DeepEqual(have, k) {
		t.Errorf("the key comes back as\n%+v\nand was\n%+v", have, k)
	}
	if !have.May(access.Tickets) || have.May(access.Admin) || have.May(access.Recordings) {
		t.Errorf("it may too much or too little: %+v", have)
	}
	other, stranger, otherSum, err := access.New("root", []access.Scope{access.Admin}, at(time.Second))
	must(t, err)
	for _, wrong := range []string{"", "tdm_", presented + "x", presented[:len(presented)-1], stranger, "x" + presented} {
		if _, err := access.Check(ctx, s, wrong); !errors.Is(err, access.ErrDenied) {
			t.Errorf("%q is let in: %v", wrong, err)
		}
	}
	must(t, s.AddKey(ctx, other, otherSum))
	must(t, s.RevokeKey(ctx, k.ID, at(2*time.Second)))
	must(t, s.RevokeKey(ctx, k.ID, at(3*time.Second)))
	if _, err := access.Check(ctx, s, presented); !errors.Is(err, access.ErrDenied) {
		t.Errorf("a revoked key is let in: %v", err)
	}
	all := get[[]access.Key](t)(s.ListKeys(ctx))
	if len(all) != 2 || !all[0].Revoked.Equal(at(2*time.Second)) || !all[1].Revoked.IsZero() || !all[1].May(access.Recordings) {
		t.Errorf("the keys are %+v", all)
	}
	kind(t, "a key that is not there", s.RevokeKey(ctx, "none", noon), orchestrator.NotFound)
}
