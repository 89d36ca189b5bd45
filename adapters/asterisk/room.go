package asterisk

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"tandem/orchestrator/media"
)

// room is a bridge of ours. Its name begins with the application's, so that two applications and the admin's own bridges
// never meet.
type room struct {
	id   string
	kind string // ARI's bridge type
	keep bool   // the bridges of waiting music stay

	mu   sync.Mutex // held while the bridge is made or taken down, or its music started or stopped
	made bool       // guarded by mu

	members int  // legs in it or on their way; guarded by Switch.mu
	silent  bool // its music must be started; guarded by Switch.mu
	// confirming says that its music will be started once more; guarded by Switch.mu.
	confirming bool
}

// talking is what two or more parties are joined in. Plain "mixing" would hand the audio to the RTP engine and report no keys.
const talking = "mixing,dtmf_events"

func roomBridge(app string, r media.RoomID) string { return app + "-room-" + string(r) }
func musicBridge(app, class string) string         { return app + "-music-" + class }
func coachBridge(app string, g media.LegID) string { return app + "-coach-" + string(g) }

// baseOf is the base that being in a bridge means; ok only for bridges of ours.
func baseOf(app, bridge string) (base media.Base, ok bool) {
	if name, ok := strings.CutPrefix(bridge, app+"-room-"); ok {
		return media.Join{Room: media.RoomID(name)}, true
	}
	if name, ok := strings.CutPrefix(bridge, app+"-music-"); ok {
		return media.Music{Class: name}, true
	}
	return nil, strings.HasPrefix(bridge, app+"-coach-")
}

// room returns the bridge of a name; called with Switch.mu held.
func (s *Switch) room(id string) *room {
	r := s.rooms[id]
	if r == nil {
		r = &room{id: id, kind: talking}
		if strings.HasPrefix(id, s.cfg.App+"-music-") {
			r.kind, r.keep, r.silent = "holding", true, true
		}
		s.rooms[id] = r
	}
	return r
}

// settle notes in which bridge a leg is from now on, and takes down the one that it was last in. Called with mu held.
func (s *Switch) settle(g *leg, bridge string) { s.vacate(s.occupy(g, bridge)) }

// occupy notes in which bridge a leg is to be from now on. It counts in the bridge that it was in, which is returned, until that is vacated.
// Called with mu held.
func (s *Switch) occupy(g *leg, bridge string) (old string) {
	old = g.bridge
	if old == bridge {
		return ""
	}
	g.bridge = bridge
	if bridge != "" {
		s.room(bridge).members++
	}
	return old
}

// vacate counts a leg out of a bridge, and takes that down when it was the last. Called with mu held.
func (s *Switch) vacate(bridge string) {
	r := s.rooms[bridge]
	if r == nil {
		return
	}
	r.members--
	switch {
	case r.members <= 0 && r.keep:
		r.silent = true // the player leaves a bridge that it is alone in
		s.present.Follow(func(*line) { s.stopMusic(r) })
	case r.members == 1 && r.keep:
		s.confirmMusic(r)
	case r.members <= 0:
		s.present.Follow(func(*line) { s.takeDown(r) })
	}
}

// takeDown deletes a room that nobody is in. The room stays known until its bridge is gone: who enters meanwhile waits for that in
// openRoom, and is not put into the bridge that is being deleted.
func (s *Switch) takeDown(r *room) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.mu.Lock()
	empty := r.members <= 0
	s.mu.Unlock()
	if !empty {
		return
	}
	if r.made {
		r.made = false
		if err := s.rest.ari.Bridge().Delete(bridgeKey(r.id)); err != nil && statusOf(err) != 404 {
			s.log.Warn("a bridge was not taken down", "bridge", r.id, "error", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.members <= 0 && s.rooms[r.id] == r {
		delete(s.rooms, r.id)
	}
}

// openRoom makes the bridge if it is not there. A bridge that is there answers 409, or 200 and keeps its legs.
func (s *Switch) openRoom(r *room) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.made {
		return nil
	}
	_, err := s.rest.ari.Bridge().Create(bridgeKey(r.id), r.kind, r.id)
	if err != nil && statusOf(err) != 409 {
		return err
	}
	r.made = true
	return nil
}

// move takes a leg into a bridge, or out of all (""). The bridge that it leaves is taken down when it is out: Asterisk would else throw it out
// a moment after the removal was refused, and with it the prompt that has begun by then, whose end it never tells.
func (s *Switch) move(ctx context.Context, g *leg, target string) error {
	s.mu.Lock()
	old := s.occupy(g, target)
	var r *room
	if target != "" {
		r = s.room(target)
	}
	s.mu.Unlock()
	err := s.carryOver(ctx, g, r, old)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err == nil || g.bridge != target:
	case target != "":
		s.settle(g, "")
	case !g.gone:
		g.bridge = old // it may still be in there: another try takes it out
		return err
	}
	s.vacate(old)
	return err
}

// enter puts a leg into a room. Who is shown to a party is what its Dial says: without inhibitConnectedLineUpdates a room of two tells each
// the other's number, and a customer who is called then (Dial.Early) is shown the agent's account instead of ours.
func (s *Switch) enter(ctx context.Context, r *room, g *leg) error {
	return s.rest.call(context.WithoutCancel(ctx), http.MethodPost, "/bridges/"+r.id+"/addChannel", nil, map[string]any{
		"channel": string(g.id), "inhibitConnectedLineUpdates": !r.keep,
	}, nil)
}

func (s *Switch) carryOver(ctx context.Context, g *leg, r *room, old string) error {
	if r == nil {
		err := s.rest.ari.Bridge().RemoveChannel(bridgeKey(old), string(g.id))
		if status := statusOf(err); status == 404 || status == 409 || status == 422 || status == 400 {
			return nil // it is not in there, or the bridge is being taken down (409): that was wanted
		}
		return err
	}
	for attempt := 0; ; attempt++ {
		if err := s.openRoom(r); err != nil {
			return err
		}
		err := s.enter(ctx, r, g)
		if err == nil {
			return s.startMusic(r)
		}
		if statusOf(err) != 404 || attempt == 1 {
			return err
		}
		r.mu.Lock()
		r.made = false // somebody else deleted it
		r.mu.Unlock()
	}
}
