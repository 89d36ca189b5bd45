package api

import (
	"context"
	"time"
)

// GetHealth answers as long as the process can.
func (s *Server) GetHealth(context.Context, GetHealthRequestObject) (GetHealthResponseObject, error) {
	return GetHealth200JSONResponse{Status: AliveStatusAlive, Version: s.cfg.Version}, nil
}

// readyWithin is how long the parts have to tell how they are: watchers ask often and give up soon.
const readyWithin = 3 * time.Second

// GetReady says whether every part that is needed works.
func (s *Server) GetReady(ctx context.Context, _ GetReadyRequestObject) (GetReadyResponseObject, error) {
	ctx, stop := context.WithTimeout(ctx, readyWithin)
	defer stop()
	r := Readiness{Ready: true, Checks: []Check{}}
	for _, c := range s.cfg.Health.Health(ctx) {
		r.Checks = append(r.Checks, Check{Name: c.Name, Ok: c.OK, Says: c.Says})
		r.Ready = r.Ready && c.OK
	}
	if !r.Ready {
		return GetReady503JSONResponse(r), nil
	}
	return GetReady200JSONResponse(r), nil
}
