package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"tandem/dialplan"
)

// voices are the synthesizer's, by language.
var voices = map[string]string{"en": "en", "zh": "cmn"}

// MakePrompts speaks the announcements of all languages into a folder each, one WAV each (8 kHz, 16 bit, mono), and does nothing
// where the words of a prompt have not changed. Those of English stand in dir itself too, for whoever names no language.
// It needs espeak-ng and sox.
func MakePrompts(ctx context.Context, dir string) error {
	for _, language := range []string{"en", "zh"} {
		prompts, err := dialplan.Prompts(language)
		if err != nil {
			return err
		}
		if err := makeLanguage(ctx, filepath.Join(dir, language), voices[language], prompts); err != nil {
			return err
		}
		for _, p := range prompts {
			if language != "en" {
				break
			}
			if err := link(filepath.Join(dir, language, p.Name+".wav"), filepath.Join(dir, p.Name+".wav")); err != nil {
				return fmt.Errorf("lab: %w", err)
			}
		}
	}
	return nil
}

func makeLanguage(ctx context.Context, dir, voice string, prompts []dialplan.Prompt) error {
	if err := makeOpenDir(dir); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.NumCPU())
	for _, p := range prompts {
		group.Go(func() error {
			if err := makePrompt(ctx, dir, voice, p); err != nil {
				return fmt.Errorf("lab: prompt %s in %s: %w", p.Name, dir, err)
			}
			return nil
		})
	}
	return group.Wait()
}

func makePrompt(ctx context.Context, dir, voice string, p dialplan.Prompt) error {
	words := filepath.Join(dir, p.Name+".txt")
	wav := filepath.Join(dir, p.Name+".wav")
	if said, err := os.ReadFile(words); err == nil && string(said) == p.Words {
		if _, err := os.Stat(wav); err == nil {
			return nil
		}
	}
	if err := speak(ctx, p, voice, wav); err != nil {
		return err
	}
	// The words are written last: they say that the sound is whole.
	return os.WriteFile(words, []byte(p.Words), 0o644)
}

func speak(ctx context.Context, p dialplan.Prompt, voice, wav string) error {
	work, err := os.MkdirTemp(filepath.Dir(wav), p.Name+".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	raw, ready := filepath.Join(work, "raw.wav"), filepath.Join(work, "ready.wav")
	if _, err := run(ctx, "espeak-ng", "-v", voice, "-s", "150", "-w", raw, p.Words); err != nil {
		return err
	}
	// A little quieter than full scale: resampling may not clip.
	if _, err := run(ctx, "sox", "-v", "0.8", raw, "-r", "8000", "-b", "16", "-c", "1", ready); err != nil {
		return err
	}
	if err := os.Chmod(ready, 0o644); err != nil {
		return err
	}
	return os.Rename(ready, wav)
}

// link gives a file another name, in the place of what had it, at once.
func link(from, to string) error {
	if a, err := os.Stat(from); err == nil {
		if b, err := os.Stat(to); err == nil && os.SameFile(a, b) {
			return nil
		}
	}
	if err := os.Remove(to + ".new"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Link(from, to+".new"); err != nil {
		return err
	}
	return os.Rename(to+".new", to)
}
