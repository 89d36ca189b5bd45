// Package asterisk is the door to an Asterisk 20 or newer, over its REST interface (ARI): media.Switch and recording.Source.
//
//	            Do ──> legs ──> REST (ari/v6 on a transport of ours: deadlines, status codes, figures)
//	engine                                                                                        Asterisk
//	            tell <── pump <── mailbox <── reader (never waits) <── websocket, probed when silent
//
// Contract:
//   - Asterisk is the memory. What a leg carries is read from it at each connection: its bridge, its snoops, and the variable
//     TANDEM_LEG that is written before a task begins. So a restart of this program changes nothing that a party hears.
//   - Legs of ours are channels in our Stasis application, channels that we dialled (they carry TANDEM_APP) and channels that
//     our dialplan put into its fallback (TANDEM_PLACE). No other channel is listed, touched or told. Bridges, snoops and
//     playbacks have names that begin with the application's name or are one of ours.
//   - Names go into URLs, so only [A-Za-z0-9._-] is let through. What a party says of itself (name, number, keys) is only ever
//     the value of a JSON field, never part of a dial string, a variable's name or an application's argument.
//   - One goroutine tells events; a second one reads the socket and never waits for the first. Commands to one leg follow one
//     another; commands to different interactions run side by side.
//   - A second program that takes the same application puts this one aside for good: Watch tells Down and waits for its end.
package asterisk
