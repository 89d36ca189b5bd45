package postgres

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"

	"tandem/orchestrator"
)

// purgeAtOnce is how many old answers make room for a new one: more than one, so that they never pile up.
const purgeAtOnce = 10

// once carries out a client's change exactly once under its key, which is remembered for a day, in one transaction with what the change writes: do answers
// what is kept as JSON and answered again to a repetition. The same key for another request is a Conflict. Without a key it
// simply does. What do answers holds nothing of a person: answers outlive an erasure.
func once[Answer any](ctx context.Context, d *DB, op, key string, request any, do func(*Tx) (Answer, error)) (Answer, error) {
	var answer Answer
	body, err := json.Marshal([]any{op, request})
	if err != nil {
		return answer, &orchestrator.Error{Kind: orchestrator.Invalid, Op: op, Say: "the request cannot be written down", Err: err}
	}
	hash := sha256.Sum256(body)
	err = d.transact(ctx, op, func(t *Tx) error {
		if key == "" {
			answer, err = do(t)
			return err
		}
		if _, err := t.run(ctx, d.q.AnswerPurge, purgeAtOnce); err != nil {
			return err
		}
		n, err := t.run(ctx, d.q.AnswerClaim, clean(key), hash[:])
		if err != nil {
			return err
		}
		if n == 0 {
			return t.again(ctx, op, key, hash, &answer)
		}
		if answer, err = do(t); err != nil {
			return err // The key is rolled back with it: a request that failed may be repeated.
		}
		kept, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		_, err = t.run(ctx, d.q.AnswerKeep, clean(key), string(kept))
		return err
	})
	return answer, err
}

// again gives the answer that is kept under a key.
func (t *Tx) again(ctx context.Context, op, key string, hash [sha256.Size]byte, answer any) error {
	var kept struct{ Hash, Answer []byte }
	if err := t.get(ctx, &kept, t.d.q.AnswerOne, clean(key)); err != nil {
		return err
	}
	if !bytes.Equal(kept.Hash, hash[:]) {
		return &orchestrator.Error{Kind: orchestrator.Conflict, Op: op,
			Say: "this idempotency key was used for another request; use a new key for a new request"}
	}
	return json.Unmarshal(kept.Answer, answer)
}
