// Package provisiontest shows what a provision.Switch promises, on fakes and on real switches alike.
package provisiontest

import (
	"slices"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/provision"
)

// Bench is a switch with what stands around it.
type Bench interface {
	// Switch is connected, and knows nothing of an earlier case but what the switch itself keeps.
	Switch(t *testing.T) provision.Switch
	// Register tries to register as a phone would; it stays registered until the case ends.
	Register(t *testing.T, account, password string) bool
	// Registered says whether the switch knows where a phone of the account is.
	Registered(t *testing.T, account string) bool
	// Foreign is an account of the switch's own, with its password.
	Foreign() (account, password string)
	// Spoil changes what the switch has of an account, behind our back.
	Spoil(t *testing.T, account string)
	// Restart ends the switch in the ordinary way and starts it again; false where it can't.
	Restart(t *testing.T) bool
}

// Run runs all cases, one after the other, on one switch.
func Run(t *testing.T, b Bench) {
	for _, c := range []struct {
		name string
		run  func(*table)
	}{
		{"Made", made}, {"Renewed", renewed}, {"Gone", gone}, {"Strange", strange}, {"Others", others}, {"Spoiled", spoiled},
		{"Trunks", trunks}, {"Restarted", restarted},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := &table{T: t, b: b, sw: b.Switch(t)}
			var err error
			if x.place, err = x.sw.Place(t.Context()); err != nil {
				t.Fatal(err)
			}
			x.mend(provision.Wanted{Gone: x.ours()})
			c.run(x)
		})
	}
}

type table struct {
	*testing.T
	b     Bench
	sw    provision.Switch
	place provision.Place
}

func (x *table) account(agent, password string) provision.Account {
	name := x.place.Account + agent
	return provision.Account{
		Agent: orchestrator.AgentID(agent), Name: name, Realm: x.place.Realm, HA1: provision.HA1(name, x.place.Realm, password), Made: time.Now(),
	}
}

func (x *table) mend(w provision.Wanted) (changed int) {
	x.Helper()
	changed, failed, err := x.sw.Mend(x.Context(), w)
	if err != nil || len(failed) > 0 {
		x.Fatalf("not mended: %v, %v", err, failed)
	}
	return changed
}

func (x *table) accounts(list ...provision.Account) (changed int) {
	x.Helper()
	return x.mend(provision.Wanted{Accounts: list})
}

func (x *table) ours() []string {
	x.Helper()
	names, err := x.sw.Ours(x.Context())
	if err != nil {
		x.Fatal(err)
	}
	return names
}

func (x *table) registers(a provision.Account, password string, want bool) {
	x.Helper()
	if got := x.b.Register(x.T, a.Name, password); got != want {
		x.Fatalf("registering %s with the password %q: %v, want %v", a.Name, password, got, want)
	}
}

// until waits for something that the switch does by itself.
func (x *table) until(what string, holds func() bool) {
	x.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); !holds(); <-tick.C {
		if time.Now().After(deadline) {
			x.Fatalf("in vain: %s", what)
		}
	}
}

// made: an account is there at once, for its own password only, and saying it again changes nothing.
func made(x *table) {
	ann := x.account("ann", "one")
	if x.accounts(ann) == 0 {
		x.Error("a new account changed nothing")
	}
	x.registers(ann, "wrong", false)
	x.registers(ann, "one", true)
	if n := x.accounts(ann); n != 0 {
		x.Errorf("the same account again changed %d things", n)
	}
	if !x.b.Registered(x.T, ann.Name) {
		x.Error("comparing it threw the phone out")
	}
	if names := x.ours(); !slices.Equal(names, []string{ann.Name}) {
		x.Errorf("ours are %v", names)
	}
}

// renewed: whoever knew the old password is out, also the phone that is registered.
func renewed(x *table) {
	ann := x.account("ann", "one")
	x.accounts(ann)
	x.registers(ann, "one", true)
	ann = x.account("ann", "two")
	x.accounts(ann)
	x.until("the phone with the old password is out", func() bool { return !x.b.Registered(x.T, ann.Name) })
	x.registers(ann, "one", false)
	x.registers(ann, "two", true)
}

// gone: a phone of an account that is taken away is out and does not come back.
func gone(x *table) {
	ann, bob := x.account("ann", "one"), x.account("bob", "one")
	x.accounts(ann, bob)
	x.registers(ann, "one", true)
	if x.mend(provision.Wanted{Gone: []string{ann.Name}}) == 0 {
		x.Error("taking an account away changed nothing")
	}
	x.until("its phone is out", func() bool { return !x.b.Registered(x.T, ann.Name) })
	x.registers(ann, "one", false)
	x.registers(bob, "one", true)
	if n := x.mend(provision.Wanted{Gone: []string{ann.Name}}); n != 0 {
		x.Errorf("taking it away again changed %d things", n)
	}
	x.accounts(ann)
	if x.b.Registered(x.T, ann.Name) {
		x.Error("the account is there again, and with it the old phone")
	}
}

// strange: another program of ours finds what an earlier one left.
func strange(x *table) {
	x.accounts(x.account("ann", "one"), x.account("bob", "one"))
	x.mend(provision.Wanted{Trunks: []provision.Trunk{{ID: "main", Name: x.place.Trunk + "main", Hosts: []string{"192.0.2.1"}}}})
	want := []string{x.place.Account + "ann", x.place.Account + "bob", x.place.Trunk + "main"}
	slices.Sort(want)
	x.sw = x.b.Switch(x.T)
	if names := x.ours(); !slices.Equal(names, want) {
		x.Errorf("ours are %v, want %v", names, want)
	}
}

// others: what is not ours by its name is never listed and never touched (F60).
func others(x *table) {
	name, password := x.b.Foreign()
	if slices.Contains(x.ours(), name) {
		x.Errorf("%s is listed as ours", name)
	}
	stolen := provision.Account{Agent: "eve", Name: name, Realm: x.place.Realm, HA1: provision.HA1(name, x.place.Realm, "stolen")}
	for _, w := range []provision.Wanted{{Gone: []string{name}}, {Accounts: []provision.Account{stolen}}} {
		changed, failed, err := x.sw.Mend(x.Context(), w)
		if changed != 0 || err == nil && failed[name] == nil {
			x.Errorf("%d things of %s were changed (%v, %v)", changed, name, failed, err)
		}
	}
	free := provision.Account{Agent: "eve", Name: "nobodys", Realm: x.place.Realm, HA1: provision.HA1("nobodys", x.place.Realm, "stolen")}
	if _, failed, err := x.sw.Mend(x.Context(), provision.Wanted{Accounts: []provision.Account{free}}); err == nil && failed["nobodys"] == nil {
		x.Error("an account was made whose name is not one of ours")
	}
	if x.b.Register(x.T, name, "stolen") || !x.b.Register(x.T, name, password) {
		x.Errorf("%s has another password now", name)
	}
}

// spoiled: what somebody changed on the switch is as it was after the next comparison.
func spoiled(x *table) {
	ann := x.account("ann", "one")
	x.accounts(ann)
	x.b.Spoil(x.T, ann.Name)
	x.registers(ann, "one", false)
	if x.accounts(ann) == 0 {
		x.Error("nothing was mended")
	}
	x.registers(ann, "one", true)
}

// trunks: one by address and one that we register with are taken, changed, and go.
func trunks(x *table) {
	near := provision.Trunk{ID: "near", Name: x.place.Trunk + "near", Hosts: []string{"192.0.2.1", "198.51.100.0/24"}}
	far := provision.Trunk{ID: "far", Name: x.place.Trunk + "far", Server: "127.0.0.1:9", User: "4930", Password: provision.Secret("it<s&\"x")}
	both := provision.Wanted{Trunks: []provision.Trunk{near, far}}
	if x.mend(both) == 0 || x.mend(both) != 0 {
		x.Error("new trunks changed nothing, or the same ones did")
	}
	states, err := x.sw.TrunkStates(x.Context(), both.Trunks)
	if err != nil || states[far.Name] == provision.Registered || states[far.Name] == provision.Reachable {
		x.Errorf("the state of a trunk that nobody answers is %q, %v", states[far.Name], err)
	}
	near.Hosts = []string{"192.0.2.1"}
	far.Password = provision.Secret("other")
	both.Trunks = []provision.Trunk{near, far}
	if x.mend(both) == 0 || x.mend(both) != 0 {
		x.Error("changed trunks changed nothing, or the same ones did")
	}
	// One that came by address registers from now on.
	near = provision.Trunk{ID: "near", Name: near.Name, Server: "127.0.0.1:9", User: "x", Password: provision.Secret("y")}
	if one := (provision.Wanted{Trunks: []provision.Trunk{near}}); x.mend(one) == 0 || x.mend(one) != 0 {
		x.Error("a trunk of another kind changed nothing, or the same one did")
	}
	x.mend(provision.Wanted{Gone: []string{near.Name, far.Name}})
	if names := x.ours(); len(names) != 0 {
		x.Errorf("left are %v", names)
	}
}

// restarted: accounts survive the switch, and phones register again without us.
func restarted(x *table) {
	ann := x.account("ann", "one")
	x.accounts(ann)
	if !x.b.Restart(x.T) {
		x.Skip("this switch can't be restarted here")
	}
	x.registers(ann, "wrong", false)
	x.registers(ann, "one", true)
	var changed int
	x.until("the line is back", func() bool {
		n, _, err := x.sw.Mend(x.Context(), provision.Wanted{Accounts: []provision.Account{ann}})
		changed += n
		return err == nil
	})
	if changed != 0 {
		x.Errorf("after a restart %d things had to be mended", changed)
	}
}
