package storagetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/place"
	"tandem/orchestrator/desk/survey"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

var placeCases = []testCase{{"are led to by a link that is texted once and erased with the number", placesLinked}}

const placeToken = "ABCDEFGHIJKLMNOPQRSTUVWX23"

func placesLinked(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAnswered)
	sc.queued("i1", "+4915155555")
	sc.tell("i1", fact.ChatOffered{Until: at(time.Hour), Who: fact.Person{Text: "Go on at {link}."}})
	sc.queued("i2", "+4915166666")
	sc.tell("i2", fact.ChatOffered{Until: at(time.Second), Who: fact.Person{Text: "Go on at {link}."}}) // too late to be of use
	sc.tell("i1", fact.ItemEnded{Queue: "sales", State: orchestrator.ItemFlowedOut}, fact.InteractionEnded{Why: media.CauseHangup})
	linker := place.Linker{Address: "https://chat.example/start?place={place}", Token: func() string { return placeToken }, Now: func() time.Time { return at(time.Minute) }}
	stop := follow(ctx, t, s, desk.ReactionsWith(survey.Inviter{}, linker)...)
	sc.seen(s)
	stop()
	texts := get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{}))
	if len(texts) != 1 || texts[0].To != "+4915155555" || texts[0].Text != "Go on at https://chat.example/start?place="+placeToken+"." {
		t.Fatalf("the texts are %+v", texts)
	}
	if strings.Contains(notify.Veiled(texts[0].Text), placeToken) {
		t.Error("the text shows its secret to everybody")
	}
	if id := get[orchestrator.InteractionID](t)(s.PlaceOf(ctx, place.Token(placeToken).Sum())); id != "i1" {
		t.Errorf("the link leads to %s", id)
	}
	_, err := s.PlaceOf(ctx, place.Token("another").Sum())
	kind(t, "another link", err, orchestrator.NotFound)
	must(t, second(s.Erase(ctx, "+4915155555")))
	_, err = s.PlaceOf(ctx, place.Token(placeToken).Sum())
	kind(t, "an erased link", err, orchestrator.NotFound)
}
