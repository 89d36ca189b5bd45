// Package fakeari stands in for Asterisk in tests: a real HTTP and websocket server on loopback that does what ARI does where
// it matters to the adapter, traps included (a dial of an ended name rings again, a playback with a used id plays again, adding
// to a bridge during a prompt waits for its end, nobody registered is a 500 without an event), and that can be told to fail.
//
//	adapter ──HTTP──> Server ── parties (Caller, Phone): ring, answer, hang up, say tones, tell what they would hear
//	        <──ws────   │
//	                    └── faults: Break (500 after the work, no answer), Shape (reorder, double, drop), DropLine, Restart
//
// It models audio as "who would hear what": a tone is a number, a prompt "tone:HZ:MS" is one for a while.
package fakeari
