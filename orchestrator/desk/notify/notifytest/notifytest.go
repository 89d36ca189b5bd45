// Package notifytest shows what a notify.Route promises, on the sink and on real protocols alike: a suite of cases over a
// route with a network behind it that the case can make worse.
//
//	notifytest.Run(t, func(t *testing.T) notifytest.Rig { … })
package notifytest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator/desk/notify"
)

// Mood is how the network behind a route behaves.
type Mood string

// The moods.
const (
	Well    Mood = "well"
	Refuses Mood = "refuses" // each message for good
	Busy    Mood = "busy"    // asks to slow down
	Mute    Mood = "mute"    // takes each message and never answers
	Away    Mood = "away"    // cannot be reached
)

// Rig is a route, ready to send, and the network behind it.
type Rig struct {
	Route notify.Route
	Set   func(Mood)                   // nil: it is always well
	Phone func(number string) []string // the texts that a phone shows; nil: nothing leaves the house
}

// Open makes a rig for one case; it ends with the test.
type Open func(t *testing.T) Rig

// deadline bounds every wait of a case.
const deadline = 20 * time.Second

// Run runs all cases.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		run  func(*rig)
	}{
		{"hands texts over as they are", handsOver},
		{"asks before it lets anything leave", asks},
		{"tells what the network makes of a message", tells},
		{"hands over many at once, each once", many},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			defer cancel()
			r := &rig{T: t, Rig: open(t), ctx: ctx}
			r.until("it is up", r.Route.Up)
			c.run(r)
		})
	}
}

type rig struct {
	*testing.T
	Rig
	ctx context.Context
	id  int64
}

// until waits for what has no signal of its own.
func (r *rig) until(what string, holds func() bool) {
	r.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-r.ctx.Done():
			r.Fatalf("in vain: %s", what)
		case <-tick.C:
		}
	}
}

// message is a message of its own number.
func (r *rig) message(text string) notify.SMS {
	r.id++
	return notify.SMS{ID: r.id, Key: fmt.Sprintf("key:%d", r.id), To: fmt.Sprintf("+49151000%05d", r.id), Text: text, State: notify.Queued, Attempts: 1}
}

// send hands one message over; asked counts the calls of leave.
func (r *rig) send(m notify.SMS, may bool) (result notify.Result, asked, parts int) {
	r.Helper()
	result = r.Route.Send(r.ctx, m, func(n int) bool {
		if shown := r.shown(m.To); len(shown) > 0 {
			r.Errorf("it left before it asked: %q", shown)
		}
		asked, parts = asked+1, n
		return may
	})
	return result, asked, parts
}

func (r *rig) shown(number string) []string {
	if r.Phone == nil {
		return nil
	}
	return r.Phone(number)
}

func handsOver(r *rig) {
	for _, text := range []string{
		"Thank you.", "{€} [~] \\ ^ | @£$ äöü ß\nÇ", "您的服务号码是 1000017。", "👍🏽 or 👎", "",
		strings.Repeat("0123456789", 16), strings.Repeat("0123456789", 16) + "!", strings.Repeat("€", 80), strings.Repeat("x", 152) + "€€" + strings.Repeat("y", 200),
		strings.Repeat("服", 70), strings.Repeat("服", 71), strings.Repeat("服", 66) + "👍👍" + strings.Repeat("务", 100),
	} {
		m := r.message(text)
		result, asked, parts := r.send(m, true)
		if result.Fate != notify.Taken || result.Why != "" || asked != 1 || parts < 1 || len(result.Refs) > parts {
			r.Errorf("%q: %+v, asked %d times, %d parts", text, result, asked, parts)
		}
		if r.Phone == nil {
			continue
		}
		if shown := r.Phone(m.To); len(shown) != 1 || shown[0] != text {
			r.Errorf("the phone shows %q of %q", shown, text)
		}
	}
}

func asks(r *rig) {
	m := r.message("hello")
	result, asked, _ := r.send(m, false)
	if shown := r.shown(m.To); result.Fate != notify.Kept || asked != 1 || len(shown) != 0 {
		r.Errorf("%+v, asked %d times, the phone shows %q", result, asked, shown)
	}
	result, _, _ = r.send(m, true) // What was kept may leave later.
	if result.Fate != notify.Taken {
		r.Errorf("later: %+v", result)
	}
}

func tells(r *rig) {
	if r.Set == nil {
		r.Skip("this network is always well")
	}
	for _, is := range []struct {
		mood Mood
		want []notify.Fate
	}{
		{Refuses, []notify.Fate{notify.Refused}}, {Mute, []notify.Fate{notify.Doubt}}, {Busy, []notify.Fate{notify.Later}}, {Away, []notify.Fate{notify.Later}},
	} {
		r.Set(is.mood)
		m := r.message("hello")
		result, _, _ := r.send(m, true)
		if !slices.Contains(is.want, result.Fate) || result.Why == "" || strings.Contains(result.Why, m.To) || strings.Contains(result.Why, m.Text) {
			r.Errorf("while it is %s: %+v", is.mood, result)
		}
		if shown := r.shown(m.To); is.mood != Mute && len(shown) != 0 {
			r.Errorf("while it is %s the phone shows %q", is.mood, shown)
		}
		r.Set(Well)
		r.until("it is up again", r.Route.Up)
		if result, _, _ := r.send(r.message("hello"), true); result.Fate != notify.Taken {
			r.Errorf("after it was %s: %+v", is.mood, result)
		}
	}
}

func many(r *rig) {
	const n = 60
	var all []notify.SMS
	for i := range n {
		all = append(all, r.message(fmt.Sprintf("number %d", i)))
	}
	var wg sync.WaitGroup
	for _, m := range all {
		wg.Go(func() {
			if result := r.Route.Send(r.ctx, m, func(int) bool { return true }); result.Fate != notify.Taken {
				r.Errorf("%+v", result)
			}
		})
	}
	wg.Wait()
	for _, m := range all {
		if shown := r.shown(m.To); r.Phone != nil && (len(shown) != 1 || shown[0] != m.Text) {
			r.Errorf("the phone shows %q of %q", shown, m.Text)
		}
	}
}
