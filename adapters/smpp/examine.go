package smpp

import (
	"context"

	"github.com/linxGnu/gosmpp/data"
)

// Examine binds once and unbinds, for the doctor. It returns what the message centre calls itself; RefusedError when it is
// reached and does not let us in.
func Examine(ctx context.Context, c Config) (peer string, err error) {
	c, err = c.complete()
	if err != nil {
		return "", err
	}
	l, err := bind(ctx, c)
	if err != nil {
		return "", err
	}
	go l.read(func(f frame) { // Not ours to keep: the message centre brings it again.
		_ = l.write(deliveredAnswer(data.ESME_RX_T_APPN, f.seq))
	})
	l.leave(ctx)
	return l.peer, nil
}
