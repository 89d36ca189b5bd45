package whole_test

import (
	"testing"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
)

// door is a flow with recordings that the lab speaks.
const door = `flow: door
numbers: ["7000"]
language: en
languages: [en, zh]
start: language
nodes:
  language: {menu: choose-language, keys: {1: english, 2: chinese}, tries: 9, otherwise: order}
  english: {set: {language: en}, next: order}
  chinese: {set: {language: zh}, next: order}
  order: {collect: order, say: enter-order, digits: 4-8, end: "#", wrong: wrong-order, tries: 9, wait: 10s, next: thanks, otherwise: pick}
  thanks: {announce: [order-is, {digits: order}], next: pick}
  pick: {menu: choose, keys: {2: support, 3: closed, 4: inside}, tries: 9, otherwise: closed}
  support: {queue: support, every: 15s, say: [position-is, {number: position}], keys: {9: closed}}
  inside: {transfer: "9001"}
  closed: {announce: closed, next: bye}
  bye: {hangup: closed}
`

// TestFlow: a caller chooses Chinese, keys in an order number while Tandem is killed, keys it in again, and reaches an agent; what
// was keyed in is with the call and its ticket. Another one leaves the line by a key, hears the end and is hung up on; a third is handed to an
// extension of the switch.
func TestFlow(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
	c.Put("/api/v1/queues/support", map[string]any{"name": "Support", "number": "7001", "music": "default", "ring_seconds": 20, "wrap_up_seconds": 0, "tickets": "answered"})
	c.Put("/api/v1/flows/door", map[string]string{"text": door})

	call := c.Dial("13800000001")
	c.Must(waitAnswered(c, call))
	w := walk{c, call, "13800000001"}
	w.presses("language", "2")
	w.at("order")
	c.Must(press(c, call, "47"))
	c.Tandem.Kill()
	c.Restart()
	w.presses("order", "4711#")
	w.at("pick")
	w.presses("pick", "2")
	c.Waiting("13800000001")
	ann := c.Works("ann")
	c.Talk(c.Rings(ann), call)
	c.HangsUp(call)
	i := ended(c, "13800000001", ending{state: "done", offers: []string{"ann completed"}, tickets: 1})
	type keyed struct {
		Language   string
		Attributes map[string]string
	}
	if k := whole.Get[keyed](c, "/api/v1/interactions/"+i.ID); k.Language != "zh" || k.Attributes["order"] != "4711" {
		t.Errorf("the call knows %+v", k)
	}
	if k := whole.Get[keyed](c, "/api/v1/tickets/"+c.Tickets(i.ID)[0].Number); k.Attributes["order"] != "4711" {
		t.Errorf("the ticket knows %+v", k)
	}

	c.Put("/api/v1/agents/ann/status", map[string]string{"status": "signed_out"})
	other := c.Dial("13800000002")
	c.Must(waitAnswered(c, other))
	w = walk{c, other, "13800000002"}
	w.presses("language", "1")
	w.presses("order", "1234#")
	w.presses("pick", "2")
	c.Waiting("13800000002")
	c.HearsMusic(other)
	w.presses("support", "9")
	c.Ends(other)
	ended(c, "13800000002", ending{state: "flowed_out", reason: "closed"})
	third := c.Dial("13800000003")
	c.Must(waitAnswered(c, third))
	w = walk{c, third, "13800000003"}
	w.presses("language", "1")
	w.presses("order", "1234#")
	w.presses("pick", "4")
	ctx, cancel := c.Ctx()
	defer cancel()
	c.Must(third.Hears(ctx, 440)) // the test party behind the extension
	c.HangsUp(third)
	ended(c, "13800000003", ending{state: "flowed_out", reason: "transfer"})
	c.Verify()
}

func waitAnswered(c *whole.Centre, call *softphone.Call) error {
	ctx, cancel := c.Ctx()
	defer cancel()
	return call.WaitAnswered(ctx)
}

func press(c *whole.Centre, call *softphone.Call, keys string) error {
	ctx, cancel := c.Ctx()
	defer cancel()
	return call.SendDTMF(ctx, keys)
}

// walk is a caller's way through the flow.
type walk struct {
	c    *whole.Centre
	call *softphone.Call
	from string
}

// node is where the caller is, and how often something was said since.
func (w walk) node() (name string, said int) {
	i := w.c.Call(w.from)
	if i.ID == "" {
		return "", 0
	}
	type event struct {
		Kind string
		Data struct{ Node string }
	}
	for _, e := range whole.List[event](w.c, "/api/v1/interactions/"+i.ID+"/timeline") {
		switch e.Kind {
		case "node_entered":
			name, said = e.Data.Node, 0
		case "prompt_begun", "item_queued":
			said++
		}
	}
	return name, said
}

// at waits until the caller is asked at a node.
func (w walk) at(node string) {
	w.c.T.Helper()
	w.c.Until("the caller is asked at node "+node, func() bool { name, said := w.node(); return name == node && said > 0 })
}

// presses presses keys at a node, and again when the caller is asked again, as people do: a key between two prompts is lost. How long
// the machine takes to act on a key does not matter, so that no key lands in the next node.
func (w walk) presses(node, keys string) {
	w.c.T.Helper()
	for at := node; at == node; {
		w.at(node)
		_, before := w.node()
		w.c.Must(press(w.c, w.call, keys))
		w.c.Until("the keys "+keys+" at node "+node+" lead on, or the caller is asked again", func() bool {
			name, said := w.node()
			at = name
			return name != node || said > before
		})
	}
}
