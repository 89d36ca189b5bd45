package api

import "context"

// ResendMessage sends a message again, because a person says so.
func (s *Server) ResendMessage(ctx context.Context, r ResendMessageRequestObject) (ResendMessageResponseObject, error) {
	m, err := s.cfg.Inbox.ResendSMS(ctx, r.Message)
	if err != nil {
		return nil, err
	}
	by := from(ctx)
	s.cfg.Log.Info("message is sent again", "request", by.id, "by", by.key.ID, "message", r.Message, "key", m.Key)
	return ResendMessage200JSONResponse(messageWire(m)), nil
}
