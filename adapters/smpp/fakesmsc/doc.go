// Package fakesmsc is a message centre for tests: it speaks SMPP 3.4 over TCP, or over any net.Conn in virtual time, and
// behaves as badly as real ones do: it throttles, answers late or never, sends receipts before the answer, drops the line
// between a submit and its answer, refuses the bind.
//
// It reads a submit_sm octet by octet, not with the library of the product, so that both never agree on a mistake; and it joins
// the parts of a text as a phone does.
package fakesmsc
