package storagetest

import (
	"context"
	"reflect"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
)

var provisionCases = []testCase{
	{"accounts are kept, renewed and dropped", accountLives},
	{"trunks are kept, set anew and dropped", trunkLives},
}

func accountLives(ctx context.Context, t *testing.T, s Store) {
	_, err := s.Account(ctx, "ann")
	kind(t, "an account that was never made", err, orchestrator.NotFound)
	kind(t, "dropping it", s.DropAccount(ctx, "ann"), orchestrator.NotFound)
	first := provision.Account{Agent: "ann", Name: "t-ann", Realm: "here", HA1: provision.HA1("t-ann", "here", "one"), Made: noon}
	bob := provision.Account{Agent: "bob", Name: "t-bob", Realm: "here", HA1: provision.HA1("t-bob", "here", "one"), Made: noon}
	must(t, s.PutAccount(ctx, bob))
	must(t, s.PutAccount(ctx, first))
	again := first
	again.HA1, again.Made, again.Switch = provision.HA1("t-ann", "here", "two"), at(time.Second), "pbx2"
	must(t, s.PutAccount(ctx, again))
	if have := get[provision.Account](t)(s.Account(ctx, "ann")); have != again {
		t.Errorf("the account is %+v, want %+v", have, again)
	}
	if have := get[[]provision.Account](t)(s.Accounts(ctx)); !reflect.DeepEqual(have, []provision.Account{again, bob}) {
		t.Errorf("the accounts are %+v", have)
	}
	must(t, s.DropAccount(ctx, "ann"))
	if have := get[[]provision.Account](t)(s.Accounts(ctx)); !reflect.DeepEqual(have, []provision.Account{bob}) {
		t.Errorf("after a drop the accounts are %+v", have)
	}
}

func trunkLives(ctx context.Context, t *testing.T, s Store) {
	_, err := s.Trunk(ctx, "main")
	kind(t, "a trunk that was never set", err, orchestrator.NotFound)
	kind(t, "dropping it", s.DropTrunk(ctx, "main"), orchestrator.NotFound)
	must(t, s.PutTrunk(ctx, provision.Trunk{ID: "main", Name: "t.main", Hosts: []string{"192.0.2.1", "198.51.100.0/24"}, Set: noon}))
	must(t, s.PutTrunk(ctx, provision.Trunk{ID: "back", Name: "t.back", Hosts: []string{"192.0.2.9"}, Set: noon}))
	now := provision.Trunk{ID: "main", Name: "t.main", Server: "sip.example.org:5060", User: "4930", Password: provision.Secret("it's"), Set: at(time.Second)}
	must(t, s.PutTrunk(ctx, now))
	have := get[provision.Trunk](t)(s.Trunk(ctx, "main"))
	if len(have.Hosts) != 0 || have.Password.Reveal() != "it's" || have.Server != now.Server || have.User != now.User || !have.Set.Equal(now.Set) {
		t.Errorf("the trunk is %+v", have)
	}
	if all := get[[]provision.Trunk](t)(s.Trunks(ctx)); len(all) != 2 || all[0].ID != "back" || len(all[0].Hosts) != 1 {
		t.Errorf("the trunks are %+v", all)
	}
	must(t, s.DropTrunk(ctx, "main"))
	if all := get[[]provision.Trunk](t)(s.Trunks(ctx)); len(all) != 1 {
		t.Errorf("after a drop the trunks are %+v", all)
	}
}
