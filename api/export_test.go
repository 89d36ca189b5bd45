package api

import "github.com/labstack/echo/v4"

// Routes is the table of the router.
func (s *Server) Routes() []*echo.Route { return s.echo.Routes() }

// Wanting is how many clients change the thing at an address, or wait to.
func (s *Server) Wanting(path string) int {
	s.takingsMu.Lock()
	defer s.takingsMu.Unlock()
	if t := s.takings[path]; t != nil {
		return t.wait
	}
	return 0
}
