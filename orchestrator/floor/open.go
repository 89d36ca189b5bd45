package floor

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/media"
	"tandem/orchestrator/routing"
)

// This file is work that no switch knows of: chats, letters, messages, tickets and promised calls. They wait, are offered and end as
// calls do, with the same facts; only legs they have none. Whoever takes one says so over the API.

type (
	// OpenItem opens a work item of a channel without a line and puts it in the line of a queue.
	OpenItem struct {
		Channel    orchestrator.Channel
		Queue      orchestrator.QueueID // "" when Table says it
		Table      orchestrator.TableID // of decisions, "" for none: adds to priority and skills
		Customer   fact.Person          // Number is the address on the channel
		Subject    string
		Attributes map[string]string
		Priority   int // points, beside those of the queue
		Skills     []orchestrator.Skill
		Previous   orchestrator.InteractionID  // that it goes on from, "" for none: it takes the place that was kept for it
		Place      bool                        // that place must be there: Conflict when nobody can have it any more
		Need       string                      // skills that the place asked for
		Into       *orchestrator.InteractionID // of the item, also of one that the same key opened before
	}
	// CancelItem takes back an item that nobody has accepted.
	CancelItem struct {
		Interaction orchestrator.InteractionID
		Reason      string
	}
	// AcceptOffer takes an offered item.
	AcceptOffer struct{ Offer orchestrator.OfferID }
	// RejectOffer declines an offered item: others are asked first.
	RejectOffer struct{ Offer orchestrator.OfferID }
	// CompleteOffer ends the work on an item. Without a disposition the after-call work begins; with one that ends too.
	CompleteOffer struct {
		Offer       orchestrator.OfferID
		Disposition string
		Notes       string
	}
)

const (
	// MaxAttributes is how many an item may have.
	MaxAttributes = 50
	maxValue      = 1000
	maxSubject    = 200
	maxAddress    = 200
	maxOpen       = 100_000 // items at once

	takenBack = "taken_back" // why an item ended that a client canceled; the client's own words may tell of a person
)

var attributeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

// mediaOf are the classes of work of the channels; a call is one of a channel that is not named.
var mediaOf = map[orchestrator.Channel]routing.Media{
	orchestrator.ChannelChat: routing.Chat, orchestrator.ChannelSMS: routing.Message, orchestrator.ChannelSocial: routing.Message,
	orchestrator.ChannelEmail: routing.Mail, orchestrator.ChannelTicket: routing.Mail, orchestrator.ChannelCallback: routing.Voice,
}

// Media is the class of work that an interaction is for whoever takes it.
func (i *Interaction) Media() routing.Media { return mediaOf[i.Channel] }

// On is the channel of an interaction.
func (i *Interaction) On() orchestrator.Channel {
	if i.Channel == "" {
		return orchestrator.ChannelVoice
	}
	return i.Channel
}

// reached says whether the switch of an interaction can be spoken to; work that no switch knows of always can be.
func (s *State) reached(i *Interaction) bool {
	sw := s.Switches[i.Switch]
	return i.lineless() || sw != nil && sw.Up
}

func (f *Floor) checkItem(c OpenItem) error {
	_, known := mediaOf[c.Channel]
	switch {
	case !known:
		return invalid("channel %q cannot be opened; use chat, email, sms, social, ticket or callback", c.Channel)
	case f.Queues[c.Queue].Queue == "":
		return invalid("there is no queue %q", c.Queue)
	case len([]rune(c.Subject)) > maxSubject || len(c.Customer.Number) > maxAddress || len([]rune(c.Customer.Name)) > maxName:
		return invalid("at most %d characters of subject, %d of address, %d of name", maxSubject, maxAddress, maxName)
	case len(c.Attributes) > MaxAttributes:
		return invalid("at most %d attributes", MaxAttributes)
	case c.Priority < -maxPriority || c.Priority > maxPriority:
		return invalid("priority: -%d to %d", maxPriority, maxPriority)
	case len(f.Interactions) >= maxOpen:
		return &orchestrator.Error{Kind: orchestrator.Limit, Say: "too much waits already; open it again later"}
	}
	for name, value := range c.Attributes {
		if !attributeForm.MatchString(name) || len([]rune(value)) > maxValue {
			return invalid("attribute %q: a name has 1 to 32 of a-z, 0-9 and _, a value at most %d characters", name, maxValue)
		}
	}
	if err := routing.CheckSkills(c.Skills); err != nil {
		return invalid("skills: %s", err)
	}
	return nil
}

func (f *Floor) openItem(c OpenItem) error {
	if c.Place {
		if err := f.claim(&c); err != nil {
			return err
		}
	}
	applied, err := f.direct(&c)
	if err != nil {
		return err
	}
	if err := f.checkItem(c); err != nil {
		return err
	}
	root := f.rootOf(c.Previous)
	if c.Place {
		f.moveOn(f.Interactions[c.Previous])
		f.placeTaken(c.Previous, "")
	}
	id := orchestrator.InteractionID(fmt.Sprintf("i%d", f.Seq+1))
	f.emit(id, fact.InteractionOpened{
		Channel: c.Channel, Queue: c.Queue, Priority: c.Priority, Need: cmp.Or(string(routing.NewNeed(c.Skills...)), c.Need),
		Previous: c.Previous, Root: root,
		Who: fact.Person{Number: c.Customer.Number, Name: c.Customer.Name, Text: c.Subject},
	})
	for _, name := range slices.Sorted(maps.Keys(c.Attributes)) {
		f.emit(id, fact.AttributeSet{Name: name, Who: fact.Person{Text: c.Attributes[name]}})
	}
	if applied != nil {
		f.emit(id, *applied)
	}
	f.enqueue(f.Interactions[id])
	*c.Into = id
	return nil
}

func (f *Floor) cancelItem(c CancelItem) error {
	i := f.Interactions[c.Interaction]
	switch {
	case i == nil:
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("interaction %s is over already, or never was", c.Interaction)}
	case i.Callback != nil:
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("interaction %s is a callback: cancel it with DELETE /callbacks/%s", c.Interaction, c.Interaction)}
	case i.Channel == "":
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("interaction %s is a call: it ends when somebody hangs up", c.Interaction)}
	case !i.inLine():
		return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("interaction %s was accepted by an agent, who completes it", c.Interaction)}
	case len([]rune(c.Reason)) > maxReason:
		return invalid("reason: at most %d characters", maxReason)
	}
	f.withdraw(i, orchestrator.OfferRescinded, fact.ByCustomer, media.CauseNone, false)
	f.emit(i.ID, fact.ItemEnded{Queue: i.Queue, State: orchestrator.ItemCanceled, Reason: takenBack, Wait: f.waited(i), Who: fact.Person{Text: c.Reason}})
	f.emit(i.ID, fact.InteractionEnded{})
	return nil
}

// offered finds an offer of work that no switch knows of.
func (f *Floor) offered(id orchestrator.OfferID) (*Interaction, *Offer, error) {
	o := f.Offers[id]
	switch {
	case o == nil:
		return nil, nil, &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("offer %s is over already, or never was", id)}
	case o.Leg != "":
		return nil, nil, &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("offer %s is a call: it is answered, declined and ended at the phone", id)}
	}
	return f.Interactions[o.Interaction], o, nil
}

func notSo(o *Offer, want string) error {
	return &orchestrator.Error{Kind: orchestrator.Conflict, Say: fmt.Sprintf("offer %s is %s, not %s", o.ID, o.State, want)}
}

func (f *Floor) acceptOffer(c AcceptOffer) error {
	i, o, err := f.offered(c.Offer)
	switch {
	case err != nil:
		return err
	case o.State != orchestrator.OfferDelivering:
		return notSo(o, "waiting for an answer")
	}
	f.emit(i.ID, fact.OfferConnected{Offer: o.ID, Agent: o.Agent, Queue: o.Queue, Wait: f.waited(i)})
	return nil
}

func (f *Floor) rejectOffer(c RejectOffer) error {
	i, o, err := f.offered(c.Offer)
	switch {
	case err != nil:
		return err
	case o.State != orchestrator.OfferDelivering:
		return notSo(o, "waiting for an answer")
	}
	f.endOffer(i, o, media.CauseRejected, 0)
	return nil
}

func (f *Floor) completeOffer(c CompleteOffer) error {
	i, o, err := f.offered(c.Offer)
	switch {
	case err != nil:
		return err
	case o.State != orchestrator.OfferConnected && o.State != orchestrator.OfferWrapping:
		return notSo(o, "accepted")
	case c.Disposition == "" && (o.State == orchestrator.OfferWrapping || c.Notes != ""):
		return invalid("disposition: after-call work ends with one, and notes go with it, such as \"solved\"")
	case c.Disposition != "" && !dispositionForm.MatchString(c.Disposition):
		return invalid("disposition: 1 to 64 of a-z, 0-9, _ and -, such as \"solved\"")
	case len([]rune(c.Notes)) > maxNotes:
		return invalid("notes: at most %d characters", maxNotes)
	}
	if c.Disposition == "" {
		f.endTalk(i, o, fact.ByAgent, media.CauseNone, false)
		return nil
	}
	if o.State == orchestrator.OfferConnected {
		f.talkOver(i, o, fact.ByAgent, media.CauseNone, false)
	}
	f.endWrapUp(i, o, c.Disposition, fact.Person{Text: c.Notes})
	return nil
}

func (f *Floor) applyOpened(e fact.Entry, x fact.InteractionOpened) {
	f.Interactions[e.About] = &Interaction{
		ID: e.About, Channel: x.Channel, Queue: x.Queue, Priority: x.Priority, Need: x.Need, Who: x.Who,
		State: orchestrator.ItemNew, Arrived: e.At, Previous: x.Previous, Root: x.Root,
	}
	if before := f.Interactions[x.Previous]; before != nil {
		before.Next = e.About
	}
}
