package storagetest

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/fact"
)

var journalCases = []testCase{
	{"gives back what was written, in order", journalGivesBack},
	{"keeps the cell's name and counts its openers", journalCell},
	{"refuses an earlier opener", journalFence},
	{"refuses a gap, a repetition and a half turn", journalGap},
	{"lets exactly one of two writers win", journalRace},
	{"keeps texts that are hard to keep", journalTexts},
	{"keeps the newest checkpoint", journalCheckpoint},
	{"keeps a checkpoint of each day", journalDays},
}

func queueDefined(id string) fact.QueueDefined {
	return fact.QueueDefined{Queue: orchestrator.QueueID(id), Name: "Sales", Number: "7000", Music: "default",
		RingFor: 20 * time.Second, WrapUp: time.Minute, Tickets: fact.TicketAnswered}
}

func arrived(number, name string) fact.InteractionArrived {
	return fact.InteractionArrived{Switch: "ast1", Leg: "c1", To: "7000", Queue: "sales", Who: fact.Person{Number: number, Name: name}}
}

// numbered makes entries of facts that follow seq, one second apart.
func numbered(seq int64, about orchestrator.InteractionID, facts ...fact.Fact) []fact.Entry {
	out := make([]fact.Entry, len(facts))
	for i, f := range facts {
		n := seq + int64(i) + 1
		out[i] = fact.Entry{Seq: n, At: at(time.Duration(n) * time.Second), About: about, Fact: f}
	}
	return out
}

func opened(ctx context.Context, t *testing.T, s Store) engine.Journal {
	t.Helper()
	j := s.OpenJournal()
	_, err := j.Open(ctx)
	must(t, err)
	return j
}

func journalGivesBack(ctx context.Context, t *testing.T, s Store) {
	j := opened(ctx, t, s)
	want := numbered(0, "i1", queueDefined("sales"), arrived("+4915112345", "Ann"), arrived("", ""),
		fact.ItemQueued{Queue: "sales", Since: at(time.Second)},
		fact.WrapUpEnded{Offer: "o1", Agent: "ann", Disposition: "sold", Wrap: time.Second, Who: fact.Person{Text: "two of them"}})
	want[0].About = ""
	must(t, j.Append(ctx, want[:1]))
	must(t, j.Append(ctx, want[1:]))
	if have := all(ctx, t, j); !reflect.DeepEqual(have, want) {
		t.Fatalf("the journal gives back\n%+v\nand was given\n%+v", have, want)
	}
	if page := get[[]fact.Entry](t)(j.Entries(ctx, 2, 2)); len(page) != 2 || page[0].Seq != 3 {
		t.Fatalf("a page of 2 after line 2 is %+v", page)
	}
	must(t, j.Append(ctx, nil))
}

func journalCell(ctx context.Context, t *testing.T, s Store) {
	first, err := s.OpenJournal().Open(ctx)
	must(t, err)
	second, err := s.OpenJournal().Open(ctx)
	must(t, err)
	if first.Name == "" || first.Name != second.Name || strings.Trim(first.Name, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		t.Errorf("the cell is called %q, then %q", first.Name, second.Name)
	}
	if second.Epoch <= first.Epoch {
		t.Errorf("the epoch goes from %d to %d", first.Epoch, second.Epoch)
	}
}

func journalFence(ctx context.Context, t *testing.T, s Store) {
	never := s.OpenJournal()
	if err := never.Append(ctx, numbered(0, "", queueDefined("a"))); !errors.Is(err, engine.ErrFenced) {
		t.Errorf("a journal that nobody opened takes facts: %v", err)
	}
	old := opened(ctx, t, s)
	must(t, old.Append(ctx, numbered(0, "", queueDefined("a"))))
	young := opened(ctx, t, s)
	if err := old.Append(ctx, numbered(1, "", queueDefined("b"))); !errors.Is(err, engine.ErrFenced) {
		t.Errorf("the earlier opener gets %v", err)
	}
	must(t, young.Append(ctx, numbered(1, "", queueDefined("c"))))
	if n := len(all(ctx, t, young)); n != 2 {
		t.Errorf("%d lines, want 2", n)
	}
}

func journalGap(ctx context.Context, t *testing.T, s Store) {
	j := opened(ctx, t, s)
	must(t, j.Append(ctx, numbered(0, "", queueDefined("a"), queueDefined("b"))))
	half := numbered(2, "", queueDefined("c"), queueDefined("d"))
	half[1].Seq = 5
	for what, entries := range map[string][]fact.Entry{
		"a gap":                      numbered(3, "", queueDefined("x")),
		"a repetition":               numbered(1, "", queueDefined("x")),
		"a repetition with news":     numbered(1, "", queueDefined("x"), queueDefined("y")),
		"a turn with a gap in it":    half,
		"a number before the first":  numbered(-1, "", queueDefined("x")),
		"a line far before the next": numbered(-7, "", queueDefined("x")),
	} {
		if err := j.Append(ctx, entries); err == nil || errors.Is(err, engine.ErrFenced) {
			t.Errorf("%s: %v", what, err)
		}
		if n := len(all(ctx, t, j)); n != 2 {
			t.Fatalf("%s: %d lines, want 2", what, n)
		}
	}
	must(t, j.Append(ctx, numbered(2, "", queueDefined("c"))))
}

// journalRace takes the cell over again and again while the owner writes: no line may be there twice or be lost.
func journalRace(ctx context.Context, t *testing.T, s Store) {
	const openers, turns = 4, 20
	var wg sync.WaitGroup
	for range openers {
		wg.Go(func() {
			j := s.OpenJournal()
			for range turns {
				if _, err := j.Open(ctx); err != nil {
					t.Error(err)
					return
				}
				// What an engine does after Open: read all, then append. An append that succeeds saw the true end.
				last := len(all(ctx, t, j))
				err := j.Append(ctx, numbered(int64(last), "", queueDefined("a"), queueDefined("b")))
				if err != nil && !errors.Is(err, engine.ErrFenced) {
					t.Errorf("the owner of the cell is refused: %v", err)
				}
			}
		})
	}
	wg.Wait()
	for i, e := range all(ctx, t, s.OpenJournal()) {
		if e.Seq != int64(i+1) {
			t.Fatalf("line %d stands where %d must stand", e.Seq, i+1)
		}
	}
}

func journalTexts(ctx context.Context, t *testing.T, s Store) {
	j := opened(ctx, t, s)
	for i, text := range []string{`"; drop table journal; --`, "nul \x00 inside", "客服 🐘 ñ", `back\slash {a,b} "q"`, "bad \xff byte", "\r\n\t", "NULL", ""} {
		e := numbered(int64(i), "i1", fact.InteractionArrived{Switch: "s", Leg: "l", To: text, Who: fact.Person{Number: text, Name: text}})
		must(t, j.Append(ctx, e))
		have := get[[]fact.Entry](t)(j.Entries(ctx, int64(i), 1))[0].Fact.(fact.InteractionArrived)
		want := strings.ToValidUTF8(text, "\uFFFD")
		if have.To != want || have.Who.Number != want || have.Who.Name != want {
			t.Errorf("%q comes back as %q, %q, %q", text, have.To, have.Who.Number, have.Who.Name)
		}
	}
}

func journalCheckpoint(ctx context.Context, t *testing.T, s Store) {
	j := opened(ctx, t, s)
	if c := get[engine.Checkpoint](t)(j.Newest(ctx)); c.Seq != 0 || len(c.State) != 0 {
		t.Errorf("a new journal has the checkpoint %+v", c)
	}
	for _, seq := range []int64{5, 9, 7, 11, 10} {
		must(t, j.Save(ctx, engine.Checkpoint{Seq: seq, State: []byte{0, byte(seq)}, Persons: []byte("p")}))
	}
	must(t, j.Save(ctx, engine.Checkpoint{Seq: 11, Version: "2-b", State: []byte("again")}))
	c := get[engine.Checkpoint](t)(s.OpenJournal().Newest(ctx))
	if c.Seq != 11 || c.Version != "2-b" || string(c.State) != "again" || len(c.Persons) != 0 {
		t.Errorf("the newest checkpoint is %+v", c)
	}
}

// journalDays: of each day the first checkpoint stays, so that a look back need not begin with the journal; one of another form does not.
func journalDays(ctx context.Context, t *testing.T, s Store) {
	j := opened(ctx, t, s)
	const every = 4 * time.Hour // from noon on: 3 lines on the first day, 6 on each further one
	for n := range int64(21) {
		must(t, j.Append(ctx, []fact.Entry{{Seq: n + 1, At: at(time.Duration(n) * every), Fact: queueDefined("sales")}}))
		must(t, j.Save(ctx, engine.Checkpoint{Seq: n + 1, Version: map[bool]string{true: "old", false: "new"}[n < 3], State: []byte{byte(n)}}))
	}
	for before, want := range map[int64]int64{1: 0, 4: 0, 5: 4, 9: 4, 10: 4, 11: 10, 15: 10, 16: 10, 17: 16, 19: 16, 20: 19, 21: 20, 22: 21} {
		c := get[engine.Checkpoint](t)(s.OpenJournal().Earlier(ctx, "new", at(time.Duration(before-1)*every)))
		if c.Seq != want || want > 0 && (len(c.State) != 1 || int64(c.State[0]) != want-1) {
			t.Errorf("before line %d the checkpoint is %+v, want that of line %d", before, c, want)
		}
	}
	if c := get[engine.Checkpoint](t)(j.Earlier(ctx, "old", at(1000*time.Hour))); c.Seq != 0 {
		t.Errorf("of another form there is still %+v", c)
	}
}
