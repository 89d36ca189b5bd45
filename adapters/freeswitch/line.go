package freeswitch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/percipia/eslgo"

	"tandem/orchestrator/media"
	"tandem/orchestrator/media/switchboard"
)

// line is one pair of connections, from their opening to the loss of either: one brings events, one takes commands.
type line struct {
	*switchboard.Line[said]
	sw *Switch

	events, commands *post
}

// heard are the events that we use. Those about channels carry all variables of the channel.
const heard = "event json CHANNEL_CREATE CHANNEL_PARK CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_ANSWER CHANNEL_BRIDGE " +
	"CHANNEL_UNBRIDGE CHANNEL_HOLD CHANNEL_UNHOLD CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY DTMF RECORD_STOP " +
	"BACKGROUND_JOB HEARTBEAT CUSTOM " + taskEvent + " sofia::register sofia::unregister sofia::expire"

// open connects both and asks for events. FreeSWITCH delivers from here on, so the state may be read afterwards without a gap.
func (s *Switch) open(ctx context.Context) (*line, error) {
	l := &line{sw: s, Line: switchboard.NewLine[said](ctx, s.cfg.Backlog, func(items int) { s.figures.dropped.Add(int64(items)) })}
	order := newSorter(s.cfg.Hold, &s.figures, func(e said) { l.Hear(e) })
	var err error
	if l.commands, err = l.connect(nil); err == nil {
		l.events, err = l.connect(l.listen(order))
	}
	if err == nil {
		go order.run(l.Ctx)
		_, err = l.events.say(l.Ctx, heard)
	}
	if err != nil {
		l.Lose(err)
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *line) connect(heard func([]byte)) (*post, error) {
	w, err := dialWire(l.Ctx, l.sw.cfg, l.Lose, func() { l.sw.figures.malformed.Add(1) }, heard)
	if err != nil {
		return nil, err
	}
	return &post{wire: w, cfg: l.sw.cfg, figures: &l.sw.figures, lose: l.Lose}, nil
}

// listen takes each event off the connection, in order.
func (l *line) listen(order *sorter) func([]byte) {
	return func(raw []byte) {
		l.sw.figures.events.Add(1)
		e, err := decode(raw)
		if err != nil {
			l.sw.figures.malformed.Add(1)
			return
		}
		l.sw.arrived(e)
		select {
		case order.in <- e:
		case <-l.Ctx.Done():
		}
	}
}

// close takes both connections away; the line must be lost before.
func (l *line) close() {
	for _, p := range []*post{l.events, l.commands} {
		if p != nil {
			p.wire.close()
		}
	}
}

// api runs a command of FreeSWITCH and returns its answer; an answer that begins with -ERR is a *refusal.
func (l *line) api(command string) (string, error) { return l.commands.api(l.Ctx, command) }

// post is one connection that takes commands, one at a time.
type post struct {
	wire    *wire
	cfg     Config
	figures *figures
	lose    func(error)
	mu      sync.Mutex // held over a command: eslgo would give answers to the wrong one
}

func (p *post) conn() *eslgo.Conn { return p.wire.conn }

// raw is a command in eslgo's eyes.
type raw string

func (r raw) BuildMessage() string { return string(r) }

// refusal is an answer that begins with -ERR or -USAGE.
type refusal struct{ command, text string }

func (r *refusal) Error() string { return r.command + ": " + r.text }

// refused says whether FreeSWITCH answered with an error, and with which.
func refused(err error) (text string, yes bool) {
	var r *refusal
	if errors.As(err, &r) {
		return r.text, true
	}
	return "", false
}

// missing says whether FreeSWITCH refused because there is no such channel: the ordinary answer for a leg that is just ending.
func missing(err error) bool {
	text, yes := refused(err)
	return yes && (strings.Contains(text, "No such channel") || strings.Contains(text, "Cannot locate session") || strings.Contains(text, "Invalid uuid") ||
		strings.Contains(text, "invalid session id"))
}

// say sends one command and waits for its answer. Whatever goes wrong costs the line.
func (p *post) say(ctx context.Context, command string) (string, error) {
	if strings.ContainsAny(command, "\x00") || strings.Contains(command, "\n\n") {
		return "", errControl
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	ctx, stop := context.WithTimeout(ctx, p.cfg.Timeout)
	defer stop()
	if ctx.Err() != nil {
		return "", errDown
	}
	began := time.Now()
	answer, err := p.conn().SendCommand(ctx, raw(command))
	p.figures.commands.Add(1)
	p.figures.nanoseconds.Add(int64(time.Since(began)))
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			p.figures.timeouts.Add(1)
			err = errors.New("FreeSWITCH does not answer a command")
		}
		p.lose(err)
		return "", errDown
	}
	return answer.GetReply(), nil
}

func (p *post) api(ctx context.Context, command string) (string, error) {
	text, err := p.say(ctx, "api "+command)
	if err != nil {
		return "", err
	}
	word, _, _ := strings.Cut(command, " ")
	if strings.HasPrefix(text, "-ERR") || strings.HasPrefix(text, "-USAGE") {
		p.figures.errors.Add(1)
		return "", &refusal{command: word, text: strings.TrimSpace(media.Clean(strings.TrimPrefix(text, "-ERR")))}
	}
	return text, nil
}

// job starts a command that may take long; its answer comes as the event BACKGROUND_JOB with this name.
func (p *post) job(ctx context.Context, name, command string) error {
	text, err := p.say(ctx, "bgapi "+command+"\r\nJob-UUID: "+name) // \n alone would make the header a part of the command
	if err == nil && !strings.HasPrefix(text, "+OK") {
		err = &refusal{command: "bgapi", text: media.Clean(text)}
	}
	return err
}

// poke lets FreeSWITCH look for events: an empty line is no command and is not answered.
func (p *post) poke() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := p.wire.far.Write([]byte{'\n'})
	return err
}

// tell lets a channel execute an application beside what it does, as soon as it comes to it.
func (l *line) tell(channel, application, data string) error {
	text, err := l.commands.say(l.Ctx, strings.Join([]string{
		"sendmsg " + channel, "call-command: execute", "execute-app-name: " + application, "execute-app-arg: " + data, "event-lock: true",
	}, "\r\n"))
	if err == nil && !strings.HasPrefix(text, "+OK") {
		err = &refusal{command: "sendmsg", text: media.Clean(strings.TrimPrefix(text, "-ERR "))}
	}
	return err
}

// ask is api with formatting.
func (l *line) ask(format string, args ...any) error {
	_, err := l.api(fmt.Sprintf(format, args...))
	return err
}
