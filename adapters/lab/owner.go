package lab

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"tandem/adapters/prompts"
)

// owner is whom a server runs as.
type owner struct{ uid, gid int }

// self is the user of this program.
func self() owner { return owner{os.Geteuid(), os.Getegid()} }

// postgresOwner is the distribution's user; PostgreSQL refuses root, and a user without a name.
func postgresOwner() (owner, error) {
	if os.Geteuid() != 0 {
		return self(), nil
	}
	return named("postgres")
}

// asteriskOwner is the user asterisk where the machine has one. Else it is a number that belongs to nobody: a private
// switch needs no account, and shares no rights with any other program.
func asteriskOwner() (owner, error) {
	if os.Geteuid() != 0 {
		return self(), nil
	}
	if o, err := named("asterisk"); err == nil {
		return o, nil
	}
	for id := 61100; id < 61184; id++ { // free in systemd's list of user ids
		_, userErr := user.LookupId(strconv.Itoa(id))
		_, groupErr := user.LookupGroupId(strconv.Itoa(id))
		if userErr != nil && groupErr != nil {
			return owner{id, id}, nil
		}
	}
	return owner{}, fmt.Errorf("lab: user ids 61100 to 61183 are all taken: create a user named asterisk")
}

func named(name string) (owner, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return owner{}, fmt.Errorf("lab: %w: create the user, or install the package that brings it", err)
	}
	uid, uidErr := strconv.Atoi(u.Uid)
	gid, gidErr := strconv.Atoi(u.Gid)
	if uidErr != nil || gidErr != nil {
		return owner{}, fmt.Errorf("lab: user %s has no numeric id", name)
	}
	return owner{uid, gid}, nil
}

// credential is nil when there is nothing to drop.
func (o owner) credential() *syscall.Credential {
	if o == self() {
		return nil
	}
	return &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)}
}

// makeDir makes a folder (and open ones above it) that only the owner may enter.
func (o owner) makeDir(dir string) error {
	if err := prompts.MakeOpenDir(filepath.Dir(dir)); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
		return fmt.Errorf("lab: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	return os.Chown(dir, o.uid, o.gid)
}

// ownerOf is whom a folder belongs to.
func ownerOf(dir string) (owner, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return owner{}, fmt.Errorf("lab: %w", err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return self(), nil
	}
	return owner{int(stat.Uid), int(stat.Gid)}, nil
}

// makeDirs makes the folders that are missing between top, which exists, and dir.
func (o owner) makeDirs(top, dir string) error {
	if _, err := os.Stat(dir); err == nil || dir == top {
		return nil
	}
	if err := o.makeDirs(top, filepath.Dir(dir)); err != nil {
		return err
	}
	return o.makeDir(dir)
}

// writeFile writes a file that only the owner may read, whole or not at all.
func (o owner) writeFile(path, text string) error {
	half := path + ".new"
	if err := os.WriteFile(half, []byte(text), 0o600); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	if err := os.Chown(half, o.uid, o.gid); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	return os.Rename(half, path)
}
