package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"github.com/labstack/echo/v4"

	"tandem/orchestrator/desk/access"
)

// request is what the guards have learnt of a request. One goroutine writes it, before the handler runs.
type request struct {
	id   string     // stands in the log and in every problem
	key  access.Key // who asks; zero for public routes
	sum  [32]byte   // of the key
	hash string     // of method, path and body: with an idempotency key it says whether two requests are the same
}

type requestKey struct{}

// begin gives the request its id.
func begin(c echo.Context) *request {
	var b [8]byte
	rand.Read(b[:]) //nolint:errcheck // It never fails since Go 1.24.
	r := &request{id: hex.EncodeToString(b[:])}
	c.SetRequest(c.Request().WithContext(context.WithValue(c.Request().Context(), requestKey{}, r)))
	return r
}

// from returns the request that ctx belongs to.
func from(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{}
}

func requestOf(c echo.Context) *request { return from(c.Request().Context()) }

// once makes the idempotency key that the house sees: keys of different clients never meet. "" stays "".
func (r *request) once(key string) string {
	if key == "" {
		return ""
	}
	return r.key.ID + ":" + key
}

// onceOf is the key of one of many in a request. No key of a client reads like it: the names of clients have no "#".
func (r *request) onceOf(key string, n int) string {
	if key == "" {
		return ""
	}
	return fmt.Sprintf("%s#%d:%s", r.key.ID, n, key)
}
