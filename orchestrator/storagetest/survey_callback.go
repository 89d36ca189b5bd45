package storagetest

import (
	"context"
	"strings"
	"testing"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/survey"
	"tandem/orchestrator/fact"
)

// surveyOfCallback: who was called back is invited as who has called, by the number that was called.
func surveyOfCallback(ctx context.Context, t *testing.T, s Store) {
	sc := surveyed(ctx, t, s, fact.SurveySMS)
	sc.tell("i1", fact.InteractionOpened{Channel: orchestrator.ChannelCallback, Queue: "sales", Who: fact.Person{Number: "+4915112345678"}},
		fact.CallbackRequested{Switch: "ast1", Since: sc.now(), Language: "en"}, fact.ItemQueued{Queue: "sales", Since: sc.now()})
	sc.answered("i1")
	sc.hungUp("i1")
	sc.tell("i2", fact.InteractionOpened{Channel: orchestrator.ChannelChat, Queue: "sales", Who: fact.Person{Number: "+4915112345679"}},
		fact.ItemQueued{Queue: "sales", Since: sc.now()})
	sc.answered("i2")
	sc.hungUp("i2")
	sc.settleWith(s, inviter())
	sent := links(ctx, t, s)
	if len(sent) != 1 || sent[0].To != "+4915112345678" || !strings.Contains(sent[0].Text, "called you back") {
		t.Errorf("who was called back and who wrote are sent %+v", sent)
	}
	if have := surveyOf(ctx, t, s, "i1"); have.State != survey.Invited || have.Agent != "ann" || have.Queue != "sales" {
		t.Errorf("the survey is %+v", have)
	}
}
