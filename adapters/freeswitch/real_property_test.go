package freeswitch_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/mediatest"
)

// syntax is what means something to one of FreeSWITCH's parsers, and what a random text is made of.
var syntax = strings.Split("a b { } [ ] < > , = ' \" \\ $ ^^ : ; | & ( ) % / @ # ~ ! ? * + - _ . ` ${hostname} $${domain} %41 ,evil=x 王 ü é \u00a0 ^^: \\s \\' undef", " ")

// texts are all printable ASCII, in pieces that a display shows, and random mixtures.
func texts(n int) []string {
	var ascii []string
	var all strings.Builder
	for r := ' '; r <= '~'; r++ {
		if all.WriteRune(r); all.Len() == 19 {
			ascii = append(ascii, all.String())
			all.Reset()
		}
	}
	ascii = append(ascii, all.String(), "王小明, 李 '四'", " ", "  two  blanks  ", strings.Repeat("'", 7), strings.Repeat(`\`, 5), "^^:x=1:evil=2", "${system(id)}")
	random := rand.New(rand.NewPCG(7, 9))
	for len(ascii) < n {
		var b strings.Builder
		for range 1 + random.IntN(10) {
			b.WriteString(syntax[random.IntN(len(syntax))])
		}
		ascii = append(ascii, b.String())
	}
	return ascii
}

// TestRealProperty: whatever is in the stamp, the name and the number of a dial, a real FreeSWITCH gives it back as it was, rings
// the phone that was meant, and sets nothing else (SECURITY A8). Control characters do not reach it.
func TestRealProperty(t *testing.T) {
	x, b := onReal(t)
	sw, log := x.Switch, x.Told
	phone := b.Phone(t)
	stamps, shown := map[media.LegID]string{}, map[string]string{}
	wants, drops := map[media.LegID]media.Want{}, map[media.LegID]media.Want{}
	for i, text := range texts(60) {
		id := media.LegID(fmt.Sprintf("prop-%d-%s", i, b.ask(t, "create_uuid")))
		stamps[id] = text
		number := fmt.Sprintf("5550%03d", i)
		shown[number] = text
		wants[id] = media.Want{Base: media.Dial{To: phone.Name(), Number: "{,}" + number + "' ${x}"[:2+i%3], Name: text, Stamp: text}}
		drops[id] = media.Want{Base: media.Drop{}}
	}
	for i, bad := range []string{"a\nb", "a\r\nb", "a\x00b", "\x7f", "a\tb"} {
		id := media.LegID(fmt.Sprintf("prop-bad-%d-%s", i, b.ask(t, "create_uuid")))
		x.Must(sw.Do(x.Within(), map[media.LegID]media.Want{id: {Base: media.Dial{To: phone.Name(), Stamp: bad}}}))
		log.Leg(t, media.Refused, id)
		log.Leg(t, media.Gone, id)
	}
	x.Must(sw.Do(x.Within(), wants))
	for range wants {
		party, err := phone.Next(x.Within())
		if err != nil {
			t.Fatalf("%v\n%s", err, log)
		}
		number, name := party.From()
		text, ours := shown[number]
		if !ours || strings.ReplaceAll(name, `\`, "") != strings.ReplaceAll(text, `\`, "") {
			t.Errorf("%q is shown as %q %q", text, number, name)
		}
	}
	reborn, stop := mediatest.WatchUntil(t, b.Open(t))
	up := reborn.Wait(t, "up", func(e media.Event) bool { return e.Kind == media.Up })
	stop()
	found := 0
	for _, g := range up.Legs {
		text, ours := stamps[g.ID]
		if !ours {
			continue
		}
		found++
		if g.Stamp != text {
			t.Errorf("the stamp %q comes back as %q", text, g.Stamp)
		}
		for _, variable := range []string{"evil", "x", "b"} {
			if set := b.ask(t, "uuid_getvar "+string(g.ID)+" "+variable); set != "_undef_" {
				t.Errorf("%q sets %s to %q", text, variable, set)
			}
		}
	}
	if found != len(wants) || phone.Invites() != len(wants) {
		t.Errorf("%d of %d legs are in Up, %d calls", found, len(wants), phone.Invites())
	}
	x.Must(sw.Do(x.Within(), drops))
	for id := range wants {
		log.Leg(t, media.Gone, id)
	}
}
