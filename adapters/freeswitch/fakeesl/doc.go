// Package fakeesl is a FreeSWITCH that a test can have in a millisecond: its event socket, with the calls, programs, bridges and
// recordings behind it as far as package freeswitch uses them, and telephones that tell by frequency what they would hear.
//
//	adapter ──ESL on loopback──> Server ──> Channel (runs its program) <── Phone, Party
//
// It does what the real one was seen to do where that hurts: a program is a transfer and the seventieth hangs up, what leaves a
// bridge is parked only if its variables say so, a job without a carriage return swallows its name, a call that can't be made
// has no event but its job's. And it does on demand what the real one does now and then: turn clients away, answer late or
// never, send events out of order, twice or not at all, drop its listeners, wedge a channel, die and come back as another.
package fakeesl
