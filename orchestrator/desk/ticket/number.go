package ticket

import "strconv"

// firstNumber makes service numbers of eight digits; after nine million of them they grow to nine.
const firstNumber = 1_000_000

// Number makes the service number of the n-th ticket, n from 0: digits that can be spoken and keyed in, the last one a check
// digit (ISO/IEC 7812-1, Luhn), which catches every single wrong digit and nearly every swap of neighbours.
func Number(n int64) string {
	digits := strconv.FormatInt(firstNumber+n, 10)
	return digits + string(rune('0'+(10-luhn(digits+"0"))%10))
}

// luhn is the weighted sum of the digits modulo 10: every second one from the right counts double, digits of the product added.
func luhn(digits string) int {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum % 10
}
