package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"syscall"
	"time"

	"tandem/adapters/lab"
)

// enough is how long Tandem may be away, as when it is killed and started again, before the demo gives up.
const enough = 20 * time.Second

// steady calls the API, and again while Tandem is away.
type steady struct{ api lab.Client }

// Get reads a resource into out.
func (s steady) Get(ctx context.Context, path string, out any) error {
	return again(ctx, func() error { return s.api.Get(ctx, path, out) })
}

// Put writes a resource; out may be nil.
func (s steady) Put(ctx context.Context, path string, in, out any) error {
	return again(ctx, func() error { return s.api.Put(ctx, path, in, out) })
}

// Post does something once, also when the answer to the first try was lost; out may be nil.
func (s steady) Post(ctx context.Context, path string, in, out any) error {
	once := s.api
	once.Once = rand.Text()
	return again(ctx, func() error { return once.Post(ctx, path, in, out) })
}

// again tries until it succeeds, fails for another reason than that Tandem is away, or it is enough.
func again(ctx context.Context, try func() error) error {
	for end := time.Now().Add(enough); ; {
		err := try()
		if err == nil || !away(err) {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("Tandem is away for %s; start it again: %w", enough, err)
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// away tells whether nobody answered, the answer broke off, or whoever answered cannot serve yet.
func away(err error) bool {
	var broken *url.Error
	var refused *lab.Refusal
	switch {
	case errors.As(err, &refused):
		return slices.Contains([]int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}, refused.Status)
	case errors.As(err, &broken):
		return true
	}
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}
