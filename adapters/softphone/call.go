package softphone

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Header is one SIP header, for what the phone sends along with an INVITE and for what came with one.
type Header struct{ Name, Value string }

// End is how a call ended.
type End struct {
	// Status is the SIP status that ended it: 200 after a BYE, 487 after a CANCEL, else the refusal. 0 means
	// that the phone was closed or the network failed.
	Status int
	// Reason is the phrase of that status, or the Reason header that came with it (RFC 3326).
	Reason string
	// Local is true if this phone ended the call.
	Local bool
}

func (e End) String() string {
	side := "the other side"
	if e.Local {
		side = "this side"
	}
	return fmt.Sprintf("%d %s, by %s", e.Status, e.Reason, side)
}

// Call is one call of a phone, from the first INVITE to the end. It stays readable after its end.
type Call struct {
	phone    *Phone
	outgoing bool
	peer     sip.FromHeader // who calls; for an outgoing call this phone
	number   string
	headers  []Header
	began    time.Time
	dialog   dialog

	ringing, early, answered, ended chan struct{}
	// decided closes when an incoming INVITE has its final response; its transaction lives until then.
	decided chan struct{}
	// cancel closes when an outgoing call shall be given up before its answer.
	cancel chan struct{}

	mu       sync.Mutex
	media    *media
	source   Source
	running  bool // the media has been started
	server   sip.ServerTransaction
	invite   *sip.Request
	offered  *description // the other side's newest description
	version  int          // of our own description
	claimed  bool         // one of Answer, Reject and Hangup decides the incoming call
	holding  bool         // we put the other side on hold
	held     bool         // the other side put us on hold
	acked    chan struct{}
	times    [3]time.Time // ringing, answered, ended
	end      End
	inviting bool // a re-INVITE of ours is under way
}

func newCall(p *Phone) *Call {
	c := &Call{
		phone: p, began: time.Now(), ringing: make(chan struct{}), early: make(chan struct{}), answered: make(chan struct{}),
		ended: make(chan struct{}), decided: make(chan struct{}), cancel: make(chan struct{}), source: Silence(),
	}
	if p.config.Tone != 0 {
		c.source = Tone(p.config.Tone)
	}
	return c
}

// Ringing closes at the first 180, sent or received.
func (c *Call) Ringing() <-chan struct{} { return c.ringing }

// EarlyMedia closes when audio before the answer was announced (183 with a session description).
func (c *Call) EarlyMedia() <-chan struct{} { return c.early }

// Answered closes when the call is answered: at the caller with the 200, at the called with its ACK.
func (c *Call) Answered() <-chan struct{} { return c.answered }

// Ended closes when the call is over, answered or not.
func (c *Call) Ended() <-chan struct{} { return c.ended }

// WaitRinging, WaitAnswered and WaitEnded wait for the channel of that name; the first two fail if the
// call ends instead, with the status in the error.
func (c *Call) WaitRinging(ctx context.Context) error { return c.wait(ctx, c.ringing, "ringing") }

// WaitAnswered waits for Answered.
func (c *Call) WaitAnswered(ctx context.Context) error { return c.wait(ctx, c.answered, "an answer") }

// WaitEnded waits for Ended and tells how the call ended.
func (c *Call) WaitEnded(ctx context.Context) (End, error) {
	select {
	case <-c.ended:
		return c.End(), nil
	case <-ctx.Done():
		return End{}, fmt.Errorf("%s has not ended: %w", c.name(), ctx.Err())
	}
}

// End tells how the call ended; it is the zero End before.
func (c *Call) End() End {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.end
}

// ID is the SIP Call-ID.
func (c *Call) ID() string { return c.dialog.callID }

// Outgoing reports whether this phone placed the call.
func (c *Call) Outgoing() bool { return c.outgoing }

// Number is what was dialled: for an incoming call the user in its To.
func (c *Call) Number() string { return c.number }

// From is the caller's SIP user, usually the number.
func (c *Call) From() string { return c.peer.Address.User }

// DisplayName is the caller's name as it was sent, without quotes.
func (c *Call) DisplayName() string { return unquote(c.peer.DisplayName) }

// Headers returns all headers of an incoming INVITE in their order.
func (c *Call) Headers() []Header { return append([]Header(nil), c.headers...) }

// Header returns the first header of that name of an incoming INVITE, or "".
func (c *Call) Header(name string) string {
	for _, header := range c.headers {
		if strings.EqualFold(header.Name, name) {
			return header.Value
		}
	}
	return ""
}

// AudioTo is the IP address that the other side wants its audio at; "" before it has said so.
func (c *Call) AudioTo() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.offered == nil {
		return ""
	}
	return c.offered.addr.Addr().String()
}

// InvitedAt is when the INVITE was sent or received. It carries the monotonic clock, so that differences
// are true latencies; so do RingingAt, AnsweredAt and EndedAt, which are zero until then.
func (c *Call) InvitedAt() time.Time { return c.began }

// RingingAt is when Ringing closed.
func (c *Call) RingingAt() time.Time { return c.at(0) }

// AnsweredAt is when Answered closed.
func (c *Call) AnsweredAt() time.Time { return c.at(1) }

// EndedAt is when Ended closed.
func (c *Call) EndedAt() time.Time { return c.at(2) }

func (c *Call) at(moment int) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.times[moment]
}

// Held reports whether the other side has put this phone on hold.
func (c *Call) Held() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held
}

func (c *Call) name() string {
	if c.outgoing {
		return fmt.Sprintf("the call of %s to %s", c.From(), c.number)
	}
	return fmt.Sprintf("the call at %s from %s", c.phone.config.User, c.From())
}

// wait waits for a channel to close, and fails when the call ends or ctx is done before.
func (c *Call) wait(ctx context.Context, closed <-chan struct{}, what string) error {
	select {
	case <-closed:
		return nil
	default:
	}
	select {
	case <-closed:
		return nil
	case <-c.ended:
		return fmt.Errorf("%s waits for %s: %w", c.name(), what, c.endedError())
	case <-ctx.Done():
		return fmt.Errorf("%s waits for %s: %w", c.name(), what, ctx.Err())
	}
}

// ErrEnded is what waits on a call fail with when it ends; the text of the error tells how it ended.
var ErrEnded = errors.New("the call has ended")

func (c *Call) endedError() error { return fmt.Errorf("%w: %s", ErrEnded, c.End()) }

var errNoAudio = errors.New("the call has no audio yet, or its phone is set to NoRTP")

// audio returns the media, which may be closed already.
func (c *Call) audio() (*media, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.media == nil || c.phone.config.NoRTP {
		return nil, errNoAudio
	}
	return c.media, nil
}

// mark closes one of the moments once and notes when.
func (c *Call) mark(moment int, channel chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-channel:
	default:
		c.times[moment] = time.Now()
		close(channel)
	}
}

// finish ends the call; only the first end counts. It never blocks.
func (c *Call) finish(end End) {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.ended:
		return
	default:
	}
	c.end, c.times[2] = end, time.Now()
	close(c.ended)
	c.decide()
	if c.media != nil {
		c.media.close()
	}
	c.phone.remove(c)
}

// giveUp asks follow for the CANCEL, unless the call is answered. It and standing decide under one lock: a 200 that comes at
// the moment of the hang-up is either answered and gets a BYE from Hangup, or was given up before and gets it from follow.
func (c *Call) giveUp() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.answered:
		return false
	default:
	}
	select {
	case <-c.cancel:
	default:
		close(c.cancel)
	}
	return true
}

// standing marks an outgoing call as answered, unless it was given up.
func (c *Call) standing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	select {
	case <-c.cancel:
		return false
	default:
	}
	c.times[1] = time.Now()
	close(c.answered)
	return true
}

// decide lets go of the INVITE transaction. c.mu is held.
func (c *Call) decide() {
	select {
	case <-c.decided:
	default:
		close(c.decided)
	}
}

func quote(name string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
}

func unquote(name string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(name)
}
