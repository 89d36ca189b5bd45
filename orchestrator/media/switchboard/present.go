package switchboard

import (
	"context"
	"sync"
	"time"
)

// Present is the line that commands go to now, and those who work on it: a Do, a follow-up of an event, a timer. L is a door's
// pointer to its line. The zero value has no line.
type Present[L any] struct {
	mu   sync.Mutex
	line L
	ctx  context.Context // of the line; nil while there is none
	busy sync.WaitGroup
}

// Set makes a line the present one; it ends with ctx.
func (p *Present[L]) Set(ctx context.Context, line L) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line, p.ctx = line, ctx
}

// Line is the present line, the zero value while there is none.
func (p *Present[L]) Line() L {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.line
}

// Away says whether there is no line.
func (p *Present[L]) Away() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ctx == nil
}

// Enter admits one who works on the present line; leave must be called after it. ok is false when there is none, or it is lost.
func (p *Present[L]) Enter() (line L, leave func(), ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ctx == nil || p.ctx.Err() != nil {
		return line, nil, false
	}
	p.busy.Add(1)
	return p.line, p.busy.Done, true
}

// Follow runs commands that an event asks for beside the pump, so that a slow switch does not hold up events. Without a line
// nothing is done.
func (p *Present[L]) Follow(do func(L)) {
	line, leave, ok := p.Enter()
	if !ok {
		return
	}
	go func() {
		defer leave()
		do(line)
	}()
}

// Later runs commands after a while on the line that is present then, if there is one.
func (p *Present[L]) Later(after time.Duration, do func(L)) {
	time.AfterFunc(after, func() {
		line, leave, ok := p.Enter()
		if !ok {
			return
		}
		defer leave()
		do(line)
	})
}

// Leave takes the line away: nobody enters it any more.
func (p *Present[L]) Leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	var none L
	p.line, p.ctx = none, nil
}

// Wait waits for those who still work on a line that was taken away; its loss ends their commands.
func (p *Present[L]) Wait() { p.busy.Wait() }
