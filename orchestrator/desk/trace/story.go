package trace

import (
	"strconv"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
)

const (
	maxSpans  = 500 // of one interaction; what is more is counted on the first span
	maxEvents = 100 // of one span
)

// The names of the spans that can go on, each at most once at a time; offers go on by their id.
const (
	inFlow   = "flow"
	inLookup = "lookup"
	inQueue  = "queue"
	inTalk   = "talk"
	onTape   = "recording"
	inWrap   = "wrap-up"
	inSurvey = "survey"
	inOffer  = "offer"
)

// story is an interaction that goes on, as spans.
type story struct {
	cell     string
	id       orchestrator.InteractionID
	spans    []Span
	open     map[string]int // what goes on, by its place in spans
	lost     int            // spans that did not fit
	itemOver bool           // the work item has ended
	gone     bool           // the customer's leg is over
	last     time.Time
}

// begins says whether an interaction begins with a fact.
func begins(f fact.Fact) bool {
	switch f.(type) {
	case fact.InteractionArrived, fact.InteractionOpened:
		return true
	}
	return false
}

// late says whether a fact may come when an interaction is over.
func late(f fact.Fact) bool {
	switch f.(type) {
	case fact.LegGone, fact.RecordingFailed, fact.SurveyInvited, fact.SurveyAnswered:
		return true
	}
	return false
}

func newStory(cell string, e fact.Entry) *story {
	s := &story{cell: cell, id: e.About, open: map[string]int{}}
	root := Span{ID: s.root(), Name: "interaction", Start: e.At}
	root.set(text("interaction", e.About), text("cell", cell))
	switch x := e.Fact.(type) {
	case fact.InteractionArrived:
		root.set(text("channel", orchestrator.ChannelVoice), text("switch", x.Switch), text("leg", x.Leg), text("previous", x.Previous))
	case fact.InteractionOpened:
		root.set(text("channel", x.Channel))
	}
	s.spans = append(s.spans, root)
	s.last = e.At
	return s
}

func (s *story) root() SpanID { return spanOf(s.cell, s.id, "interaction", "") }

// over says whether the customer has gone and nobody works on it any more.
func (s *story) over() bool { return s.itemOver && s.gone }

// begin opens a span under another that goes on; "" is the interaction itself.
func (s *story) begin(key, name, under string, e fact.Entry, list ...Attribute) {
	s.end(key, e.At)
	if len(s.spans) >= maxSpans {
		s.lost++
		return
	}
	span := Span{ID: spanOf(s.cell, s.id, name, strconv.FormatInt(e.Seq, 10)), Parent: s.root(), Name: name, Start: e.At}
	if i, there := s.open[under]; there {
		span.Parent = s.spans[i].ID
	}
	span.set(list...)
	s.spans = append(s.spans, span)
	s.open[key] = len(s.spans) - 1
}

// end closes what goes on under a key, if it does.
func (s *story) end(key string, at time.Time, list ...Attribute) {
	if i, there := s.open[key]; there {
		s.spans[i].End = at
		s.spans[i].set(list...)
		delete(s.open, key)
	}
}

// fail says why what goes on is an error.
func (s *story) fail(key, why string) {
	if i, there := s.open[key]; there {
		s.spans[i].Failed = why
	}
}

// moment notes something in what goes on.
func (s *story) moment(key, name string, at time.Time, list ...Attribute) {
	if i, there := s.open[key]; there && len(s.spans[i].Events) < maxEvents {
		s.spans[i].Events = append(s.spans[i].Events, Event{Name: name, At: at, Attributes: list})
	}
}

// add folds the next fact in.
func (s *story) add(e fact.Entry) {
	s.last = e.At
	if s.addWalk(e) || s.addOffer(e) {
		return
	}
	root := &s.spans[0]
	switch x := e.Fact.(type) {
	case fact.ItemQueued:
		s.end(inFlow, e.At, text("ending", "queued"))
		s.end(inQueue, e.At, text("ending", "moved"))
		s.begin(inQueue, inQueue, "", e, text("queue", x.Queue), number("place", x.Place))
	case fact.ItemRequeued:
		s.begin(inQueue, inQueue, "", e, text("queue", x.Queue), number("place", x.Place), text("lost", x.Offer))
	case fact.ItemWidened:
		s.moment(inQueue, "widened", e.At, number("step", x.Ring))
	case fact.ItemEnded:
		s.itemOver = true
		s.end(inQueue, e.At, text("ending", x.State))
		root.set(text("queue", x.Queue), text("agent", x.Agent), text("ending", x.State))
		if x.State != orchestrator.ItemDone && x.State != orchestrator.ItemCanceled { // Those may be words of an agent or a client.
			root.set(text("reason", x.Reason))
		}
	case fact.InteractionLeft:
		root.Events = append(root.Events, Event{Name: "left to the switch's fallback", At: e.At})
	case fact.InteractionReturned:
		root.Events = append(root.Events, Event{Name: "returned", At: e.At})
	case fact.InteractionEnded:
		s.gone = true
		root.set(text("hangup", x.Why), text("next", x.Next))
		if x.Estimated {
			root.set(truth("estimated", true))
		}
		if x.Why == media.CauseLost {
			root.Failed = "the call was lost"
		}
	case fact.RecordingFailed:
		s.fail(onTape, "not recorded to its end")
	}
}

// addWalk folds in what happens in a flow; false when that is not its matter.
func (s *story) addWalk(e fact.Entry) bool {
	switch x := e.Fact.(type) {
	case fact.FlowEntered:
		s.begin(inFlow, inFlow, "", e, text("flow", x.Flow), number("version", x.Version), text("language", x.Language))
	case fact.FlowUnreadable:
		s.begin(inFlow, inFlow, "", e, text("flow", x.Flow), number("version", x.Version))
		s.fail(inFlow, "this program cannot read the flow")
		s.end(inFlow, e.At)
	case fact.NodeEntered:
		s.moment(inFlow, "node", e.At, text("node", x.Node))
	case fact.LookupBegun:
		s.begin(inLookup, inLookup, inFlow, e, text("lookup", x.Lookup))
	case fact.LookupEnded:
		if !x.Found {
			s.fail(inLookup, "no answer as expected")
		}
		s.end(inLookup, e.At, truth("found", x.Found))
	case fact.QueueLeft:
		s.end(inQueue, e.At, text("ending", "left"))
		s.begin(inFlow, inFlow, "", e)
	case fact.CallTransferred:
		s.end(inFlow, e.At, text("ending", "transferred"))
	case fact.SMSAsked:
		s.begin("sms", "sms", inFlow, e)
		s.end("sms", e.At, text("asked_by", "flow"))
	case fact.SurveyAsked:
		s.begin(inSurvey, inSurvey, "", e, text("queue", x.Queue), text("agent", x.Agent))
	case fact.SurveyAnswered:
		s.end(inSurvey, e.At, text("ending", "answered"))
	default:
		return false
	}
	return true
}

// addOffer folds in what happens between the work item and an agent; false when that is not its matter.
func (s *story) addOffer(e fact.Entry) bool {
	switch x := e.Fact.(type) {
	case fact.OfferMade:
		s.begin(string(x.Offer), inOffer, inQueue, e, text("offer", x.Offer), text("agent", x.Agent), text("queue", x.Queue), text("leg", x.Leg))
	case fact.OfferAlerting:
		s.moment(string(x.Offer), "alerting", e.At)
	case fact.OfferConnected:
		s.end(string(x.Offer), e.At, text("ending", orchestrator.OfferConnected))
		s.end(inQueue, e.At, text("ending", "connected"))
		s.begin(inTalk, inTalk, "", e, text("offer", x.Offer), text("agent", x.Agent), text("queue", x.Queue))
		if x.Tape != "" {
			s.begin(onTape, onTape, inTalk, e, text("tape", x.Tape))
		}
	case fact.OfferEnded:
		switch x.State {
		case orchestrator.OfferDeviceFailed, orchestrator.OfferLost:
			s.fail(string(x.Offer), string(x.State))
		}
		s.end(string(x.Offer), e.At, text("ending", x.State), text("cause", x.Why))
	case fact.TalkEnded:
		s.end(onTape, e.At)
		if x.Why == media.CauseLost {
			s.fail(inTalk, "lost")
		}
		s.end(inTalk, e.At, text("by", x.By), text("cause", x.Why))
		s.begin(inWrap, inWrap, "", e, text("offer", x.Offer), text("agent", x.Agent))
	case fact.WrapUpEnded:
		s.end(inWrap, e.At)
	default:
		return false
	}
	return true
}

// trace closes everything.
func (s *story) trace() Trace {
	s.spans[0].End = s.last
	for _, i := range s.open {
		s.spans[i].End = s.last
	}
	clear(s.open)
	if s.lost > 0 {
		s.spans[0].set(number("spans_dropped", s.lost))
	}
	return Trace{ID: IDOf(s.cell, s.id), Interaction: s.id, Spans: s.spans}
}
