// Package lookup asks web services for flows: one GET, a JSON answer, a few values out of it.
//
// Contract. It reaches the open Internet, and inside the network only the hosts that the admin names (package inside). It follows
// no redirect and reads at most maxAnswer bytes. What it says of a failure names neither the address
// nor anything of the caller.
package lookup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"tandem/adapters/inside"
	"tandem/orchestrator/engine"
	"tandem/orchestrator/flow"
)

var _ engine.Looker = (*Client)(nil)

const maxAnswer = 64 << 10

// Client asks web services. It is safe for use by several goroutines.
type Client struct{ clients *inside.Clients }

// New returns a client that may reach these hosts (host or host:port, as they stand in the address) inside the network too.
func New(hosts []string) *Client { return &Client{clients: inside.New(hosts)} }

var errInside = fmt.Errorf("%w; allow its host with TANDEM_LOOKUP_INSIDE if that is meant", inside.ErrInside)

// Look implements engine.Looker.
func (c *Client) Look(ctx context.Context, find flow.Find) (map[string]string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, find.URL, nil)
	if err != nil {
		return nil, errors.New("the address cannot be read")
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "Tandem")
	answer, err := c.clients.For(request.URL).Do(request)
	if err != nil {
		return nil, plainly(ctx, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", answer.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, plainly(ctx, err)
	case len(text) > maxAnswer:
		return nil, fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	}
	return read(text, find.Into)
}

// plainly says why without the address, which errors of net/http repeat.
func plainly(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, inside.ErrInside):
		return errInside
	case ctx.Err() != nil:
		return errors.New("no answer in time")
	}
	return errors.New("the service cannot be reached")
}

// read takes the values out of a JSON answer.
func read(text []byte, into []flow.Field) (map[string]string, error) {
	var any any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&any); err != nil {
		return nil, errors.New("the answer is no JSON")
	}
	values := map[string]string{}
	for _, f := range into {
		values[f.Name] = at(any, f.Path)
	}
	return values, nil
}

// at follows a path through objects; "" when it does not lead to a text, a number or a truth value.
func at(any any, path string) string {
	for step := range strings.SplitSeq(path, ".") {
		object, _ := any.(map[string]interface{})
		any = object[step]
	}
	switch v := any.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return fmt.Sprint(v)
	}
	return ""
}
