package ticket_test

import (
	"strconv"
	"testing"

	"tandem/orchestrator/desk/ticket"
)

func TestNumber(t *testing.T) {
	if have := ticket.Number(0); have != "10000008" {
		t.Errorf("the first service number is %s", have)
	}
	seen := map[string]bool{}
	for n := range int64(500) {
		number := ticket.Number(n * 7919)
		if len(number) != 8 || seen[number] || !ticket.Spoken(number) {
			t.Fatalf("service number %s", number)
		}
		seen[number] = true
		for i, c := range number {
			for d := range 10 {
				wrong := number[:i] + strconv.Itoa(d) + number[i+1:]
				if rune('0'+d) != c && ticket.Spoken(wrong) {
					t.Fatalf("%s for %s is not noticed", wrong, number)
				}
			}
		}
	}
	if have := ticket.Number(9_000_000); len(have) != 9 || !ticket.Spoken(have) {
		t.Errorf("after nine million: %s", have)
	}
	for _, wrong := range []string{"", "0", "1000000x", "1234567", "００００００００"} {
		if ticket.Spoken(wrong) {
			t.Errorf("%q can be a service number", wrong)
		}
	}
}
