package notify_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/notify"
)

func TestSenderGivesUp(t *testing.T) {
	a := &net{name: "a", send: always(notify.Later)}
	inHouse(t, func(h *house) {
		h.queue("", "+4915112345", "k")
		h.run(23 * time.Hour)
		h.want("k", notify.Queued, "because")
		h.run(2 * time.Hour)
		if m := h.want("k", notify.Failed, "because"); m.Attempts < 50 || m.Attempts > 1000 {
			t.Errorf("tried %d times", m.Attempts)
		}
	}, a)
	b := &net{name: "b", send: always(notify.Refused)}
	inHouse(t, func(h *house) {
		h.queue("", "+4915112345", "k")
		h.run(time.Hour)
		h.want("k", notify.Failed, "because")
		b.wantLeft(t, "k")
	}, b)
}

// frail is an outbox that is away for a moment, or for good once its program was killed.
type frail struct {
	notify.Outbox
	away, leaveAway int
	dead            func(what string) bool
}

var errAway = &orchestrator.Error{Kind: orchestrator.Unavailable}

func (f *frail) LeaveSMS(ctx context.Context, m notify.SMS, lease time.Duration) (bool, error) {
	if f.leaveAway--; f.leaveAway >= 0 {
		return false, errAway
	}
	if f.dead != nil && f.dead("leave") {
		return false, context.Canceled
	}
	return f.Outbox.LeaveSMS(ctx, m, lease)
}

func (f *frail) SettleSMS(ctx context.Context, m notify.SMS, due time.Time) error {
	if f.away--; f.away >= 0 {
		return errAway
	}
	if f.dead != nil && f.dead("settle") {
		return context.Canceled
	}
	return f.Outbox.SettleSMS(ctx, m, due)
}

// A message that was sent is settled although the database was away for a moment; one that could not be noted as leaving stays.
func TestSenderOutboxAway(t *testing.T) {
	a := &net{name: "a"}
	inHouse(t, func(h *house) {
		h.Outbox = &frail{Outbox: h.store, away: 20, leaveAway: 3}
		h.queue("", "+4915112345", "k")
		h.run(time.Hour)
		h.want("k", notify.Sent, "")
		a.wantLeft(t, "k")
	}, a)
}

// Stopped while it sends, a sender waits a moment for the answer; without one it says that it does not know.
func TestSenderStops(t *testing.T) {
	for name, is := range map[string]struct {
		answer time.Duration
		want   notify.State
	}{"answered in time": {3 * time.Second, notify.Sent}, "not answered": {time.Hour, notify.Unsure}} {
		t.Run(name, func(t *testing.T) {
			a := &net{name: "a", send: func(ctx context.Context, _ notify.SMS) notify.Result {
				select {
				case <-ctx.Done():
					return notify.Result{Fate: notify.Doubt, Why: "no answer"}
				case <-time.After(is.answer):
					return notify.Result{Fate: notify.Taken}
				}
			}}
			inHouse(t, func(h *house) {
				h.queue("", "+4915112345", "k", "l")
				h.run(time.Second)
				h.want("k", is.want, "")
				h.want("l", notify.Queued, "") // To the same number: it has not left yet.
				a.wantLeft(t, "k")
			}, a)
		})
	}
}

// TestSenderKilled kills the program at each step; its successor loses nothing and doubles nothing.
func TestSenderKilled(t *testing.T) {
	for name, is := range map[string]struct {
		step    string // before which the program dies
		repeats bool
		want    notify.State
		left    int // by both lives together
	}{
		"between claim and leaving":        {step: "leave", want: notify.Sent, left: 1},
		"between leaving and handing over": {step: "submit", want: notify.Unsure, left: 0},
		"between handing over and answer":  {step: "answer", want: notify.Unsure, left: 1},
		"between answer and settling":      {step: "settle", want: notify.Unsure, left: 1},
		"and the gateway knows repetition": {step: "settle", repeats: true, want: notify.Sent, left: 2},
	} {
		t.Run(name, func(t *testing.T) {
			a := &net{name: "a", repeats: is.repeats}
			inHouse(t, func(h *house) {
				killed, kill := context.WithCancel(h.ctx)
				die := func(step string) bool {
					if step == is.step {
						kill()
					}
					return killed.Err() != nil
				}
				first := h.Sender
				first.Outbox = &frail{Outbox: h.store, dead: die}
				first.Routes = []notify.Route{&dying{net: a, die: die}}
				h.queue("", "+4915112345", "k")
				_ = first.Run(killed) // A dead program has no errors.
				h.run(time.Hour)
				h.want("k", is.want, "")
				if n := len(a.keys()); n != is.left {
					t.Errorf("left %d times, want %d", n, is.left)
				}
			}, a)
		})
	}
}

// dying is a route in a program that dies around the handing over.
type dying struct {
	*net
	die func(step string) bool
}

func (d *dying) Send(ctx context.Context, m notify.SMS, leave notify.Leave) notify.Result {
	if !leave(1) || d.die("submit") {
		return notify.Result{Fate: notify.Kept}
	}
	r := d.net.Send(ctx, m, func(int) bool { return true })
	d.die("answer")
	return r
}

// TestF50GatewayDownForAnHour: nothing is lost, nothing doubled, and all leave soon after it is back.
func TestF50GatewayDownForAnHour(t *testing.T) {
	a, b := &net{name: "a", down: true}, &net{name: "b", send: always(notify.Later)}
	inHouse(t, func(h *house) {
		var keys []string
		for i := range 200 {
			keys = append(keys, fmt.Sprintf("k%03d", i))
			h.queue("", fmt.Sprintf("+49151%05d", i%50), keys[i])
		}
		h.run(time.Hour)
		a.wantLeft(t)
		a.set(false)
		h.run(6 * time.Minute)
		seen, last := map[string]int{}, map[string]string{}
		for _, k := range a.keys() {
			seen[k]++
			m := h.want(k, notify.Sent, "")
			if m.To < "" || last[m.To] > k {
				t.Errorf("to %s came %s after %s", m.To, k, last[m.To])
			}
			last[m.To] = k
		}
		for _, k := range keys {
			if seen[k] != 1 {
				t.Errorf("%s left %d times", k, seen[k])
			}
		}
	}, a, b)
}

// While no route is up, no message is tried: all leave at once when one is.
func TestSenderWaitsForARoute(t *testing.T) {
	a := &net{name: "a", down: true}
	inHouse(t, func(h *house) {
		h.queue("", "+4915112345", "k")
		h.run(time.Hour)
		if m := h.want("k", notify.Queued, ""); m.Attempts != 0 {
			t.Errorf("tried %d times while no route was up", m.Attempts)
		}
		a.set(false)
		h.run(2 * time.Second)
		h.want("k", notify.Sent, "")
	}, a)
}

// TestFailover: the second route is tried when the first has surely not taken a message, and only then.
func TestFailover(t *testing.T) {
	for first, want := range map[notify.Fate]struct {
		state  notify.State
		second int
	}{
		notify.Taken: {notify.Sent, 0}, notify.Later: {notify.Sent, 1}, notify.Doubt: {notify.Unsure, 0}, notify.Refused: {notify.Failed, 0},
	} {
		t.Run(string(first), func(t *testing.T) {
			a, b := &net{name: "a", send: always(first)}, &net{name: "b"}
			inHouse(t, func(h *house) {
				h.queue("", "+4915112345", "k")
				h.run(time.Hour)
				h.want("k", want.state, "")
				if n := len(b.keys()); n != want.second {
					t.Errorf("left %d times by the second route", n)
				}
			}, a, b)
		})
	}
}

// A route that recognises repetitions gets a doubtful message again, and nobody else does, whoever is up.
func TestDoubtIsRepeatedWhereItIsRecognised(t *testing.T) {
	a, b := &net{name: "a", repeats: true}, &net{name: "b"}
	a.send = func(context.Context, notify.SMS) notify.Result {
		a.set(len(a.keys()) == 1)
		return notify.Result{Fate: map[bool]notify.Fate{true: notify.Doubt, false: notify.Taken}[len(a.keys()) == 1], Why: "no answer"}
	}
	inHouse(t, func(h *house) {
		h.queue("", "+4915112345", "k")
		h.run(time.Hour)
		h.want("k", notify.Sending, "no answer")
		a.set(false)
		h.run(time.Hour)
		h.want("k", notify.Sent, "")
		a.wantLeft(t, "k", "k")
		b.wantLeft(t)
	}, a, b)
}

// The rest of a message of which some parts are taken goes the same way, and the parts are not sent again.
func TestPartsGoOneWay(t *testing.T) {
	var given [][]string
	a, b := &net{name: "a"}, &net{name: "b"}
	a.send = func(_ context.Context, m notify.SMS) notify.Result {
		given = append(given, m.Refs)
		if len(given) == 1 {
			a.set(true)
			return notify.Result{Fate: notify.Later, Refs: []string{"r1"}, Why: "throttled"}
		}
		return notify.Result{Fate: notify.Taken, Refs: append(m.Refs, "r2")}
	}
	inHouse(t, func(h *house) {
		h.queue("", "+4915112345", "k")
		h.run(time.Hour)
		h.want("k", notify.Queued, "throttled")
		a.set(false)
		h.run(time.Hour)
		if m := h.want("k", notify.Sent, ""); fmt.Sprint(m.Refs, given) != "[r1 r2] [[] [r1]]" {
			t.Errorf("the parts are %v, given were %v", m.Refs, given)
		}
		b.wantLeft(t)
	}, a, b)
}

// Virtual time begins at midnight UTC.
func TestQuietHoursHoldOrdinaryMessages(t *testing.T) {
	a := &net{name: "a"}
	inHouse(t, func(h *house) {
		var err error
		if h.Quiet, err = notify.NewQuiet("21:00-08:00", "UTC"); err != nil {
			t.Fatal(err)
		}
		h.queue("", "+491", "ordinary")
		h.queue(notify.Urgent, "+492", "urgent")
		h.queue(notify.Reply, "+493", "reply")
		h.run(8*time.Hour - time.Minute)
		h.want("ordinary", notify.Queued, "quiet hours")
		h.want("urgent", notify.Sent, "")
		h.want("reply", notify.Sent, "")
		h.run(2 * time.Minute)
		h.want("ordinary", notify.Sent, "")
	}, a)
}

// TestF50LateStop: a number that opts out while its message waits gets none; the answer to its STOP goes out.
func TestF50LateStop(t *testing.T) {
	a := &net{name: "a", down: true}
	inHouse(t, func(h *house) {
		h.Country = "49"
		h.queue("", "0151 12345678", "ordinary")
		reception := notify.Reception{Inbox: h.store, Country: "49", Now: time.Now, Replies: map[notify.Word]string{notify.Stop: "no more"}}
		for range 2 {
			if err := reception.Text(h.ctx, notify.Text{Route: "a", From: "4915112345678", To: "7000", Text: " Stop! "}); err != nil {
				t.Fatal(err)
			}
		}
		h.run(time.Minute)
		a.set(false)
		h.run(time.Minute)
		h.want("ordinary", notify.Withheld, "opted out")
		if left := a.keys(); len(left) != 1 || !strings.HasPrefix(left[0], "word:stop:") || strings.Contains(left[0], "15112345678") {
			t.Errorf("left %v", left)
		}
	}, a)
}

func TestSinkMasks(t *testing.T) {
	var out bytes.Buffer
	s := notify.Sink{Log: slog.New(slog.NewTextHandler(&out, nil))}
	if r := s.Send(t.Context(), notify.SMS{Key: "k", To: "+4915112345", Text: "secret text"}, func(int) bool { return true }); r.Fate != notify.Taken {
		t.Fatal(r)
	}
	if log := out.String(); strings.Contains(log, "112345") || strings.Contains(log, "secret") || !strings.Contains(log, "…45") {
		t.Errorf("the log says %s", log)
	}
	if m := notify.Mask("12"); strings.ContainsAny(m, "12") {
		t.Errorf("a short number is shown: %s", m)
	}
}
