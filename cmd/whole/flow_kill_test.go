package whole_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"tandem/cmd/whole"
)

// shopDoor is a flow with a node of each kind that a caller stays in for a while. A regular is led into line at once, so that the
// first treatment prompt, a quarter of a minute later at the earliest, falls due while the other caller has just come through.
const shopDoor = `flow: door
numbers: ["7000"]
language: en
start: who
nodes:
  who: {when: [{if: 'caller == "13800000021"', go: regular}], otherwise: hello}
  regular: {set: {tier: silver}, next: support}
  hello: {announce: welcome, next: wish}
  wish: {menu: choose, keys: {1: order, 2: bye}, into: wish, tries: 9, wait: 10s, otherwise: bye}
  order: {collect: order, say: enter-order, digits: 4-8, end: "#", tries: 9, wait: 10s, next: find, otherwise: bye}
  find: {lookup: "SHOP/orders/{order}", into: {tier: customer.tier}, timeout: 10s, next: support, otherwise: bye}
  support: {queue: support, every: 15s, say: [position-is, {number: position}]}
  bye: {hangup: lost}
`

// TestKilledInAFlow: Tandem is killed while an announcement plays, before the key of a menu, between the digits of a number, while a
// web service is slow to answer, and while somebody in line is told the place. Each time the call goes on at its node: no node is
// entered twice, nothing is said twice but a question whose keys were lost, and what is known of the caller in the end is whole.
func TestKilledInAFlow(t *testing.T) {
	beside(t)
	shop := newShop(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Variables: []string{"TANDEM_LOOKUP_INSIDE=" + strings.TrimPrefix(shop.URL, "http://")}})
	support := map[string]any{"name": "Support", "number": "7001", "music": "", "ring_seconds": 20, "wrap_up_seconds": 0, "tickets": "answered"}
	c.Put("/api/v1/queues/support", support)
	c.Put("/api/v1/flows/door", map[string]string{"text": strings.ReplaceAll(shopDoor, "SHOP", shop.URL)})
	const regular, other = "13800000021", "13800000022"
	inLine := walk{c, c.Dial(regular), regular}
	since := c.Waiting(regular).Queued
	w := walk{c, c.Dial(other), other}

	w.at("hello")
	c.HearsMusic(w.call) // the announcement
	w.killed()
	w.at("wish")
	c.HearsMusic(w.call) // the question has begun, so that nobody knows which keys were pressed
	w.killed()
	w.askedAgain("wish")
	w.presses("wish", "1")
	w.at("order")
	c.HearsMusic(w.call)
	c.Must(press(c, w.call, "98"))
	w.hearsSilence() // the first digit was taken: the question is cut short
	w.killed()
	w.askedAgain("order")
	w.presses("order", "4711#")
	shop.isAsked(c, "/orders/4711")
	w.killed()
	shop.isAsked(c, "/orders/4711") // and answers this time
	c.Waiting(other)

	c.Until("the place in line is being told", func() bool { all := inLine.told("support"); return len(all) > 0 && !all[len(all)-1].Over })
	c.HearsMusic(inLine.call) // nothing else is to be heard in line
	support["music"] = "default"
	c.Put("/api/v1/queues/support", support) // for what comes after it
	inLine.killed()
	c.Until("what was told in line is over", func() bool { all := inLine.told("support"); return len(all) > 0 && all[len(all)-1].Over })
	c.HearsMusic(inLine.call)
	if now := c.Waiting(regular).Queued; !now.Equal(since) {
		t.Errorf("the caller waits since %s, before %s", now, since)
	}

	ann := c.Works("ann")
	for _, w := range []walk{inLine, w} {
		offer := c.Rings(ann)
		if offer.From() != w.from {
			t.Fatalf("%s comes, it is the turn of %s", offer.From(), w.from)
		}
		c.Talk(offer, w.call)
		c.HangsUp(offer)
		c.Ends(w.call)
	}
	inLine.went([]string{"who", "regular", "support"}, map[string]string{"tier": "silver"})
	w.went([]string{"who", "hello", "wish", "order", "find", "support"}, map[string]string{"wish": "1", "order": "4711", "tier": "gold"})
	if n := len(w.told("hello")); n != 1 {
		t.Errorf("the announcement was made %d times", n)
	}
	c.Verify()
}

// shop is a web service that does not answer who asks first.
type shop struct {
	*httptest.Server
	asked chan string
}

func newShop(t *testing.T) *shop {
	s := &shop{asked: make(chan string, 10)}
	first := make(chan struct{}, 1)
	first <- struct{}{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		s.asked <- r.URL.Path
		select {
		case <-first:
			<-r.Context().Done() // who asked is gone
		default:
			_, _ = out.Write([]byte(`{"customer": {"tier": "gold"}}`)) // who asked sees what is missing
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// isAsked waits until somebody asks.
func (s *shop) isAsked(c *whole.Centre, want string) {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	select {
	case path := <-s.asked:
		if path != want {
			c.T.Errorf("the shop is asked for %s, want %s", path, want)
		}
	case <-ctx.Done():
		c.T.Fatalf("nobody asks the shop\n%s", c.Tandem.LogTail(15))
	}
}

// killed ends the program as a crash would, and starts it again.
func (w walk) killed() {
	w.c.T.Helper()
	w.c.Kill()
	w.c.Restart()
}

func (w walk) hearsSilence() {
	w.c.T.Helper()
	ctx, cancel := w.c.Ctx()
	defer cancel()
	w.c.Must(w.call.HearsSilence(ctx))
}

// askedAgain waits until the question of a node is put and heard anew because its keys were lost; it counts as no try.
func (w walk) askedAgain(node string) {
	w.c.T.Helper()
	var last said
	w.c.Until("the question of node "+node+" is put again", func() bool {
		all := w.told(node)
		if len(all) == 0 {
			return false // not read from the journal yet
		}
		last = all[len(all)-1]
		return last.Lost > 0
	})
	if last.Try != 1 || last.Lost != 1 {
		w.c.T.Errorf("at node %s the caller is asked again as %+v", node, last)
	}
	w.c.HearsMusic(w.call)
}

// said is something that was said to a caller, or asked.
type said struct {
	Try, Lost int
	Over      bool
}

// told is all that was said at a node, oldest first.
func (w walk) told(node string) (all []said) {
	w.c.T.Helper()
	type step struct {
		Kind string
		Data struct {
			Node string
			said
		}
	}
	at := ""
	for _, s := range whole.List[step](w.c, "/api/v1/interactions/"+w.c.Call(w.from).ID+"/timeline") {
		switch {
		case s.Kind == "node_entered":
			at = s.Data.Node
		case s.Kind == "prompt_begun" && at == node:
			all = append(all, s.Data.said)
		case s.Kind == "prompt_ended" && at == node:
			all[len(all)-1].Over = true
		}
	}
	return all
}

// went waits for the end of the call, and holds the way through the flow and what is known of the caller against what should be.
func (w walk) went(nodes []string, known map[string]string) {
	w.c.T.Helper()
	i := ended(w.c, w.from, ending{state: "done", offers: []string{"ann completed"}, tickets: 1})
	type step struct {
		Kind string
		Data struct{ Node string }
	}
	var way []string
	for _, s := range whole.List[step](w.c, "/api/v1/interactions/"+i.ID+"/timeline") {
		if s.Kind == "node_entered" {
			way = append(way, s.Data.Node)
		}
	}
	if !slices.Equal(way, nodes) {
		w.c.T.Errorf("the caller came to %q, want %q", way, nodes)
	}
	for _, path := range []string{"/api/v1/interactions/" + i.ID, "/api/v1/tickets/" + w.c.Tickets(i.ID)[0].Number} {
		if got := whole.Get[struct{ Attributes map[string]string }](w.c, path).Attributes; !maps.Equal(got, known) {
			w.c.T.Errorf("%s knows %v, want %v", path, got, known)
		}
	}
}
