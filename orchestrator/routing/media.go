package routing

import "slices"

// Media is a class of work that takes people in the same way.
type Media uint8

// The media classes.
const (
	Voice   Media = iota // calls and callbacks: ears and mouth
	Chat                 // live text: an answer is expected within a minute
	Message              // SMS, social and other text whose customer comes and goes
	Mail                 // e-mail and tickets: hours
	Medias               // how many there are
)

var mediaNames = [Medias]string{"voice", "chat", "message", "mail"}

func (m Media) String() string {
	if m < Medias {
		return mediaNames[m]
	}
	return "unknown"
}

// MediaNamed finds a media class by its name.
func MediaNamed(name string) (Media, bool) {
	i := slices.Index(mediaNames[:], name)
	return Media(max(i, 0)), i >= 0
}

// MediaSet is a set of media classes.
type MediaSet uint8

// Set makes a set of media.
func Set(media ...Media) MediaSet {
	var s MediaSet
	for _, m := range media {
		s |= 1 << m
	}
	return s
}

// Has says whether m is in the set.
func (s MediaSet) Has(m Media) bool { return s&(1<<m) != 0 }

// Load is how many items of each media class a person has in hand, offers included.
type Load [Medias]int

// Capacity is how much one person carries at once.
type Capacity struct {
	Slots  [Medias]int      // the most of each class; 0: this person does not do it
	Total  int              // the most of all classes together; 0: no such limit
	During [Medias]MediaSet // the interrupt matrix: what else may be in hand when an item of this class is offered
}

// Usual is what centres begin with: one call, during which nothing else comes; three chats, five message threads or two letters at
// once. A call or a chat may interrupt what is not live, never each other.
func Usual() Capacity {
	return Capacity{
		Slots: [Medias]int{Voice: 1, Chat: 3, Message: 5, Mail: 2},
		Total: 6,
		During: [Medias]MediaSet{
			Voice: Set(Message, Mail), Chat: Set(Message, Mail), Message: Set(Chat, Mail), Mail: Set(Message),
		},
	}
}

// Open says what may be offered to a person who has load in hand.
func (c Capacity) Open(load Load) MediaSet {
	var inHand MediaSet
	total := 0
	for m, n := range load {
		total += n
		if n > 0 {
			inHand |= 1 << m
		}
	}
	if c.Total > 0 && total >= c.Total {
		return 0
	}
	var open MediaSet
	for m := range Medias {
		others := inHand &^ (1 << m)
		if load[m] < c.Slots[m] && others&^c.During[m] == 0 {
			open |= 1 << m
		}
	}
	return open
}
