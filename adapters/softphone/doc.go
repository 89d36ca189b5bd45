// Package softphone is a SIP telephone with real audio, in memory: it registers, calls, rings, answers,
// holds, hangs up, speaks in sine tones and hears what comes back. Tests, the demo and the bench
// play callers and agents with it; it is no part of the product.
//
//	 Phone  one UDP socket, one SIP user            Call  one dialog, one RTP socket
//	┌──────────────────────────────────┐           ┌─────────────────────────────────────┐
//	│ Register  Unregister             │  Dial     │ Ringing → Answered → Ended          │
//	│ Dial ────────────────────────────┼──────────▶│ SendTone  SendWAV  SendDTMF         │ ─▶ RTP out
//	│ Incoming ────────────────────────┼──────────▶│ Hears  HearsNot  HearsSilence       │ ◀─ RTP in
//	│ Close  Vanish                    │  INVITE   │ Ring  Answer  Reject  Hold  Hangup  │
//	└──────────────────────────────────┘           └─────────────────────────────────────┘
//
// Two phones are told apart by frequency: each sends its own tone, and the other side asks whether it
// Hears that frequency. Tones that are at least 50 Hz apart are distinct.
//
// What holds:
//   - A retransmitted INVITE is one call: Incoming shows it once, and Phone.Invites counts it once.
//   - Ringing, Answered and Ended each close at most once; End is final once Ended is closed.
//   - Every wait takes a context and also ends when the call ends.
//   - After Close no goroutine and no socket of the phone is left.
//   - Only audio from the address that the other side announced is heard; Stats counts the rest.
//
// The transport is UDP and the codec PCMU, as on loopback nothing else is needed. There is no jitter
// buffer: packets are heard in the order of their arrival.
package softphone
