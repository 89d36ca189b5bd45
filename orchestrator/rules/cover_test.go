package rules

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestTheCheckerAgreesWithTryingEverything: over small domains, a row is told to never decide exactly when no input makes it decide, and
// a gap is told exactly when an input has no row; its example is one.
func TestTheCheckerAgreesWithTryingEverything(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 2))
	dead, gaps := 0, 0
	for range 1000 {
		text := "a,b,n,queue\n"
		for range 1 + r.IntN(7) {
			text += fmt.Sprintf("%s,%s,%s,q\n", pick(r, "x", "y", "x|y", "*"), pick(r, "1", "2", "1|2", "", "3"), pick(r, "", "", "<2", ">=2", "1..3", "2", ">3", "<=3"))
		}
		table := parse(t, CSV, text)
		decides, missing := everything(table)
		var told strings.Builder
		if err := table.Check(Centre{}); err != nil {
			told.WriteString(err.Error())
		}
		for n := range table.Rows {
			if says := strings.Contains(told.String(), fmt.Sprintf("row %d: this row can never decide", n+1)); says == decides[n] {
				t.Fatalf("row %d decides something: %v; told: %q\n%s", n+1, decides[n], told.String(), text)
			} else if says {
				dead++
			}
		}
		if notes := table.Notes(); (len(notes) > 0) != missing {
			t.Fatalf("something is missing: %v; told: %v\n%s", missing, notes, text)
		} else if missing {
			gaps++
			if example := exampleOf(table); func() bool { _, ok := table.Match(example); return ok }() {
				t.Fatalf("the example %v has a row\n%s", example, text)
			}
		}
	}
	if dead < 200 || gaps < 200 {
		t.Errorf("only %d rows that never decide and %d gaps were met", dead, gaps)
	}
}

func pick(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }

func everything(table *Table) (decides map[int]bool, missing bool) {
	decides = map[int]bool{}
	for _, a := range []string{"x", "y", "z", ""} {
		for _, b := range []string{"1", "2", "3", "4", ""} {
			for _, n := range []string{"0", "1", "1.5", "2", "2.5", "3", "3.5", "no"} {
				m, ok := table.Match(map[string]string{"a": a, "b": b, "n": n})
				if decides[m.Row-1] = true; !ok {
					missing = true
				}
			}
		}
	}
	return decides, missing
}

// exampleOf is the example of a gap as values.
func exampleOf(table *Table) map[string]string {
	says := table.Notes()[0].Says
	says, _, _ = strings.Cut(strings.TrimPrefix(says, "no row decides, for example, "), ";")
	out := map[string]string{}
	for one := range strings.SplitSeq(says, ", ") {
		name, value, _ := strings.Cut(one, " = ")
		out[name] = value
	}
	return out
}

// TestTheWorkIsBounded: a table that cannot be told within the bound is neither refused nor called complete, in little time.
func TestTheWorkIsBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var text strings.Builder
	text.WriteString("queue")
	for i := range maxInputs {
		fmt.Fprintf(&text, ",i%d", i)
	}
	for range maxRows {
		text.WriteString("\nq")
		for range maxInputs {
			text.WriteString("," + pick(r, "", "", "", "a|b", "c|d|e", "a|f"))
		}
	}
	table := parse(t, CSV, text.String())
	if err := table.Check(Centre{}); err != nil && !strings.Contains(err.Error(), "never decide") {
		t.Errorf("got %.200v", err)
	}
	if notes := table.Notes(); len(notes) != 1 {
		t.Errorf("got %v", notes)
	}
	c, all := table.cover(), make([]int, len(table.Rows))
	for n := range all {
		all[n] = n
	}
	for range 100 {
		c.gap(c.all(), all)
	}
	if most := maxWork + 200*maxRows; c.work > most {
		t.Errorf("it took %d, at most %d", c.work, most)
	}
}

func BenchmarkCheck(b *testing.B) {
	var text strings.Builder
	text.WriteString("queue,a,b,n")
	for i := range maxRows {
		fmt.Fprintf(&text, "\nq,x%d,y%d,%d..%d", i%17, i%5, i, i+3)
	}
	table, err := Parse("t", CSV, text.String())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := table.Check(Centre{}); err != nil {
			b.Fatal(err)
		}
	}
}
