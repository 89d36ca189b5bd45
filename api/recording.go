package api

import (
	"context"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/recording"
)

// ListRecordings lists a page of recordings, newest first.
func (s *Server) ListRecordings(ctx context.Context, r ListRecordingsRequestObject) (ListRecordingsResponseObject, error) {
	before, err := readCursor("recording", r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	rows, err := s.cfg.Recordings.Recordings(ctx, recording.Filter{
		Interaction: orchestrator.InteractionID(r.Params.Interaction), State: recording.State(r.Params.State),
		Before: before, Limit: r.Params.Limit + 1,
	})
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, r.Params.Limit, "recording", func(m recording.Meta) string { return m.ID })
	return ListRecordings200JSONResponse{Items: wireAll(rows, recordingWire), NextCursor: next}, nil
}

// GetRecording answers one recording.
func (s *Server) GetRecording(ctx context.Context, r GetRecordingRequestObject) (GetRecordingResponseObject, error) {
	m, err := s.cfg.Recordings.Recording(ctx, r.Recording)
	if err != nil {
		return nil, err
	}
	return GetRecording200JSONResponse(recordingWire(m)), nil
}

func recordingWire(m recording.Meta) Recording {
	w := Recording{
		ID: m.ID, Interaction: string(m.Interaction), Queue: string(m.Queue), Agent: string(m.Agent), State: RecordingState(m.State),
		Why: m.Why, Started: m.Started.UTC(), Ended: m.Ended.UTC(), LengthSeconds: m.Length.Seconds(), Bytes: m.Bytes, Sha256: m.SHA256,
	}
	if m.State == recording.Stored {
		w.Audio = "/api/v1/recordings/" + m.ID + "/audio"
	}
	return w
}
