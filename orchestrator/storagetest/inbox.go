package storagetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator/desk/notify"
)

var inboxCases = []testCase{
	{"keeps a text and what it means", inboxKeeps},
	{"keeps a text that has a name once", inboxOnce},
	{"puts a long text together, in any order", inboxJoins},
	{"puts the parts of many long texts together when they come at the same time", inboxJoinsAtOnce},
}

// received is a text to the centre.
func received(key, from, text string, j notify.Joint) notify.Text {
	return notify.Text{Key: key, Route: "a", From: from, To: "7000", Text: text, Received: noon, Joint: j}
}

// meant reads a text as Reception does.
func meant(whole string) notify.Meaning {
	m := notify.Meaning{Word: notify.Meant(whole)}
	if m.Word != notify.NoWord {
		m.Reply = notify.SMS{Key: "word:" + whole, Class: notify.Reply, To: "+491511", Text: "noted", Created: noon}
	}
	return m
}

func inboxKeeps(ctx context.Context, t *testing.T, s Store) {
	for _, text := range []string{"Stop", "hello", "stop"} {
		must(t, s.KeepText(ctx, received("", "+491511", text, notify.Joint{}), meant))
	}
	list := get[[]notify.Text](t)(s.Texts(ctx, 0, 2))
	if len(list) != 2 || list[0].Word != notify.Stop || list[1].Text != "hello" || list[1].Word != notify.NoWord || list[1].From != "+491511" ||
		list[1].To != "7000" || list[1].Route != "a" || !list[1].Received.Equal(noon) {
		t.Errorf("texts are %+v", list)
	}
	if rest := get[[]notify.Text](t)(s.Texts(ctx, list[1].ID, 2)); len(rest) != 1 || rest[0].Text != "Stop" {
		t.Errorf("the next page is %+v", rest)
	}
	outs := get[[]notify.OptOut](t)(s.OptOuts(ctx, "", 9))
	if len(outs) != 1 || outs[0].Number != "+491511" || outs[0].Said == "" || outs[0].Since.IsZero() {
		t.Errorf("opted out are %+v", outs)
	}
	replies := get[[]notify.SMS](t)(s.ClaimSMS(ctx, 9, time.Hour))
	if len(replies) != 2 || replies[0].Class != notify.Reply || replies[0].Text != "noted" {
		t.Fatalf("answered is %+v", replies)
	}
	if !get[bool](t)(s.LeaveSMS(ctx, replies[0], time.Hour)) {
		t.Error("who has just opted out is not told so")
	}
	must(t, s.KeepText(ctx, received("", "+491511", "START", notify.Joint{}), meant))
	if outs := get[[]notify.OptOut](t)(s.OptOuts(ctx, "", 9)); len(outs) != 0 {
		t.Errorf("still opted out: %+v", outs)
	}
	must(t, s.SetOptOut(ctx, "+491512", true))
	must(t, s.SetOptOut(ctx, "+491512", true))
	must(t, s.SetOptOut(ctx, "+491513", false))
	must(t, s.SetOptOut(ctx, "+491510", true))
	outs = get[[]notify.OptOut](t)(s.OptOuts(ctx, "", 9))
	if len(outs) != 2 || outs[0].Number != "+491510" || outs[1].Number != "+491512" {
		t.Errorf("opted out are %+v", outs)
	}
	if rest := get[[]notify.OptOut](t)(s.OptOuts(ctx, "+491510", 9)); len(rest) != 1 || rest[0].Number != "+491512" {
		t.Errorf("the next page is %+v", rest)
	}
}

func inboxOnce(ctx context.Context, t *testing.T, s Store) {
	for range 2 {
		must(t, s.KeepText(ctx, received("k1", "+491511", "stop", notify.Joint{}), meant))
		must(t, s.KeepText(ctx, received("", "+491511", "yes", notify.Joint{}), meant)) // Without a name each is a text.
	}
	if list := get[[]notify.Text](t)(s.Texts(ctx, 0, 9)); len(list) != 3 {
		t.Errorf("texts are %+v", list)
	}
}

func inboxJoins(ctx context.Context, t *testing.T, s Store) {
	part := func(from, text string, ref, n int) {
		t.Helper()
		must(t, s.KeepText(ctx, received("", from, text, notify.Joint{Ref: ref, Total: 3, Part: n}), meant))
	}
	part("+491511", "O", 9, 2)
	part("+491512", "else ", 9, 1)
	part("+491511", "P", 9, 3)
	part("+491511", "P", 9, 3) // again, because our answer was lost
	if list := get[[]notify.Text](t)(s.Texts(ctx, 0, 9)); len(list) != 0 {
		t.Errorf("half a text is shown: %+v", list)
	}
	part("+491511", "ST", 9, 1)
	part("+491511", "the ", 9, 1) // the same phone uses the number again
	part("+491511", "", 9, 2)
	part("+491511", "end", 9, 3)
	list := get[[]notify.Text](t)(s.Texts(ctx, 0, 9))
	if len(list) != 2 || list[1].Text != "STOP" || list[1].Word != notify.Stop || list[0].Text != "the end" || list[0].Word != notify.NoWord {
		t.Errorf("texts are %+v", list)
	}
	if outs := get[[]notify.OptOut](t)(s.OptOuts(ctx, "", 9)); len(outs) != 1 {
		t.Errorf("opted out are %+v", outs)
	}
}

func inboxJoinsAtOnce(ctx context.Context, t *testing.T, s Store) {
	const texts, parts = 6, 4
	var wg sync.WaitGroup
	for ref := range texts {
		for n := range parts {
			wg.Go(func() {
				x := received("", "+491511", string(rune('a'+n)), notify.Joint{Ref: ref, Total: parts, Part: n + 1})
				if err := s.KeepText(ctx, x, meant); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	list := get[[]notify.Text](t)(s.Texts(ctx, 0, 99))
	for _, x := range list {
		if x.Text != "abcd" {
			t.Errorf("put together is %q", x.Text)
		}
	}
	if len(list) != texts {
		t.Errorf("%d texts of %d", len(list), texts)
	}
}
