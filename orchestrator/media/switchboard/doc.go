// Package switchboard is what the doors to the switches do alike, whatever switch is behind them: keep a line, queue what is to be
// told, know who still works on a line, take the turns of legs, say again what was refused, follow phones. A door adds what its
// switch says and is told.
//
//	engine ── Do ──> Orders, CarryOut ──> the door's steps ──> Present line ──commands──> switch
//	       <─ tell ── Pump <── mailbox of the Line <── the door's reader <──events──────┘
//
// Contract:
//   - What is said to a line after its loss is dropped: the next Up tells the truth. What was queued before is told, in order.
//   - A reader never waits for the engine. When the engine is too far behind, the line is given up and the state is read anew.
//   - Types without a lock of their own (Tries, Phones, Phone) belong to whoever holds the lock of the door.
package switchboard

import "time"

// Now is the time of events that a switch does not date: UTC, microseconds, without a monotonic part (package media).
func Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Default gives a setting that is zero its value.
func Default[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
