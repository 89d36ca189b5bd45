package lab

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"tandem/adapters/prompts"
)

// suites of Debian that carry Asterisk, in the order in which they are tried.
var suites = []string{"testing", "sid"}

// buildRoot makes the private tree: Debian's packages of Asterisk and all that they need, downloaded by apt (which
// checks their signatures) as if nothing were installed, and unpacked. A debootstrap would do the same with a chroot,
// maintainer scripts and three times the work; only the files are needed.
func (l *Lab) buildRoot(ctx context.Context, root string) error {
	from, err := machineMirror()
	if err != nil {
		return err
	}
	old, _ := filepath.Glob(root + ".new-*")
	for _, half := range old { // left by a program that was killed; nobody else builds, we hold the lock
		if err := os.RemoveAll(half); err != nil {
			return fmt.Errorf("lab: %w", err)
		}
	}
	work, err := os.MkdirTemp(filepath.Dir(root), filepath.Base(root)+".new-")
	if err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	defer os.RemoveAll(work)

	var packages []string
	for _, suite := range suites {
		err = l.step("downloading Asterisk from Debian "+suite, func() (err error) {
			packages, err = download(ctx, filepath.Join(work, suite), from, suite)
			return err
		})
		if err == nil || ctx.Err() != nil {
			break
		}
		l.say(err.Error())
	}
	if err != nil {
		return fmt.Errorf("lab: no Asterisk to be had; install Asterisk %d or newer and start again: %w", oldestAsterisk, err)
	}
	tree := filepath.Join(work, "tree")
	if err := prompts.MakeOpenDir(tree); err != nil {
		return err
	}
	if err := l.step(fmt.Sprintf("unpacking %d packages", len(packages)), func() error { return unpack(ctx, packages, tree) }); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	if err := nameEnglish(tree); err != nil {
		return err
	}
	if _, err := privateProgram(ctx, tree); err != nil {
		return fmt.Errorf("lab: the unpacked Asterisk does not run: %w", err)
	}
	if err := os.Rename(tree, root); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	return nil
}

// download fetches the packages and all that they depend on into a folder of its own; the machine's own package
// state is neither read nor changed, only its proxy settings are used.
func download(ctx context.Context, dir string, from mirror, suite string) ([]string, error) {
	for _, sub := range []string{"lists/partial", "cache/archives/partial"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return nil, err
		}
	}
	options := "[check-valid-until=no]"
	if from.SignedBy != "" {
		options = "[check-valid-until=no signed-by=" + from.SignedBy + "]"
	}
	source := fmt.Sprintf("deb %s %s %s main\n", options, from.URI, suite)
	for name, text := range map[string]string{"sources.list": source, "status": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	common := []string{"-q", "-y"}
	for _, setting := range []string{
		"Dir::Etc::SourceList=" + filepath.Join(dir, "sources.list"), "Dir::Etc::SourceParts=/dev/null",
		"Dir::Etc::PreferencesParts=/dev/null", "Dir::Etc::Preferences=/dev/null",
		"Dir::State=" + dir, "Dir::State::Lists=" + filepath.Join(dir, "lists"), "Dir::State::Status=" + filepath.Join(dir, "status"),
		"Dir::Cache=" + filepath.Join(dir, "cache"), "Dir::Cache::Archives=" + filepath.Join(dir, "cache/archives"),
		// The machine's download user may not be able to reach this folder.
		"APT::Sandbox::User=root",
		// A mirror that stands still for a while has a Release file past its date.
		"Acquire::Check-Valid-Until=false", "Acquire::Languages=none", "Acquire::Retries=3",
		"Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
	} {
		common = append(common, "-o", setting)
	}
	if _, err := run(ctx, "apt-get", append(common, "update")...); err != nil {
		return nil, err
	}
	if _, err := run(ctx, "apt-get", append(common, "install", "--download-only", "--no-install-recommends",
		"asterisk", "asterisk-core-sounds-en-wav", "asterisk-moh-opsound-wav")...); err != nil {
		return nil, err
	}
	return filepath.Glob(filepath.Join(dir, "cache/archives/*.deb"))
}

// nameEnglish gives the English sounds the folder name of their language, as the package's own script would do.
func nameEnglish(tree string) error {
	sounds := filepath.Join(tree, "usr/share/asterisk/sounds")
	if _, err := os.Stat(filepath.Join(sounds, "en")); err == nil {
		return nil
	}
	voices, _ := filepath.Glob(filepath.Join(sounds, "en_*"))
	if len(voices) == 0 {
		return fmt.Errorf("lab: no English sounds in %s", sounds)
	}
	return os.Symlink(filepath.Base(voices[0]), filepath.Join(sounds, "en"))
}
