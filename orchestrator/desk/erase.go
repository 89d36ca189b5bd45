package desk

import (
	"context"

	"tandem/orchestrator/media"
)

// Eraser forgets people (GDPR 17, PIPL 47). Figures stay right: facts hold ids only.
type Eraser interface {
	// Erase forgets whoever called from a number: number, name and notes in the journal, the copies in views, tickets, comments
	// and messages. A message that waits is not sent any more; a recording that the switch still has is deleted there, and not
	// brought home. It answers with the tapes whose audio is to be deleted. Conflict while a call from that number, or the work
	// after it, goes on; Invalid when number is empty; NotFound when nothing is kept of it, and then nothing is changed.
	Erase(ctx context.Context, number string) ([]media.TapeID, error)
}
