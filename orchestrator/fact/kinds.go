package fact

import "encoding/json"

// kinds knows how to read every kind of fact that was ever written.
var kinds = map[string]decoder{
	SwitchUp{}.Kind():            plain[SwitchUp],
	SwitchDown{}.Kind():          plain[SwitchDown],
	SwitchMissed{}.Kind():        plain[SwitchMissed],
	StrayFound{}.Kind():          plain[StrayFound],
	StrayGone{}.Kind():           plain[StrayGone],
	OrderRefused{}.Kind():        plain[OrderRefused],
	QueueDefined{}.Kind():        plain[QueueDefined],
	AgentStatusSet{}.Kind():      plain[AgentStatusSet],
	PhoneChanged{}.Kind():        plain[PhoneChanged],
	PhoneMade{}.Kind():           plain[PhoneMade],
	PhoneRenewed{}.Kind():        plain[PhoneRenewed],
	PhoneRemoved{}.Kind():        plain[PhoneRemoved],
	TrunkSet{}.Kind():            plain[TrunkSet],
	TrunkRemoved{}.Kind():        plain[TrunkRemoved],
	InteractionReturned{}.Kind(): plain[InteractionReturned],
	InteractionLeft{}.Kind():     plain[InteractionLeft],
	InteractionEnded{}.Kind():    plain[InteractionEnded],
	PromptEnded{}.Kind():         plain[PromptEnded],
	CustomersSought{}.Kind():     plain[CustomersSought],
	ItemQueued{}.Kind():          plain[ItemQueued],
	ItemRequeued{}.Kind():        plain[ItemRequeued],
	ItemWidened{}.Kind():         plain[ItemWidened],
	PlaceKept{}.Kind():           plain[PlaceKept],
	CallbackRequested{}.Kind():   plain[CallbackRequested],
	CallbackWaits{}.Kind():       plain[CallbackWaits],
	OfferAccepted{}.Kind():       plain[OfferAccepted],
	AgentTold{}.Kind():           plain[AgentTold],
	CustomerDialled{}.Kind():     plain[CustomerDialled],
	CustomerGivenUp{}.Kind():     plain[CustomerGivenUp],
	CustomerMissed{}.Kind():      plain[CustomerMissed],
	CustomerCalledIn{}.Kind():    plain[CustomerCalledIn],
	CallbackResumed{}.Kind():     plain[CallbackResumed],
	OfferMade{}.Kind():           plain[OfferMade],
	OfferAlerting{}.Kind():       plain[OfferAlerting],
	OfferConnected{}.Kind():      plain[OfferConnected],
	OfferEnded{}.Kind():          plain[OfferEnded],
	TalkEnded{}.Kind():           plain[TalkEnded],
	LegGone{}.Kind():             plain[LegGone],
	RecordingFailed{}.Kind():     plain[RecordingFailed],
	CommandDone{}.Kind():         plain[CommandDone],
	CodeDialled{}.Kind():         plain[CodeDialled],
	CodeSaid{}.Kind():            plain[CodeSaid],
	CodeEnded{}.Kind():           plain[CodeEnded],
	DayBegun{}.Kind():            plain[DayBegun],
	PersonErased{}.Kind():        plain[PersonErased],
	LoanBegun{}.Kind():           plain[LoanBegun],
	LoanEnded{}.Kind():           plain[LoanEnded],
	FlowPublished{}.Kind():       plain[FlowPublished],
	RulesPublished{}.Kind():      plain[RulesPublished],
	FlowUnreadable{}.Kind():      plain[FlowUnreadable],
	FlowEntered{}.Kind():         plain[FlowEntered],
	LanguageChosen{}.Kind():      plain[LanguageChosen],
	LookupBegun{}.Kind():         plain[LookupBegun],
	RoutingAsked{}.Kind():        plain[RoutingAsked],
	LookupEnded{}.Kind():         plain[LookupEnded],
	CallTransferred{}.Kind():     plain[CallTransferred],
	TicketAsked{}.Kind():         plain[TicketAsked],
	SurveyAsked{}.Kind():         plain[SurveyAsked],
	SurveyInvited{}.Kind():       plain[SurveyInvited],
	SurveyAnswered{}.Kind():      plain[SurveyAnswered],

	AgentDefined{}.Kind(): func(body []byte, p Person) (Fact, error) {
		var f AgentDefined
		err := json.Unmarshal(body, &f)
		f.Who = p
		return f, err
	},
	InteractionArrived{}.Kind(): func(body []byte, p Person) (Fact, error) {
		var f InteractionArrived
		err := json.Unmarshal(body, &f)
		f.Who = p
		return f, err
	},
	InteractionOpened{}.Kind(): func(body []byte, p Person) (Fact, error) {
		var f InteractionOpened
		err := json.Unmarshal(body, &f)
		f.Who = p
		return f, err
	},
	ItemEnded{}.Kind(): func(body []byte, p Person) (Fact, error) {
		var f ItemEnded
		err := json.Unmarshal(body, &f)
		f.Who = p
		return f, err
	},
	WrapUpEnded{}.Kind(): func(body []byte, p Person) (Fact, error) {
		var f WrapUpEnded
		err := json.Unmarshal(body, &f)
		f.Who = p
		return f, err
	},
	NumberForbidden{}.Kind(): func(_ []byte, p Person) (Fact, error) { return NumberForbidden{p}, nil },
	NumberAllowed{}.Kind():   func(_ []byte, p Person) (Fact, error) { return NumberAllowed{p}, nil },
	PromptBegun{}.Kind(): func(body []byte, p Person) (Fact, error) {
		var f PromptBegun
		err := json.Unmarshal(body, &f)
		f.Who = p
		return f, err
	},
	AttributeSet{}.Kind(): func(body []byte, p Person) (Fact, error) {
		var f AttributeSet
		err := json.Unmarshal(body, &f)
		f.Who = p
		return f, err
	},
	CustomerFound{}.Kind(): func(body []byte, p Person) (Fact, error) {
		var f CustomerFound
		err := json.Unmarshal(body, &f)
		f.Who = p
		return f, err
	},
	ChatOffered{}.Kind(): func(body []byte, p Person) (Fact, error) {
		var f ChatOffered
		err := json.Unmarshal(body, &f)
		f.Who = p
		return f, err
	},
	SMSAsked{}.Kind(): func(body []byte, p Person) (Fact, error) {
		var f SMSAsked
		err := json.Unmarshal(body, &f)
		f.Who = p
		return f, err
	},
	NodeEntered{}.Kind(): func(body []byte, p Person) (Fact, error) {
		var f NodeEntered
		err := json.Unmarshal(body, &f)
		f.Who = p
		return f, err
	},
	RulesApplied{}.Kind(): func(body []byte, p Person) (Fact, error) {
		var f RulesApplied
		err := json.Unmarshal(body, &f)
		f.Who = p
		return f, err
	},
	QueueLeft{}.Kind(): func(body []byte, p Person) (Fact, error) {
		var f QueueLeft
		err := json.Unmarshal(body, &f)
		f.Who = p
		return f, err
	},
}
