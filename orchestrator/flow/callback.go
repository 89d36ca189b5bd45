package flow

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"tandem/orchestrator"
)

// Callback lets the caller give up the line for a promised call. The number is told (Say, as the attribute callback_number) and confirmed by
// key 1; by key 2 another one is keyed in, where Enter says how. Who comes out of a line keeps the place in it; anybody else stands in
// the line of Queue from then on. After the booking Booked is heard and the call ends.
type Callback struct {
	Try
	Queue              orchestrator.QueueID
	Say, Enter, Booked []Part
	refused, otherwise target
	line               int
}

// Book books the callback; when the number may not be called, the call goes on at Refused.
type Book struct {
	Speech
	Queue           orchestrator.QueueID
	Number, Refused string
}

func (Book) step() {}

// ViaRefused says that a number may not be called.
const ViaRefused = "number may not be called"

const (
	// entering is added to the number of a try while another number is keyed in.
	entering = 100
	// shortest and longest number that is keyed in (ITU-T E.164 has 15 digits, and 00 may stand before).
	shortest, longest = 3, 17
)

// Counted is the number of a try as people count it: from 1, also while another number is keyed in.
func Counted(try int) int {
	if try > entering {
		return try - entering
	}
	return try
}

func (d Callback) leads() []way { return []way{{to: d.otherwise}, {to: d.refused, pressed: true}} }

func readCallback(m fields, main *yaml.Node) Doing {
	d := Callback{
		line: main.Line, Queue: orchestrator.QueueID(m.formed(main, nameForm, "the id of a queue is expected here, for callers who come from no line")),
		Say: m.parts(m.need("say")), Enter: m.parts(m.take("enter")), Booked: m.parts(m.need("booked")), Try: m.try(3),
		refused: m.target("refused"), otherwise: m.target("otherwise"),
	}
	return d
}

// callBack is the number that is to be called; "" is none known.
func (c Call) callBack() string {
	if given := c.Attributes[orchestrator.CallbackNumber]; given != "" {
		return given
	}
	return c.Caller
}

// telling is the call with the number as an attribute.
func (c Call) telling(number string) Call {
	told := c
	told.Attributes = map[string]string{}
	for name, value := range c.Attributes {
		told.Attributes[name] = value
	}
	told.Attributes[orchestrator.CallbackNumber] = number
	return told
}

func (d Callback) ask(try int, before []Part, c Call) Ask {
	if try > entering {
		return Ask{Speech: c.speech(before, d.Enter), Try: try, Max: longest + 1, End: "#", Wait: d.Wait}
	}
	return Ask{Speech: c.telling(c.callBack()).speech(before, d.Say), Try: try, Max: 1, Wait: d.Wait}
}

// enter asks about the number that is known, or for one.
func (d Callback) enter(c Call) Move {
	switch {
	case c.callBack() != "":
		return Move{Do: d.ask(1, nil, c)}
	case len(d.Enter) > 0:
		return Move{Do: d.ask(entering+1, nil, c)}
	}
	return Move{Do: Go{To: d.otherwise.node, Via: ViaNone, Back: true}}
}

func (d Callback) keyed(f *Flow, node string, try int, keys string, timeout bool, c Call) Move {
	switch {
	case try > entering && len(keys) >= shortest && len(keys) <= longest && strings.Trim(keys, "0123456789") == "":
		return Move{Set: []Attribute{{Name: orchestrator.CallbackNumber, Value: keys}}, Do: d.ask(1, nil, c.telling(keys))}
	case try > entering:
		t := d.Try
		t.Tries += entering
		return back(f.again(node, try, t, keys == "" && timeout, d.otherwise, c))
	case keys == "1":
		return Move{Do: Book{Speech: c.speech(d.Booked), Queue: d.Queue, Number: c.callBack(), Refused: d.refused.node}}
	case keys == "2" && len(d.Enter) > 0:
		return Move{Do: d.ask(entering+1, nil, c)}
	}
	return back(f.again(node, try, d.Try, keys == "", d.otherwise, c))
}

// back leads a caller who takes no callback to the line again, with the place.
func back(m Move) Move {
	if to, is := m.Do.(Go); is {
		to.Back = true
		m.Do = to
	}
	return m
}
