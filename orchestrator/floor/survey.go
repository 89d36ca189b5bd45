package floor

import (
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/flow"
	"tandem/orchestrator/media"
)

// Survey is the rating of a call on its line. After the talk it is
//
//	         SurveyAsked
//	(talked) ──────────> asked ──┬── SurveyAnswered ──> thanked ──> dropped
//	                      ↑ │    └── wrong, silent or failed ────────↑
//	                      └─┘ once more
//
// and always on a Prompt: a customer in it who hears none is dropped, so that nobody is left standing.
type Survey struct {
	Queue  orchestrator.QueueID
	Agent  orchestrator.AgentID // who is rated; "" by a node of a flow
	Score  int                  // that was given; 0 for none yet
	Asking asking               // after the talk; a flow's question is the flow's
}

// NoteSurvey writes down what the desk did about a rating after the call: Invited or Answered, whichever is not zero.
type NoteSurvey struct {
	Interaction orchestrator.InteractionID
	Invited     fact.SurveyInvited
	Answered    fact.SurveyAnswered
}

const (
	surveyTries = 2
	surveyWait  = 6 * time.Second // for the key
	// surveyLost is how often the question is put again because nobody knows what came of it.
	surveyLost = 1
)

// The recordings that are heard after the talk, in each language.
const (
	SurveyAsk    = "survey-ask"
	SurveyThanks = "survey-thanks"
)

// talked says whether the conversation of a call is over and nothing is routed any more.
func (i *Interaction) talked() bool {
	return i.State == orchestrator.ItemWrapping || i.State == orchestrator.ItemDone
}

// rated says whether the customer has given a rating.
func (i *Interaction) rated() bool { return i.Survey != nil && i.Survey.Score != 0 }

// survey asks the customer who stays after the agent has hung up. The agent has nothing to do with it any more.
func (f *Floor) survey(i *Interaction, o *Offer) {
	if i.Gone || i.Away || i.rated() || !f.Queues[o.Queue].Survey.ByKey() {
		return
	}
	f.emit(i.ID, fact.SurveyAsked{Queue: o.Queue, Agent: o.Agent, Language: f.language(i)})
	f.askRating(i, 1, 0)
}

// askRating puts the question once. The customer may press before it is over.
func (f *Floor) askRating(i *Interaction, try, lost int) {
	f.ask(i, flow.Ask{Speech: f.speech(i, SurveyAsk), Try: try, Max: 1, Wait: surveyWait}, lost)
}

// surveyHeard goes on after the question or the thanks. Without a next prompt the call ends here.
func (f *Floor) surveyHeard(i *Interaction, asked asking, why media.Cause, keys string) {
	if asked.Max == 0 || i.Gone || i.Away {
		return
	}
	switch why {
	case media.CauseHangup, media.CauseFailed: // gone, or there is no such recording
	case media.CauseUnknown, media.CauseLost, media.CauseStopped:
		if asked.Lost < surveyLost {
			f.askRating(i, asked.Try, asked.Lost+1)
		}
	default:
		if score := flow.Score(keys); score != 0 {
			f.emit(i.ID, fact.SurveyAnswered{Queue: i.Survey.Queue, Agent: i.Survey.Agent, Root: i.Root, Score: score, Via: fact.ViaKey})
			f.emit(i.ID, f.prompt(f.speech(i, SurveyThanks), f.cfg.GreetingMax))
		} else if asked.Try < surveyTries {
			f.askRating(i, asked.Try+1, 0)
		}
	}
}

// surveyWant lets the customer hear the question in silence. No guard: what the fallback is for, waiting, is over, and without us
// the customer just hangs up.
func (i *Interaction) surveyWant() media.Want {
	return media.Want{Base: media.Music{}, Task: i.task()}
}

// language is what is spoken with a caller.
func (f *Floor) language(i *Interaction) string {
	if i.Walk != nil {
		return i.Walk.Language
	}
	if i.Callback != nil {
		return i.Callback.Language
	}
	return f.cfg.Language
}

// speech is one of Tandem's own recordings in the language of a call.
func (f *Floor) speech(i *Interaction, name string) flow.Speech {
	return flow.Speech{Prompts: "prompt:" + f.language(i) + "/" + name}
}

// noteSurvey takes down what happened after the call, of which the floor knows nothing any more.
func (f *Floor) noteSurvey(c NoteSurvey) {
	if !c.Invited.Expires.IsZero() {
		f.emit(c.Interaction, c.Invited)
	}
	if c.Answered.Score != 0 {
		f.emit(c.Interaction, c.Answered)
	}
}

func (f *Floor) applySurvey(e fact.Entry) {
	i := f.Interactions[e.About]
	if i == nil {
		return // It is long over: an answer from the page.
	}
	if i.Survey == nil {
		i.Survey = &Survey{}
	}
	switch x := e.Fact.(type) {
	case fact.SurveyAsked:
		i.Survey.Queue, i.Survey.Agent = x.Queue, x.Agent
	case fact.SurveyAnswered:
		if i.Survey.Score == 0 {
			i.Survey.Score = x.Score
		}
	}
	f.settle(i)
}

// askingOf is how a prompt waits for keys.
func askingOf(x fact.PromptBegun) asking {
	return asking{x.Max, x.End, x.Quiet, x.Longest, x.Try, x.Lost}
}
