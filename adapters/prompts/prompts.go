// Package prompts makes the announcements that a switch plays: a recording where there is one, spoken by espeak-ng where there is none.
//
// Contract: Make leaves in a folder one file for each announcement and language, 8 kHz, 16 bit, mono WAV, which every switch plays
// without converting. What has not changed is left alone, so it can be run again at any time, beside a switch that is playing: a file
// is replaced at once and whole. Nothing is ever deleted. It runs espeak-ng and sox; the control plane itself runs no program.
//
//	mine/en.txt           welcome: Welcome.              to/en/welcome.wav   spoken
//	mine/en/closed.mp3                            ──►    to/en/closed.wav    converted, and louder or quieter as needed
//	Tandem's own words (dialplan/prompts)                to/en/n-0.wav       spoken, unless you have your own
//	                                                     to/welcome.wav      the first language's again, for who names no language
package prompts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Options says what is made and where.
type Options struct {
	To    string   // the folder that the switch reads; it is made
	From  []string // folders of your own, in order: a later one wins over an earlier one and over Tandem's own words
	Bare  bool     // only what From has, none of Tandem's own words
	First string   // the language whose announcements stand in To itself too; "" is English
}

// Made counts announcements, over all languages.
type Made struct {
	Spoken, Converted, Kept int
}

// Make makes the announcements of all languages. The error names the announcement and what to do; what was made until then stays.
func Make(ctx context.Context, o Options) (Made, error) {
	all, err := sources(o)
	if err != nil {
		return Made{}, fmt.Errorf("prompts: %w", err)
	}
	if o.First == "" {
		o.First = "en"
	}
	var spoken, converted, kept atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.NumCPU())
	for _, s := range all {
		dir := filepath.Join(o.To, s.language)
		if err := MakeOpenDir(dir); err != nil {
			return Made{}, fmt.Errorf("prompts: %w", err)
		}
		group.Go(func() error {
			fresh, err := s.make(ctx, dir)
			switch {
			case err != nil:
				return fmt.Errorf("prompts: %s in %s: %w", s.name, s.language, err)
			case !fresh:
				kept.Add(1)
			case s.recording != "":
				converted.Add(1)
			default:
				spoken.Add(1)
			}
			if s.language != o.First {
				return nil
			}
			return link(filepath.Join(dir, s.name+".wav"), filepath.Join(o.To, s.name+".wav"))
		})
	}
	err = group.Wait()
	return Made{Spoken: int(spoken.Load()), Converted: int(converted.Load()), Kept: int(kept.Load())}, err
}

// MakeOpenDir makes a folder, and those above it that are missing, such that every account may pass, whatever this program's umask: the
// switch has an account of its own.
func MakeOpenDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := MakeOpenDir(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
		return err
	}
	return os.Chmod(dir, 0o755)
}

// link gives a file another name, in the place of what had it, at once.
func link(from, to string) error {
	if a, err := os.Stat(from); err == nil {
		if b, err := os.Stat(to); err == nil && os.SameFile(a, b) {
			return nil
		}
	}
	if err := os.Remove(to + ".new"); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.Link(from, to+".new"); err != nil {
		return err
	}
	return os.Rename(to+".new", to)
}
