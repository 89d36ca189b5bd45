// Package media is the language between the orchestrator and any media switch: wants go out, events come back.
//
//	          Do(wants)                     commands
//	engine ──────────────> adapter ──────────────────────> switch
//	       <──────────────         <──────────────────────
//	          tell(Event)                   events
//
// Its seven promises, kept by every adapter and shown by mediatest:
//
//  1. A Want is all that is wanted of one leg from now on; saying it again changes nothing. The adapter acts only on the slots
//     that differ from what the leg carries: a new Tape never restarts a Task, a new Task never re-joins.
//  2. A TaskID or TapeID is used once, ever. The adapter writes the TaskID on the leg before it begins, never begins one that
//     the leg carries, and ends each in exactly one Done, after a gap too (Why: unknown). So a prompt is heard at most once;
//     whether to ask again, under a new id, the floor decides.
//  3. A Dial is carried out once and ends in exactly one Gone, also if the switch never made a channel. A dialled leg that Up
//     does not list is gone, and its name is never dialled again: the floor makes a new offer.
//  4. Nothing is said to a switch before its first Up, which replaces what was known. After it, events of a leg are in order.
//  5. Legs that are not ours are neither reported nor touched; helper channels (snoops) stay inside the adapter.
//  6. All changes of one interaction go in one Do, which orders them: stop Tasks, Dial, Join, Coach, the rest, Drop last.
//  7. Do lasts as long as the switch needs, never as long as a prompt or a person. What it could not do returns as Refused.
package media

import "context"

// A name has only [A-Za-z0-9._-]: it travels in URLs, dial strings and file names.
type (
	LegID  string // LegID names a leg for ever: one connection between the switch and one party.
	RoomID string // RoomID names a bridge or conference; it exists while a leg is joined to it.
	TaskID string // TaskID names one thing that happens once.
	TapeID string // TapeID names one recorded segment: pause is no Tape, resume a new one; segments are put together later.
)

// Switch is one media switch as the engine sees it. All its methods may be called at once from several goroutines.
type Switch interface {
	// Do gives the legs of one interaction their standing wants and returns when the switch has taken or refused them.
	// An error means that the line to the switch is away: everything is said again after the next Up.
	Do(ctx context.Context, wants map[LegID]Want) error
	// Watch connects, reports to tell, connects again for ever, and returns only when ctx ends.
	// It calls tell from one goroutine; tell may block for a while, which must not lose an event.
	Watch(ctx context.Context, tell func(Event)) error
	// Phones names the endpoints whose Phone events are wanted from now on. Each that is new is told once soon after the call,
	// all are after every Up, and then each change: a phone in a foreign call is busy, and not first registered and then busy.
	Phones(ctx context.Context, endpoints []string) error
}
