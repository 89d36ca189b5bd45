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
		if len(number) != 8 || seen[number] || !luhnHolds(number) {
			t.Fatalf("service number %s", number)
		}
		seen[number] = true
		for i, c := range number {
			for d := range 10 {
				wrong := number[:i] + strconv.Itoa(d) + number[i+1:]
				if rune('0'+d) != c && luhnHolds(wrong) {
					t.Fatalf("%s for %s is not noticed", wrong, number)
				}
			}
		}
	}
	if have := ticket.Number(9_000_000); len(have) != 9 || !luhnHolds(have) {
		t.Errorf("after nine million: %s", have)
	}
}

// luhnHolds computes the check digit another way: ISO/IEC 7812-1 with the table of doubled digits.
func luhnHolds(number string) bool {
	sum := 0
	for i, c := range number {
		if d := int(c - '0'); (len(number)-i)%2 == 0 {
			sum += [10]int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}[d]
		} else {
			sum += d
		}
	}
	return sum%10 == 0
}
