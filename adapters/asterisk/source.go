package asterisk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"tandem/orchestrator"
	"tandem/orchestrator/media"
)

// Tape implements recording.Source: both halves of a finished tape, or the one that there is.
func (s *Switch) Tape(ctx context.Context, id media.TapeID) (party, heard io.ReadCloser, err error) {
	if !media.IsName(string(id)) {
		return nil, nil, &orchestrator.Error{Kind: orchestrator.Invalid, Op: "recording.tape", Say: "the tape's name has other characters than letters, digits, dot, underscore and hyphen"}
	}
	away := s.present.Away()
	s.mu.Lock()
	runs := s.tapes[id] != nil
	s.mu.Unlock()
	if away { // a program that has just started does not know whether it runs, and Asterisk gives the file of one that does, empty
		return nil, nil, &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "recording.tape", Say: "the line to Asterisk is away"}
	}
	if runs {
		return nil, nil, &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "recording.tape", Say: "the tape still runs"}
	}
	party, err = s.stored(ctx, string(id)+halves[0].suffix)
	missing := orchestrator.KindOf(err) == orchestrator.NotFound
	if err != nil && !missing {
		return nil, nil, err
	}
	heard, other := s.stored(ctx, string(id)+halves[1].suffix)
	switch {
	case other == nil:
		return party, heard, nil
	case missing:
		return nil, nil, other
	case orchestrator.KindOf(other) == orchestrator.NotFound:
		return party, nil, nil
	}
	return nil, nil, errors.Join(other, party.Close())
}

// Message opens the voice message that a Take task recorded, as WAV, 8 kHz, 16 bit, mono; errors are those of Tape.
func (s *Switch) Message(ctx context.Context, id media.TaskID) (io.ReadCloser, error) {
	if !media.IsName(string(id)) {
		return nil, &orchestrator.Error{Kind: orchestrator.Invalid, Op: "recording.message", Say: "the task's name is not one"}
	}
	return s.stored(ctx, string(id))
}

// Forget implements recording.Source.
func (s *Switch) Forget(ctx context.Context, id media.TapeID) error {
	if !media.IsName(string(id)) {
		return nil
	}
	for _, half := range halves {
		err := s.rest.call(ctx, http.MethodDelete, "/recordings/stored/"+string(id)+half.suffix, nil, nil, nil)
		if err != nil && statusOf(err) != http.StatusNotFound {
			return &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "recording.forget", Say: "Asterisk did not delete the tape", Err: err}
		}
	}
	return nil
}

func (s *Switch) stored(ctx context.Context, name string) (io.ReadCloser, error) {
	body, err := s.rest.file(ctx, "/recordings/stored/"+name+"/file")
	switch {
	case statusOf(err) == http.StatusNotFound:
		return nil, &orchestrator.Error{Kind: orchestrator.NotFound, Op: "recording.tape", Say: "Asterisk does not have " + name, Err: err}
	case err != nil:
		return nil, &orchestrator.Error{Kind: orchestrator.Unavailable, Op: "recording.tape", Say: "Asterisk did not give " + name, Err: err}
	}
	return body, nil
}

// file fetches a file as a stream; a long call is larger than a command's answer and takes longer than one.
func (r *rest) file(ctx context.Context, path string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.wire.scheme+"://"+r.wire.host+r.path+path, nil)
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(r.user, r.pass)
	res, err := r.wire.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode > 299 {
		var text bytes.Buffer
		_, _ = io.Copy(&text, io.LimitReader(res.Body, 4096))
		_ = res.Body.Close()
		return nil, &statusError{Status: res.StatusCode, Body: text.String()}
	}
	return res.Body, nil
}
