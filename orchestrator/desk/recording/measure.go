package recording

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
)

// measure reads the stored file again, so that length and sum are those of what lies on the shelf and not of what we meant.
func (c *Collector) measure(ctx context.Context, m *Meta) error {
	f, err := c.Shelf.Open(ctx, m.Tape)
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	m.Bytes, m.SHA256 = n, hex.EncodeToString(sum.Sum(nil))
	m.Length = lengthOf(max(0, n-headSize) / (2 * sampleSize))
	return nil
}
