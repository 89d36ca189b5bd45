package api

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/recording"
)

// downloadRecording sends a stored recording, whole or a range of it. The file is found by the tape of the row, never by what the
// client wrote; who downloads is logged.
func (s *Server) downloadRecording(c echo.Context) error {
	ctx := c.Request().Context()
	m, err := s.cfg.Recordings.Recording(ctx, c.Param("recording"))
	if err != nil {
		return err
	}
	if m.State != recording.Stored {
		return notStored(m)
	}
	f, err := s.cfg.Shelf.Open(ctx, m.Tape)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // It was only read.

	h := c.Response().Header()
	h.Set("Content-Type", "audio/wav")
	h.Set("Content-Disposition", `attachment; filename="recording-`+m.ID+`.wav"`)
	h.Set("ETag", `"`+m.SHA256+`"`)
	r := requestOf(c)
	s.cfg.Log.Info("recording downloaded", "request", r.id, "key", r.key.ID, "recording", m.ID, "interaction", string(m.Interaction),
		"range", printable(c.Request().Header.Get("Range")))
	rc := http.NewResponseController(c.Response())
	if err := rc.SetReadDeadline(time.Time{}); err != nil {
		s.cfg.Log.Debug("no read deadline here", "cause", err)
	}
	p := &patient{c.Response(), rc, s.cfg.SlowAfter, false}
	request := c.Request()
	if isHead(request) {
		request = request.WithContext(ctx)
		request.Method = http.MethodHead // Else the whole file is read for nothing.
	}
	http.ServeContent(p, request, "", m.Ended, f)
	if p.refused {
		return &refusal{status: http.StatusRequestedRangeNotSatisfiable, kind: "range",
			detail: fmt.Sprintf("the recording has %d bytes; ask for a range within them, such as bytes=0-1023", m.Bytes)}
	}
	return nil
}

// notStored says why there is no audio.
func notStored(m recording.Meta) error {
	say := "the call goes on; download the recording when it is over"
	switch m.State {
	case recording.Stopped:
		say = "the recording is being brought home from the switch; ask again in a few seconds"
	case recording.Failed:
		say = "there is no audio: " + m.Why
	}
	return &orchestrator.Error{Kind: orchestrator.Conflict, Op: "recording.audio", Say: say}
}

// patient gives each write its own deadline, so that a download lasts as long as its client takes something.
type patient struct {
	http.ResponseWriter
	rc      *http.ResponseController
	within  time.Duration
	refused bool // ServeContent refuses the range; the problem is written by its caller instead of its plain text
}

// WriteHeader keeps a refusal back; its Content-Range stays.
func (p *patient) WriteHeader(status int) {
	if status == http.StatusRequestedRangeNotSatisfiable {
		p.refused = true
		return
	}
	p.ResponseWriter.WriteHeader(status)
}

func (p *patient) Write(b []byte) (int, error) {
	if p.refused {
		return len(b), nil
	}
	if err := p.rc.SetWriteDeadline(time.Now().Add(p.within)); err != nil {
		return 0, err
	}
	return p.ResponseWriter.Write(b)
}
