package api

import "github.com/labstack/echo/v4"

// Routes is the table of the router.
func (s *Server) Routes() []*echo.Route { return s.echo.Routes() }
