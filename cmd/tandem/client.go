package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"tandem/api"
)

// mostAnswer is the largest answer that a command reads: a hundred versions of a flow of the largest kind.
const mostAnswer = 16 << 20

// direct reaches the Tandem of this configuration and nobody else: a proxy of the environment would be shown the key. Go asks one for
// each address that is not plainly of this machine, 0.0.0.0 too.
var direct = &http.Client{
	Transport:     &http.Transport{},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// apiClient is a client of the Tandem that serves with this configuration.
type apiClient struct{ root, key string }

func (c Config) apiClient() (apiClient, error) {
	key := os.Getenv(clientKey)
	if key == "" {
		file := filepath.Join(c.DataDir, "admin.key")
		text, err := os.ReadFile(file)
		if err != nil {
			return apiClient{}, fmt.Errorf("no API key with the scope admin: set %s, or run this where %s can be read: %w", clientKey, file, err)
		}
		key = strings.TrimSpace(string(text))
	}
	return apiClient{"http://" + c.Listen, key}, nil
}

// refused is what the API said of a request that it did not carry out.
type refused struct{ api.Problem }

func (r *refused) Error() string { return r.Detail }

// ask sends one request; body nil is none. The error is what the API says, as *refused where it is the API that speaks.
func (c apiClient) ask(ctx context.Context, method, path string, body, into any) (status int, err error) {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.root+path, sent)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Authorization", "Bearer "+c.key)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := direct.Do(request)
	if err != nil {
		return 0, fmt.Errorf("no Tandem serves at %s (TANDEM_LISTEN): %w", c.root, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err != nil {
		return answer.StatusCode, err
	}
	if answer.StatusCode >= http.StatusBadRequest {
		var problem api.Problem
		if json.Unmarshal(text, &problem) != nil || problem.Detail == "" {
			return answer.StatusCode, fmt.Errorf("%s answers %s", c.root, answer.Status)
		}
		return answer.StatusCode, &refused{problem}
	}
	return answer.StatusCode, json.Unmarshal(text, into)
}
