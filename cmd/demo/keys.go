package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"tandem/adapters/softphone"
)

// presses are the keys that the caller presses at the nodes of the example flow.
var presses = []struct{ node, keys, says string }{
	{"language", "1", "English"},
	{"order", "4711#", "order number 4711"},
	{"department", "2", "support"},
}

// patient is how long the caller waits for something to happen before pressing again, as people do.
const patient = 4 * time.Second

// keyIn walks the caller through the flow. A centre whose number leads to a queue directly asks for nothing.
func keyIn(ctx context.Context, c centre, t *teller, call *softphone.Call) error {
	api := steady{c.client()}
	var flows struct{ Items []struct{ Numbers []string } }
	if err := api.Get(ctx, "/api/v1/flows", &flows); err != nil {
		return err
	}
	if !slices.ContainsFunc(flows.Items, func(f struct{ Numbers []string }) bool { return slices.Contains(f.Numbers, c.Number) }) {
		return nil
	}
	var calls struct{ Items []struct{ ID string } }
	if err := api.Get(ctx, "/api/v1/interactions?live=true&limit=1", &calls); err != nil {
		return err
	}
	if len(calls.Items) == 0 {
		return errors.New("the API knows nothing of the call")
	}
	for _, p := range presses {
		asked := func() (bool, error) { node, err := nodeOf(ctx, api, calls.Items[0].ID); return node == p.node, err }
		if err := until(ctx, asked); err != nil {
			return err
		}
		for {
			is, err := asked() // Tandem may have been away: a key must not reach the next node.
			if err != nil {
				return err
			}
			if !is {
				break
			}
			t.say("caller", "presses %s: %s", p.keys, p.says)
			if err := call.SendDTMF(ctx, p.keys); err != nil {
				return err
			}
			soon, cancel := context.WithTimeout(ctx, patient)
			err = until(soon, func() (bool, error) { is, err := asked(); return !is, err })
			cancel()
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				return err
			}
		}
	}
	return ctx.Err()
}

// nodeOf is where in the flow a call is.
func nodeOf(ctx context.Context, api steady, id string) (node string, err error) {
	var timeline struct {
		Items []struct {
			Kind string
			Data struct{ Node string }
		}
	}
	err = api.Get(ctx, "/api/v1/interactions/"+id+"/timeline", &timeline)
	for _, e := range timeline.Items {
		if e.Kind == "node_entered" {
			node = e.Data.Node
		}
	}
	return node, err
}
