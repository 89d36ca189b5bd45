package freeswitch_test

import (
	"strings"
	"testing"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// TestRealEncoding: what goes into an originate comes out of a real FreeSWITCH as it was: the stamp from the channel's variable, by
// a program that has just started; the name on the phone's display; and no other variable is set (SECURITY A8).
func TestRealEncoding(t *testing.T) {
	x, b := onReal(t)
	sw, log := x.Switch, x.Told
	phone := b.Phone(t)
	for _, text := range []string{
		`a}b`, `{evil=b}`, `x,evil=c`, `a'b`, `''`, `a\,b`, `\`, `${hostname}`, `$\{x}`, `$${hostname}`, `^^:evil:b`, `a b`, `[evil=1]`,
		`"x" <sip:a@b>`, `a|b`, `&park()`, `a;b`, `%41`, `%`, `ünï 王`, `a=b=c`, `tel:/x@y`, `}evil=1`, ``,
	} {
		id := media.LegID("enc-" + b.ask(t, "create_uuid")) // a name is used once, ever
		x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{id: {Base: media.Dial{To: phone.Name(), Number: "5550100", Name: text, Stamp: text}}}))
		party, err := phone.Next(x.Within())
		if err != nil {
			t.Fatalf("%q: %v\n%s", text, err, log)
		}
		if number, name := party.From(); number != "5550100" || strings.ReplaceAll(name, `\`, "") != strings.ReplaceAll(text, `\`, "") {
			t.Errorf("%q is shown as %q %q", text, number, name)
		}
		if text == "" {
			if listed := b.ask(t, "uuid_getvar "+string(id)+" caller_id_name"); strings.ContainsAny(listed, `"%`) {
				t.Errorf("a call without a name is listed as %q", listed)
			}
		}
		for _, variable := range []string{"evil", "b", "x"} {
			if set := b.ask(t, "uuid_getvar "+string(id)+" "+variable); set != "_undef_" {
				t.Errorf("%q sets %s to %q", text, variable, set)
			}
		}
		again := b.Open(t)
		reborn, stop := mediatest.WatchUntil(t, again)
		up := reborn.Wait(t, "up", func(e media.Event) bool { return e.Kind == media.Up })
		stop()
		found := false
		for _, g := range up.Legs {
			if g.ID == id {
				found = true
				if g.Stamp != text {
					t.Errorf("the stamp %q comes back as %q", text, g.Stamp)
				}
			}
		}
		if !found {
			t.Errorf("%q: the leg is not in Up", text)
		}
		x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{id: {Base: media.Drop{}}}))
		log.Leg(t, media.Gone, id)
	}
}
