package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/view"
)

// streamEvents sends the snapshot and then each later line of the journal, exactly once, until the client goes, is too slow, has
// its key revoked, or the door closes. Nothing is kept for a client: it reads the feed at its own place.
func (s *Server) streamEvents(c echo.Context) error {
	ctx, stop := context.WithCancel(c.Request().Context())
	defer stop()
	h := c.Response().Header()
	h.Set("Content-Type", "text/event-stream")
	if isHead(c.Request()) {
		return c.NoContent(http.StatusOK)
	}
	end, err := s.streams.begin(from(ctx).key.ID, stop)
	if err != nil {
		return err
	}
	defer end()
	defer context.AfterFunc(s.closing, stop)()

	defer s.feed.join()()
	pos, first, err := s.beginStream(ctx, c)
	if err != nil {
		return err
	}
	h.Set("X-Accel-Buffering", "no") // A proxy must not collect what is to be seen now.
	c.Response().WriteHeader(http.StatusOK)
	st := &stream{s: s, c: c, rc: http.NewResponseController(c.Response()), pos: pos}
	if err := st.rc.SetReadDeadline(time.Time{}); err != nil {
		s.cfg.Log.Debug("no read deadline here", "cause", err)
	}
	err = st.send(append([]byte("retry: 2000\n\n"), first...))
	if err == nil {
		err = st.run(ctx)
	}
	s.cfg.Log.Debug("event stream ended", "request", requestOf(c).id, "at", st.pos, "cause", err)
	return nil
}

// stream is one client's place in the feed.
type stream struct {
	s   *Server
	c   echo.Context
	rc  *http.ResponseController
	pos int64 // the last line that the client has
}

func (st *stream) run(ctx context.Context) error {
	beat := time.NewTicker(st.s.cfg.Heartbeat)
	defer beat.Stop()
	for {
		lines, next, err := st.s.feed.after(ctx, st.pos)
		if err != nil {
			return err
		}
		if next == nil {
			if err := st.sendLines(lines); err != nil {
				return err
			}
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-next:
		case <-beat.C:
			if err := st.send([]byte(": still here\n\n")); err != nil {
				return err
			}
		}
	}
}

func (st *stream) sendLines(lines []line) error {
	var text []byte
	for _, l := range lines {
		text = append(text, l.text...)
	}
	if err := st.send(text); err != nil {
		return err
	}
	st.pos = lines[len(lines)-1].seq
	return nil
}

// send writes and flushes; a client that does not take it in time is cut off.
func (st *stream) send(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	if err := st.rc.SetWriteDeadline(time.Now().Add(st.s.cfg.SlowAfter)); err != nil {
		return err
	}
	if _, err := st.c.Response().Write(text); err != nil {
		return err
	}
	return st.rc.Flush()
}

// beginStream finds where the stream begins: after the line that the client names, or after a snapshot.
func (s *Server) beginStream(ctx context.Context, c echo.Context) (pos int64, first []byte, err error) {
	text := c.QueryParam("after")
	if id := c.Request().Header.Get("Last-Event-ID"); id != "" {
		text = id
	}
	if text == "" {
		snap, err := s.snapshot(ctx)
		if err != nil {
			return 0, nil, err
		}
		first, err = sse("snapshot", snap.Seq, snap)
		return snap.Seq, first, err
	}
	if pos, err = strconv.ParseInt(text, 10, 64); err != nil {
		return 0, nil, wrongField(http.StatusBadRequest, "malformed", "after", "is no number of a line")
	}
	seen, err := s.cfg.Views.Seq(ctx)
	if err == nil && pos > seen {
		err = wrongField(http.StatusBadRequest, "malformed", "after",
			fmt.Sprintf("line %d is not written yet, the last one is %d: this is another journal; begin with a snapshot", pos, seen))
	}
	return pos, nil, err
}

// snapshotTries bounds how often a snapshot begins anew because the views moved while it was taken.
const snapshotTries = 50

// snapshot reads queues, agents and live interactions as they are at one line of the journal: the views are read again until
// they did not move meanwhile.
func (s *Server) snapshot(ctx context.Context) (Snapshot, error) {
	ctx, stop := context.WithTimeout(ctx, s.cfg.Timeout)
	defer stop()
	seq, err := s.cfg.Views.Seq(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	for range snapshotTries {
		snap, err := s.readViews(ctx)
		if err != nil {
			return Snapshot{}, err
		}
		snap.Seq, err = s.cfg.Views.Seq(ctx)
		if err != nil || snap.Seq == seq {
			return snap, err
		}
		seq = snap.Seq
	}
	return Snapshot{}, &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "api.snapshot", Say: "too much happens right now to take a snapshot; try again"}
}

// liveAtOnce is how many live interactions are read at once.
const liveAtOnce = 200

func (s *Server) readViews(ctx context.Context) (Snapshot, error) {
	queues, err := s.cfg.Views.Queues(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	agents, err := s.cfg.Views.Agents(ctx)
	if err != nil {
		return Snapshot{}, err
	}
	snap := Snapshot{Queues: wireAll(queues, queueWire), Agents: wireAll(agents, agentWire), Interactions: []Interaction{}}
	for before := ""; ; {
		rows, err := s.cfg.Views.Interactions(ctx, view.Filter{Live: true, Before: before, Limit: liveAtOnce})
		if err != nil {
			return Snapshot{}, err
		}
		snap.Interactions = append(snap.Interactions, wireAll(rows, interactionWire)...)
		if len(rows) < liveAtOnce {
			return snap, nil
		}
		before = string(rows[len(rows)-1].ID)
	}
}
