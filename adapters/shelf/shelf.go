// Package shelf keeps stored recordings as files of one folder.
//
//	tape ──> .<tape>.<random>.part ──fsync, rename, fsync of the folder──> <tape>.wav
//
// A file is there whole and durable, or not at all: whoever is killed, and if the disk is full. Folder and files are for the
// program's own user only.
package shelf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"tandem/orchestrator"
	"tandem/orchestrator/desk/recording"
	"tandem/orchestrator/media"
)

// Disk is a shelf on a local file system. Its methods may be called from several goroutines.
type Disk struct{ dir string }

var _ recording.Shelf = (*Disk)(nil)

// New makes the folder if need be and sweeps out what an earlier program left half-written. One program uses a folder at a time.
func New(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, broken("shelf.open", "the folder for recordings cannot be made; check that its parent is there and may be written", err)
	}
	parts, err := filepath.Glob(filepath.Join(dir, ".*.part"))
	if err != nil {
		return nil, fmt.Errorf("shelf: %w", err)
	}
	for _, part := range parts {
		if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, broken("shelf.open", "the folder for recordings cannot be written", err)
		}
	}
	return &Disk{dir: dir}, nil
}

// name keeps a tape inside of the folder.
var name = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$`)

func (d *Disk) path(op string, id media.TapeID) (string, error) {
	if !name.MatchString(string(id)) {
		return "", &orchestrator.Error{Kind: orchestrator.Invalid, Op: op, Say: "the tape's name cannot be that of a file"}
	}
	return filepath.Join(d.dir, string(id)+".wav"), nil
}

// Put implements recording.Shelf. Unavailable when the disk is full or cannot be written.
func (d *Disk) Put(ctx context.Context, id media.TapeID, write func(io.WriteSeeker) error) error {
	const op = "shelf.put"
	path, err := d.path(op, id)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	part, err := os.CreateTemp(d.dir, "."+string(id)+".*.part") // with the rights 0600
	if err != nil {
		return broken(op, "the folder for recordings cannot be written", err)
	}
	if err := fill(part, write); err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	if err := os.Rename(part.Name(), path); err != nil {
		return errors.Join(broken(op, "the recording cannot be named", err), os.Remove(part.Name()))
	}
	return d.sync(op)
}

// fill writes a file, makes it durable and closes it in any case.
func fill(f *os.File, write func(io.WriteSeeker) error) error {
	err := write(f)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	var onDisk *fs.PathError
	if errors.As(err, &onDisk) {
		return broken("shelf.put", "the recording cannot be written; is the disk full?", err)
	}
	return err
}

// sync makes a rename or a removal durable.
func (d *Disk) sync(op string) error {
	f, err := os.Open(d.dir)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if err != nil {
		return broken(op, "the folder for recordings cannot be made durable", err)
	}
	return nil
}

// Open implements recording.Shelf.
func (d *Disk) Open(_ context.Context, id media.TapeID) (io.ReadSeekCloser, error) {
	path, err := d.path("shelf.open", id)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &orchestrator.Error{Kind: orchestrator.NotFound, Op: "shelf.open", Say: "there is no audio of this recording", Err: err}
	}
	if err != nil {
		return nil, broken("shelf.open", "the recording cannot be read", err)
	}
	return f, nil
}

// Delete implements recording.Shelf.
func (d *Disk) Delete(_ context.Context, id media.TapeID) error {
	const op = "shelf.delete"
	path, err := d.path(op, id)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return broken(op, "the recording cannot be deleted", err)
	}
	return d.sync(op)
}

func broken(op, say string, err error) error {
	return &orchestrator.Error{Kind: orchestrator.Unavailable, Op: op, Say: say, Err: err}
}
