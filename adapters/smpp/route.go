package smpp

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/linxGnu/gosmpp/pdu"

	"tandem/orchestrator/desk/notify"
)

// Route is one message centre. Run keeps the line; the other methods may be called from any goroutine at any time.
type Route struct {
	cfg     Config
	listen  notify.Listener
	log     *slog.Logger
	window  chan struct{} // a token for each submit without an answer
	pace    notify.Pace
	figures figures

	mu   sync.Mutex
	line *line // nil while there is none; written by Run
}

var _ notify.Route = (*Route)(nil)

// New makes a route; it does nothing until Run. What comes in is told to listen.
func New(c Config, listen notify.Listener, log *slog.Logger) (*Route, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	r := &Route{cfg: c, listen: listen, log: log.With("route", c.Name), window: make(chan struct{}, c.Window)}
	r.pace.SetRate(c.Rate)
	return r, nil
}

// Name implements notify.Route.
func (r *Route) Name() string { return r.cfg.Name }

// Up implements notify.Route.
func (r *Route) Up() bool { return r.bound() != nil && r.pace.Paused() == 0 }

// Repeats implements notify.Route: SMPP knows no repetition.
func (r *Route) Repeats() bool { return false }

// bound returns the line; nil while there is none, or it has just ended.
func (r *Route) bound() *line {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.line == nil || r.line.ended() {
		return nil
	}
	return r.line
}

// Send implements notify.Route. Parts of one text go one after the other.
func (r *Route) Send(ctx context.Context, m notify.SMS, leave notify.Leave) notify.Result {
	if !dialled.MatchString(m.To) {
		return notify.Result{Fate: notify.Refused, Why: "this is no number"}
	}
	t, err := cutText(m.Text, r.cfg.Alphabet == "ucs2", r.cfg.Long == "payload")
	switch {
	case err != nil:
		return notify.Result{Fate: notify.Refused, Refs: m.Refs, Why: err.Error()}
	case len(m.Refs) > 0 && len(t.parts) != m.Parts || len(m.Refs) >= len(t.parts):
		return notify.Result{Fate: notify.Refused, Refs: m.Refs, Why: "the route was set up otherwise when the first parts left"}
	}
	result, left := notify.Result{Refs: m.Refs}, false
	for part := len(m.Refs); part < len(t.parts); part++ {
		l, why := r.turn(ctx)
		if l == nil {
			result.Fate, result.Why, result.Wait = notify.Later, why, r.pace.Paused()
			return result
		}
		if !left {
			if left = true; !leave(len(t.parts)) {
				<-r.window
				result.Fate = notify.Kept
				return result
			}
		}
		ref, fate, why := r.hand(ctx, l, m, t, part)
		<-r.window
		if fate != notify.Taken {
			result.Fate, result.Why, result.Wait = fate, why, r.pace.Paused()
			return result
		}
		result.Refs = append(result.Refs[:part:part], ref)
	}
	result.Fate = notify.Taken
	return result
}

// turn waits for a place in the window and for the pace, and returns the line; nil, and why, when there is none.
func (r *Route) turn(ctx context.Context) (*line, string) {
	if r.bound() == nil {
		return nil, "there is no line to the message centre"
	}
	if r.pace.Paused() > 0 {
		return nil, "the message centre asked us to slow down"
	}
	timer := time.NewTimer(slotTime)
	defer timer.Stop()
	select {
	case r.window <- struct{}{}:
	case <-timer.C:
		return nil, "the message centre answers slowly; its window is full"
	case <-ctx.Done():
		return nil, "its time was over before its turn came"
	}
	if !r.pace.Wait(ctx) {
		<-r.window
		return nil, "its time was over before its turn came"
	}
	l := r.bound()
	if l == nil {
		<-r.window
		return nil, "there is no line to the message centre"
	}
	return l, ""
}

// hand submits one part and waits for its answer.
func (r *Route) hand(ctx context.Context, l *line, m notify.SMS, t cut, part int) (ref string, fate notify.Fate, why string) {
	p, err := submit(r.cfg, m, t, part)
	if err != nil {
		return "", notify.Refused, err.Error()
	}
	ctx, cancel := context.WithTimeout(ctx, r.cfg.Answer)
	defer cancel()
	r.figures.submits.Add(1)
	f, err := l.ask(ctx, p, func(f frame) { r.late(m, f) })
	switch {
	case errors.Is(err, errUnwritten):
		return "", notify.Later, err.Error()
	case err != nil:
		r.figures.doubts.Add(1)
		return "", notify.Doubt, "the message centre did not answer; it may have taken the message"
	}
	fate = fateOf(f.status, r.cfg.Passing)
	switch {
	case fate == notify.Taken:
		r.figures.taken.Add(1)
		r.pace.Good()
		return refOf(submitted(f), r.cfg.ReceiptIDs, true), fate, ""
	case throttled[f.status]:
		r.figures.throttled.Add(1)
		r.log.Warn("the message centre asks us to slow down", "pause", r.pace.SlowDown(0), "status", statusText(f.status))
	case slices.Contains(r.cfg.Passing, f.status):
		r.log.Warn("the message centre cannot take a message now; it is tried again", "status", statusText(f.status))
	case fate == notify.Later:
		r.log.Error("the message centre refuses our messages; mend the set-up of the route", "status", statusText(f.status))
	default:
		r.figures.refused.Add(1)
	}
	return "", fate, "the message centre: " + statusText(f.status)
}

// late hears an answer that was no longer waited for: the network has the message after all.
func (r *Route) late(m notify.SMS, f frame) {
	ref := refOf(submitted(f), r.cfg.ReceiptIDs, true)
	if f.status != 0 || ref == "" {
		return
	}
	go func() { // The line is being read on this goroutine, and the database may take its time.
		ctx, cancel := context.WithTimeout(context.Background(), keepTime)
		defer cancel()
		err := r.listen.Receipt(ctx, notify.Receipt{Route: r.cfg.Name, Ref: ref, Message: m.ID & 0xFFFF, State: notify.Sent})
		if err != nil {
			r.log.Warn("a late answer was not kept", "key", m.Key, "interaction", m.Interaction, "err", err)
		}
	}()
}

// submitted is the id in a submit_sm_resp.
func submitted(f frame) string {
	p, err := f.parse()
	if a, ok := p.(*pdu.SubmitSMResp); ok && err == nil {
		return a.MessageID
	}
	return ""
}

// jitter spreads pauses, so that many do not come back at the same moment.
func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d/2+1) } //nolint:gosec // No secret.
