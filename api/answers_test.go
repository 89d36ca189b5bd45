package api

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// Requests with different keys do not wait for each other; those with one key get one thing.
func TestOnceForEachKey(t *testing.T) {
	a := newAnswers(time.Now)
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	begun, goOn, first, second := make(chan struct{}), make(chan struct{}), make(chan string, 1), make(chan string, 1)
	take := func(key string, into chan string, make func() (string, error)) {
		made, err := once(ctx, a, key, "h", make)
		if err != nil {
			t.Error(err)
		}
		into <- made
	}
	go take("slow", first, func() (string, error) {
		close(begun)
		<-goOn
		return "one", nil
	})
	<-begun
	other := make(chan string, 1)
	go take("other", other, func() (string, error) { return "two", nil })
	select {
	case <-other:
	case <-ctx.Done():
		t.Error("a request waits for another key's")
	}
	go take("slow", second, func() (string, error) { return "again", nil })
	close(goOn)
	if one, also := <-first, <-second; one != "one" || also != "one" {
		t.Errorf("under one key were made %q and %q", one, also)
	}
	if _, err := once(ctx, a, "slow", "another hash", func() (string, error) { return "", nil }); err == nil {
		t.Error("a key is used for two requests")
	}
}

// What failed is made by the next request with the key.
func TestOnceAfterAFailure(t *testing.T) {
	a := newAnswers(time.Now)
	if _, err := once(t.Context(), a, "k", "h", func() (int, error) { return 0, errors.New("away") }); err == nil {
		t.Error("it did not fail")
	}
	if n, err := once(t.Context(), a, "k", "h", func() (int, error) { return 7, nil }); n != 7 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

// A centre's phones are made one after the other without waiting, and what is old makes room.
func TestOnceForMany(t *testing.T) {
	now := time.Now()
	a := newAnswers(func() time.Time { return now })
	fill := func() (err error) {
		for n := range maxAnswers {
			if _, err = once(t.Context(), a, fmt.Sprint(now.Unix(), n), "h", func() (int, error) { return n, nil }); err != nil {
				return err
			}
		}
		return nil
	}
	if err := fill(); err != nil {
		t.Fatal(err)
	}
	if _, err := once(t.Context(), a, "one more", "h", func() (int, error) { return 0, nil }); err == nil {
		t.Error("there is no limit")
	}
	now = now.Add(keepAnswers + time.Second)
	if err := fill(); err != nil || len(a.of) != maxAnswers {
		t.Errorf("%d are remembered: %v", len(a.of), err)
	}
}
