package storagetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/desk"
	"tandem/orchestrator/desk/notify"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/desk/ticket"
	"tandem/orchestrator/desk/view"
	"tandem/orchestrator/fact"
)

var reactorCases = []testCase{
	{"react once although each line is killed between reaction and commit", reactorKilled},
	{"react once although two work under one name", reactorTwice},
	{"go on after a restart", reactorRestart},
	{"stop before a line that cannot be reacted to", reactorPoison},
	{"wake within milliseconds", reactorWakes},
}

// desktop is everything that reactions have written, without what the store draws at random.
type desktop struct {
	Queues       []view.Queue
	Agents       []view.Agent
	Interactions []view.Interaction
	Tickets      []ticket.Ticket
	Comments     [][]ticket.Comment
	History      [][]ticket.Change
	Messages     []notify.SMS
	Recordings   []recording.Meta
}

func look(ctx context.Context, t *testing.T, s Store) desktop {
	t.Helper()
	d := desktop{
		Queues:       get[[]view.Queue](t)(s.Queues(ctx)),
		Agents:       get[[]view.Agent](t)(s.Agents(ctx)),
		Interactions: get[[]view.Interaction](t)(s.Interactions(ctx, view.Filter{})),
		Tickets:      get[[]ticket.Ticket](t)(s.Tickets(ctx, ticket.Filter{})),
		Messages:     get[[]notify.SMS](t)(s.Messages(ctx, notify.Filter{})),
		Recordings:   get[[]recording.Meta](t)(s.Recordings(ctx, recording.Filter{})),
	}
	numbers := map[string]string{}
	for i := range d.Tickets {
		k := &d.Tickets[i]
		comments := get[[]ticket.Comment](t)(s.Comments(ctx, k.Number))
		d.History = append(d.History, get[[]ticket.Change](t)(s.History(ctx, k.Number)))
		numbers[k.Number] = fmt.Sprintf("ticket of %s", k.Interaction)
		k.Number = numbers[k.Number]
		for c := range comments {
			comments[c].ID, comments[c].Ticket = 0, k.Number
		}
		d.Comments = append(d.Comments, comments)
	}
	for i := range d.Messages {
		m := &d.Messages[i]
		if m.Ticket != "" {
			m.Key, m.Text = strings.ReplaceAll(m.Key, m.Ticket, "#"), strings.ReplaceAll(m.Text, m.Ticket, "#")
		}
		m.ID, m.Ticket = 0, numbers[m.Ticket]
	}
	for i := range d.Recordings {
		d.Recordings[i].ID = ""
	}
	return d
}

// calls is a story with something for each reaction; want is what must come of it.
func calls(ctx context.Context, t *testing.T, s Store) *script {
	t.Helper()
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAll)
	for i := range 5 {
		sc.call(orchestrator.InteractionID(fmt.Sprintf("i%d", i)), fmt.Sprintf("+4915112345%d", i))
	}
	sc.queued("gone", "+491600000")
	sc.abandon("gone")
	return sc
}

func checkCalls(t *testing.T, d desktop) {
	t.Helper()
	if n := len(d.Tickets); n != 6 {
		t.Errorf("%d tickets, want one per call: 6", n)
	}
	if n := len(d.Messages); n != 6 {
		t.Errorf("%d messages, want one per call: 6", n)
	}
	if n := len(d.Recordings); n != 5 {
		t.Errorf("%d recordings, want one per talk: 5", n)
	}
	for i, c := range d.Comments {
		if d.Tickets[i].Agent != "" && len(c) != 1 {
			t.Errorf("%s has %d comments, want the notes once", d.Tickets[i].Number, len(c))
		}
	}
}

var errKilled = errors.New("killed between reaction and commit")

// killing lets every line fail once after its reaction.
func killing(reactions []desk.Reaction) []desk.Reaction {
	out := make([]desk.Reaction, len(reactions))
	for i, r := range reactions {
		done := map[int64]bool{}
		out[i] = desk.Reaction{Name: r.Name, React: func(ctx context.Context, tx desk.Tx, e fact.Entry) error {
			if err := r.React(ctx, tx, e); err != nil {
				return err
			}
			if !done[e.Seq] {
				done[e.Seq] = true
				return errKilled
			}
			return nil
		}}
	}
	return out
}

func reactorKilled(ctx context.Context, t *testing.T, s Store) {
	sc := calls(ctx, t, s)
	stop := follow(ctx, t, s, killing(desk.Reactions())...)
	sc.seen(s)
	stop()
	checkCalls(t, look(ctx, t, s))
}

func reactorTwice(ctx context.Context, t *testing.T, s Store) {
	sc := calls(ctx, t, s)
	stop := follow(ctx, t, s, append(desk.Reactions(), desk.Reactions()...)...)
	for i := range 20 {
		sc.call(orchestrator.InteractionID(fmt.Sprintf("more%d", i)), "")
	}
	sc.seen(s)
	stop()
	d := look(ctx, t, s)
	if len(d.Tickets) != 26 || len(d.Messages) != 6 || len(d.Recordings) != 25 {
		t.Errorf("%d tickets, %d messages, %d recordings; want 26, 6, 25", len(d.Tickets), len(d.Messages), len(d.Recordings))
	}
	for _, c := range d.Comments {
		if len(c) > 1 {
			t.Errorf("notes stand twice: %+v", c)
		}
	}
}

func reactorRestart(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAll)
	sc.settle(s)
	for i := range 5 {
		id := orchestrator.InteractionID(fmt.Sprintf("i%d", i))
		sc.queued(id, fmt.Sprintf("+4915112345%d", i))
		sc.settle(s)
		sc.answered(id)
		sc.hungUp(id)
		sc.settle(s)
		sc.wrapped(id, "sold", "wants two")
	}
	sc.queued("gone", "+491600000")
	sc.settle(s)
	sc.abandon("gone")
	sc.settle(s)
	before := look(ctx, t, s)
	checkCalls(t, before)
	sc.settle(s) // Nothing new: nothing happens.
	if after := look(ctx, t, s); !reflect.DeepEqual(before, after) {
		t.Errorf("a restart without news changes\n%+v\ninto\n%+v", before, after)
	}
}

func reactorPoison(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAll) // 5 lines
	poisoned := func(ctx context.Context, tx desk.Tx, e fact.Entry) error {
		if err := view.React(ctx, tx, e); err != nil {
			return err
		}
		if e.Seq == 4 {
			panic("cannot be reacted to")
		}
		return nil
	}
	err := s.Follow(ctx, desk.Views, poisoned)
	if err == nil || !strings.Contains(err.Error(), "line 4") || !strings.Contains(err.Error(), "cannot be reacted to") {
		t.Fatalf("the reactor ends with %v", err)
	}
	if seq := get[int64](t)(s.Seq(ctx)); seq != 3 {
		t.Errorf("the cursor stands at %d, want 3: all before the line is done, nothing after it", seq)
	}
	if a := get[view.Agent](t)(s.Agent(ctx, "ann")); a.Phone != orchestrator.HealthUnknown {
		t.Errorf("the reaction to the line was not taken back: %+v", a)
	}
	sc.settle(s) // Mended: it goes on where it stood.
	if a := get[view.Agent](t)(s.Agent(ctx, "ann")); a.Phone != orchestrator.HealthRegistered || a.Status != orchestrator.Available {
		t.Errorf("after the mending: %+v", a)
	}
}

func reactorWakes(ctx context.Context, t *testing.T, s Store) {
	sc := newScript(ctx, t, s)
	sc.centre(fact.TicketAll)
	stop := follow(ctx, t, s, desk.Reactions()...)
	defer stop()
	get[int64](t)(s.WaitFor(ctx, sc.seq))
	const rounds = 20
	var fastest time.Duration = time.Hour
	for n := range rounds {
		begin := time.Now()
		sc.tell("", fact.PhoneChanged{Endpoint: "phone2", Health: orchestrator.HealthBusy})
		get[int64](t)(s.WaitFor(ctx, sc.seq))
		if n > 0 { // the first may come just before a look
			fastest = min(fastest, time.Since(begin))
		}
	}
	// The fastest of many: a busy machine slows some, a missing wake-up slows all to the next look, half a second away.
	if fastest > 250*time.Millisecond {
		t.Errorf("from the journal to the view it takes %v at best", fastest)
	}
	t.Logf("from the journal to the view: %v at best", fastest)

	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	_, err := s.WaitFor(short, sc.seq+1)
	kind(t, "waiting for a line that is not written", err, orchestrator.Unavailable)
}
