package lab

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"

	"golang.org/x/sync/errgroup"
)

// program is an Asterisk that can be started with a configuration of ours.
type program struct {
	Command []string // the program and what must stand before its arguments
	Modules string
	Data    string
	Music   string
	Version string
}

// oldestAsterisk is the first major version with all that the product needs from ARI.
const oldestAsterisk = 20

var versionText = regexp.MustCompile(`Asterisk (?:certified/)?(\d+)[^\s]*`)

// findOrBuildAsterisk prefers the machine's own Asterisk, then the private tree, and builds the tree if there is none.
func (l *Lab) findOrBuildAsterisk(ctx context.Context) (program, error) {
	if path, err := exec.LookPath("asterisk"); err == nil {
		if p, err := describe(ctx, program{Command: []string{path}}, "/"); err == nil {
			return p, nil
		} else {
			l.say("the machine's own Asterisk is not used: " + err.Error())
		}
	}
	root := filepath.Join(l.Dir, "asterisk-root")
	if _, err := os.Stat(root); err != nil {
		if err := l.step("building a private Asterisk", func() error { return l.buildRoot(ctx, root) }); err != nil {
			return program{}, err
		}
	}
	p, err := privateProgram(ctx, root)
	if err != nil {
		return program{}, fmt.Errorf("lab: the private Asterisk does not work: delete %s and start again: %w", root, err)
	}
	return p, nil
}

// privateProgram runs the tree's Asterisk through the tree's own dynamic loader (ld.so(8), --library-path), with the
// tree's own libraries: no chroot, so that configuration, recordings and sockets are ordinary files outside of it.
func privateProgram(ctx context.Context, root string) (program, error) {
	loaders, _ := filepath.Glob(filepath.Join(root, "usr/lib*/ld-linux*.so.*"))
	libraries, _ := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu*"))
	if len(loaders) == 0 || len(libraries) == 0 {
		return program{}, fmt.Errorf("no dynamic loader in %s", root)
	}
	return describe(ctx, program{Command: []string{
		loaders[0], "--library-path", libraries[0], filepath.Join(root, "usr/sbin/asterisk"),
	}}, root)
}

// describe asks the program for its version and finds its folders below root.
func describe(ctx context.Context, p program, root string) (program, error) {
	out, err := run(ctx, p.Command[0], append(append([]string{}, p.Command[1:]...), "-V")...)
	if err != nil {
		return p, err
	}
	found := versionText.FindStringSubmatch(out)
	if found == nil {
		return p, fmt.Errorf("no version in %q", out)
	}
	if major, _ := strconv.Atoi(found[1]); major < oldestAsterisk {
		return p, fmt.Errorf("%s is older than %d", found[0], oldestAsterisk)
	}
	p.Version = found[0]
	for _, folder := range []struct {
		into     *string
		patterns []string
	}{
		{&p.Modules, []string{"usr/lib/*/asterisk/modules", "usr/lib/asterisk/modules", "usr/lib64/asterisk/modules"}},
		{&p.Data, []string{"usr/share/asterisk", "var/lib/asterisk"}},
		{&p.Music, []string{"usr/share/asterisk/moh", "var/lib/asterisk/moh"}},
	} {
		for _, pattern := range folder.patterns {
			if hits, _ := filepath.Glob(filepath.Join(root, pattern)); len(hits) > 0 && *folder.into == "" {
				*folder.into = hits[0]
			}
		}
		if *folder.into == "" {
			return p, fmt.Errorf("%s has no folder like %s", p.Version, folder.patterns[0])
		}
	}
	return p, nil
}

// unpack extracts packages (dpkg-deb(1), --extract) on all cores; no maintainer script runs.
func unpack(ctx context.Context, packages []string, into string) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.NumCPU())
	for _, name := range packages {
		group.Go(func() error {
			_, err := run(ctx, "dpkg-deb", "--extract", name, into)
			return err
		})
	}
	return group.Wait()
}
