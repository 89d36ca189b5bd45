package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"tandem/adapters/lab"
)

// follow prints what Tandem says of the call, from its live feed (server-sent events). When Tandem dies it goes on where it was.
func (t *teller) follow(ctx context.Context, api lab.Client) error {
	last := ""
	for {
		err := t.read(ctx, api, &last)
		if ctx.Err() != nil {
			return nil
		}
		t.say("tandem", "the live feed ended (%v); going on after %s", err, last)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

// read prints the feed after the event last, and keeps last.
func (t *teller) read(ctx context.Context, api lab.Client, last *string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, api.URL+"/api/v1/events", nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+api.Key)
	if *last != "" {
		request.Header.Set("Last-Event-ID", *last)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the feed answers %s", answer.Status)
	}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if id, found := strings.CutPrefix(lines.Text(), "id: "); found {
			*last = id
		}
		data, found := strings.CutPrefix(lines.Text(), "data: ")
		if !found {
			continue
		}
		var event struct {
			Kind, Interaction, Says string
		}
		if err := json.Unmarshal([]byte(data), &event); err != nil {
			return err
		}
		if event.Kind != "" {
			t.say("tandem", "%s %s", event.Interaction, event.Says)
		}
	}
	return lines.Err()
}
