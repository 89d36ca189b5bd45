package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"tandem/orchestrator/desk/access"
)

// keyAdd makes an API key on the machine itself: the way back in for an admin who has lost the last one.
func keyAdd(ctx context.Context, c Config, args []string, out io.Writer) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: tandem key add NAME SCOPE…; the scopes are %v", access.Scopes)
	}
	db, err := openDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer db.Close()
	var scopes []access.Scope
	for _, s := range args[1:] {
		scopes = append(scopes, access.Scope(s))
	}
	key, secret, sum, err := access.New(args[0], scopes, time.Now().UTC())
	if err != nil {
		return err
	}
	if err := db.AddKey(ctx, key, sum); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, secret)
	return err
}
