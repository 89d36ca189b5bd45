// Package smpp is a route for texts over SMPP 3.4 (Short Message Peer-to-Peer Protocol Specification, issue 1.2, 1999): one
// line to one message centre, bound as a transceiver.
//
//	notify.Sender ── Send ──> window, pace ──> submit_sm ──> message centre
//	                  ↑ Taken, Refused, Later, Doubt ──< submit_sm_resp (late ones too)
//	notify.Listener <── Receipt, Text ──< deliver_sm, answered only when it is kept
//
// Contract. A route keeps its line by itself: it binds, asks whether the other side lives, and binds again with growing
// pauses. A submit_sm whose answer does not come is never sent again (SMPP has no way to recognise a repetition): its fate is
// Doubt. One that was not written whole, or was answered with a throttling error, is surely not taken: Later.
//
// Octets are made and read by gosmpp's PDUs and alphabets (v0.3.1). Its session is not used: it can get an answer before it
// has noted the question, tells neither written from unwritten, waits for a bind without end, ends at a PDU that it does not
// know, and pauses equally long for ever. Nor is its splitting: it counts characters where octets count, so that € and emoji
// make parts that are too long, and gives all parts one sequence number.
package smpp
