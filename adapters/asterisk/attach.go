package asterisk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/CyCoreSystems/ari/v6"

	"tandem/orchestrator/media"
)

// found is what Asterisk says at the beginning of a line.
type found struct {
	boot     string
	channels []channel
	bridges  []bridge
	ours     map[string]bool // channels that the application is subscribed to
	taping   map[string]bool // halves of tapes that are being recorded
}

// attach reads what lives and makes it the state. The socket is open already: what happens meanwhile waits in the mailbox.
func (s *Switch) attach(l *line) (media.Event, error) {
	if err := s.prove(l.Ctx); err != nil {
		return media.Event{}, err
	}
	if err := s.hush(l.Ctx); err != nil {
		return media.Event{}, err
	}
	f, err := s.read(l.Ctx)
	if err != nil {
		return media.Event{}, err
	}
	legs, err := s.recognise(l.Ctx, f)
	if err != nil {
		return media.Event{}, err
	}
	if err := s.probe(l, s.cfg.Timeout); err != nil { // last, so that nothing was missed since the line's beginning
		return media.Event{}, err
	}
	at := now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.signs.Forget()
	s.present.Set(l.Ctx, l)
	s.adopt(l, f, legs)
	list := make([]media.Leg, 0, len(legs))
	for _, g := range legs {
		list = append(list, g.info)
	}
	slices.SortFunc(list, func(a, b media.Leg) int { return cmp.Compare(a.ID, b.ID) })
	return media.Event{Kind: media.Up, At: at, Text: f.boot, Legs: list}, nil
}

// prove dials a phone that does not exist, after the line was declared wedged: an Asterisk that hangs in every dial answers
// all other requests well (F16).
func (s *Switch) prove(ctx context.Context) error {
	s.mu.Lock()
	doubts := s.doubts
	s.mu.Unlock()
	if !doubts {
		return nil
	}
	body := map[string]any{"endpoint": "PJSIP/tandem-probe", "app": s.cfg.App, "appArgs": helperArgument}
	err := s.rest.call(ctx, http.MethodPost, "/channels", nil, body, nil)
	if err != nil && statusOf(err) == 0 {
		return fmt.Errorf("Asterisk still does not answer a call: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doubts = false
	return nil
}

func (s *Switch) read(ctx context.Context) (f found, err error) {
	var info struct {
		System struct {
			Entity string `json:"entity_id"`
		} `json:"system"`
		Status struct {
			Startup string `json:"startup_time"`
		} `json:"status"`
	}
	var app struct {
		Channels []string `json:"channel_ids"`
	}
	for path, out := range map[string]any{
		"/asterisk/info": &info, "/channels": &f.channels, "/bridges": &f.bridges, "/applications/" + s.cfg.App: &app,
	} {
		if err := s.rest.call(ctx, http.MethodGet, path, nil, nil, out); err != nil {
			return f, fmt.Errorf("reading %s: %w", path, err)
		}
	}
	f.taping = map[string]bool{}
	f.boot = info.System.Entity + " " + info.Status.Startup
	f.ours = make(map[string]bool, len(app.Channels))
	for _, id := range app.Channels {
		f.ours[id] = true
	}
	return f, nil
}

// recognise finds the legs of ours among all channels and reads their variables, eight at a time.
func (s *Switch) recognise(ctx context.Context, f found) (map[media.LegID]*leg, error) {
	legs := map[media.LegID]*leg{}
	var (
		mu   sync.Mutex
		wg   sync.WaitGroup
		errs []error
		gate = make(chan struct{}, 8)
	)
	for _, c := range f.channels {
		if _, helper := c.snoop(); helper || !media.IsName(c.ID) {
			continue
		}
		in := c.Plan.App == "Stasis" && inApp(c.Plan.Data, s.cfg.App)
		if !in && !f.ours[c.ID] && !slices.Contains(s.cfg.Contexts, c.Plan.Context) && !s.mayBeDialled(c) {
			continue
		}
		gate <- struct{}{}
		wg.Go(func() {
			defer func() { <-gate }()
			g, err := s.recogniseOne(ctx, c, in)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, err)
			} else if g != nil {
				legs[g.id] = g
			}
		})
	}
	wg.Wait()
	return legs, errors.Join(append(errs, s.listen(ctx, f))...)
}

// outgoing is the application that Asterisk shows for a channel that is being originated by anybody, until it is answered.
const outgoing = "AppDial2"

// mayBeDialled says whether a channel outside our application may be one that we dialled: it rings, or it has answered while we were
// away and waits for us. Its variable says whether it is.
func (s *Switch) mayBeDialled(c channel) bool {
	return c.Plan.App == outgoing || c.Plan.Context == s.cfg.Dialled
}

// inApp says whether the data of Stasis() names our application; what follows the comma are its arguments.
func inApp(data, app string) bool {
	return data == app || len(data) > len(app) && data[:len(app)] == app && data[len(app)] == ','
}

func (s *Switch) recogniseOne(ctx context.Context, c channel, in bool) (*leg, error) {
	g := &leg{id: media.LegID(c.ID), info: c.leg(), inside: in}
	var owner, stamped, place, carried string
	var err error
	if !in {
		owner, err = s.rest.variable(c.ID, appVariable)
	}
	if err == nil && !in && s.mayBeDialled(c) && owner != s.cfg.App {
		return nil, nil // somebody else's
	}
	if err != nil {
		return nil, err
	}
	if stamped, err = s.rest.variable(c.ID, stampVariable); err == nil {
		carried, err = s.rest.variable(c.ID, carryVariable)
	}
	if err == nil && !in && owner == "" {
		place, err = s.rest.variable(c.ID, placeVariable)
	}
	if err != nil {
		return nil, err
	}
	g.dialled = owner == s.cfg.App || stamped != "" || in && c.Plan.Data == s.cfg.App+","+dialledArgument
	if !in && !g.dialled {
		away, err := s.isAway(c.ID, place)
		if err != nil || !away {
			return nil, err
		}
		g.info.Away, g.left = true, true
		if g.info.To, err = s.rest.variable(c.ID, numberVariable); err != nil {
			return nil, err
		}
	}
	g.info.Stamp = stamped
	g.restore(c, carried)
	return g, ctx.Err()
}

// isAway says whether a caller outside our application is in the fallback, or has been there and is on the way back to us: the first
// chance for that is our new line, while we read what lives. Others are other calls of the same dialplan, or have just begun.
func (s *Switch) isAway(id, place string) (bool, error) {
	if place != "tandem" {
		return place == "fallback", nil
	}
	rounds, err := s.rest.variable(id, roundVariable)
	return rounds != "", err
}

// restore puts what the channel carries back into the leg.
func (g *leg) restore(c channel, carried string) {
	var was carry
	_ = json.Unmarshal([]byte(carried), &was) // a leg without it, or with somebody else's text, carries nothing
	g.info.Task, g.does, g.over, g.mute, g.info.Held = was.Task, was.Do, was.Over, was.Mute, was.Held
	g.silent = c.State == "Down"
	if was.Answered != 0 {
		g.answeredAt(time.UnixMicro(was.Answered).UTC())
	}
	switch c.State {
	case "Up":
		g.answeredAt(now()) // Asterisk does not say since when
		g.told = true
	case "Ringing":
		g.rang = true
	}
}

// adopt makes the found legs the state. Called with mu held.
func (s *Switch) adopt(l *line, f found, legs map[media.LegID]*leg) {
	old, entered := s.legs, l.haveEntered()
	for id, g := range legs {
		g.inside = g.inside || g.dialled && entered[string(id)]
		if uncalled(g, old[id]) {
			delete(legs, id)
			s.spent.Add(id)
			s.hangUp(id)
		}
	}
	s.bury(f, old, legs)
	s.legs, s.tasks, s.rooms = legs, map[string]*running{}, map[string]*room{}
	for _, b := range f.bridges {
		base, ours := baseOf(s.cfg.App, b.ID)
		if !ours {
			continue
		}
		_, music := base.(media.Music)
		r := s.room(b.ID)
		r.made = true
		for _, id := range b.Channels {
			if g := legs[media.LegID(id)]; g != nil {
				g.bridge = b.ID
				r.members++
			}
		}
		switch {
		case r.members == 0 && !music:
			s.present.Follow(func(*line) { s.takeDown(r) })
		case r.members == 0 && len(b.Channels) > 0:
			s.present.Follow(func(*line) { s.stopMusic(r) })
		case r.members > 0 && music:
			s.confirmMusic(r) // we may have gone before it was started
		}
	}
	s.adoptTapes(f, legs)
	for id, g := range old {
		if legs[id] == nil {
			s.missed(id, g.want.Tape)
		}
	}
	clear(s.heard)
	s.readPhones(s.phones.Anew())
	for id, g := range legs {
		s.remember(g, old[id])
		if !f.ours[string(id)] {
			s.subscribe(g)
		}
		if g.info.Task != "" && !g.over {
			s.adoptTask(l, g, old[id])
		}
	}
}

// bury remembers that the legs which Up does not list are gone. A caller who lives on in the dialplan is only not ours any more (F60),
// and may come back. Called with mu held.
func (s *Switch) bury(f found, old, legs map[media.LegID]*leg) {
	lives := make(map[media.LegID]bool, len(f.channels))
	for _, c := range f.channels {
		lives[media.LegID(c.ID)] = true
	}
	for id, g := range old {
		if legs[id] == nil && (g.dialled || !lives[id]) {
			s.spent.Add(id)
		}
	}
}

// remember keeps what only this program knows of a leg, when it is the line that was away and not the program.
func (s *Switch) remember(g, old *leg) {
	if !g.dialled && !g.info.Away {
		g.guard = &guard{due: true}
	}
	if old == nil {
		return
	}
	g.tries.Inherit(old.tries)
	g.want = old.want
	g.keys, g.secret, g.ringing, g.dropped, g.why = old.keys, old.secret, old.ringing, old.dropped, old.why
	g.rang = g.rang || old.rang
	g.called = old.called
	if !old.info.Answered.IsZero() && g.up {
		g.info.Answered = old.info.Answered
	}
	if g.info.To == "" || g.dialled {
		g.info.To = old.info.To
	}
}

// adoptTask looks after a task that was begun before this line: a prompt that still runs is followed to its end, anything else
// ended in the gap.
func (s *Switch) adoptTask(l *line, g, old *leg) {
	r := &running{leg: g, task: media.Task{ID: g.info.Task, Do: g.does}, playing: true}
	if old != nil && old.task != nil && old.task.task.ID == g.info.Task {
		r.task = old.task.task
	}
	g.task = r
	s.tasks[string(r.task.ID)] = r
	s.present.Follow(func(l *line) { s.askForTask(l, r) })
}

// askForTask finds out whether a prompt still runs. An answer that says neither is asked for again.
func (s *Switch) askForTask(l *line, r *running) {
	s.mu.Lock()
	over := r.over
	s.mu.Unlock()
	if over {
		return
	}
	key := ari.NewKey(ari.PlaybackKey, string(r.task.ID))
	// Not by the library's Data, whose error hides that the answer is 404.
	err := s.rest.call(l.Ctx, http.MethodGet, "/playbacks/"+key.ID, nil, nil, nil)
	switch {
	case err != nil && statusOf(err) != http.StatusNotFound:
		s.present.Later(s.cfg.Again, func(present *line) {
			if present == l {
				s.askForTask(l, r) // a new line asks by itself
			}
		})
		return
	case err == nil && r.task.Do == media.Say:
		return
	case err == nil:
		_ = s.rest.ari.Playback().Stop(key) // the prompts of an ask whose keys are lost
	}
	l.Post(func() []media.Event { return s.finish(r, now(), media.CauseUnknown, "") })
}
