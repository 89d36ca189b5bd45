// Package freeswitch is the door to a FreeSWITCH 1.10, over its event socket (ESL): media.Switch and recording.Source.
//
//	            Do ──> legs ──> commands, one at a time, each with a deadline ──┐
//	engine                                                                      ├── eslgo ── wire ── FreeSWITCH
//	            tell <── pump <── mailbox <── sorter (Event-Sequence) <─────────┘   (two connections)
//
// Contract:
//   - FreeSWITCH is the memory. What a leg does is a program: applications in a row that it runs by itself ("set the task's
//     name, play the prompt, note its end, play music"), given to it by one uuid_transfer to the inline dialplan. So a restart
//     of this program changes nothing that a party hears, and a prompt that ended meanwhile is known to have ended. What a leg in
//     a room is told is a program beside its bridge or conference, which goes on afterwards.
//   - A want that FreeSWITCH refuses is said again while it stands (see again.go); one that can't be said is refused.
//   - Legs of ours are channels that we dialled (they carry tandem_stamp from birth) and channels that our dialplan handed to
//     us (it sets tandem_place before it parks them). No other channel is told, listed or touched. That a channel is parked
//     says nothing: it happens after each conversation too.
//   - The library eslgo is used for what it does well, signing in, framing commands and answers; its measured faults are kept
//     out by wire (a checked relay in front of it), by one lock around each connection, and by giving up both connections
//     after the first answer that is late: the next answer would be given to the wrong command.
//   - What comes from outside never is syntax: names have only [A-Za-z0-9._-]; values that are ours are percent-encoded; what a
//     phone shows passes through one encoder that refuses control characters (see encode.go).
//   - One goroutine tells events. Commands to one leg follow one another.
package freeswitch
