package lab

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"tandem/dialplan"
)

// MakePrompts speaks the announcements of a language into dir, one WAV each (8 kHz, 16 bit, mono), and does nothing
// where the words of a prompt have not changed. It needs espeak-ng and sox.
func MakePrompts(ctx context.Context, dir, language string) error {
	prompts, err := dialplan.Prompts(language)
	if err != nil {
		return err
	}
	if err := makeOpenDir(dir); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	for _, p := range prompts {
		words := filepath.Join(dir, p.Name+".txt")
		wav := filepath.Join(dir, p.Name+".wav")
		if said, err := os.ReadFile(words); err == nil && string(said) == p.Words {
			if _, err := os.Stat(wav); err == nil {
				continue
			}
		}
		if err := speak(ctx, p, language, wav); err != nil {
			return fmt.Errorf("lab: prompt %s: %w", p.Name, err)
		}
		// The words are written last: they say that the sound is whole.
		if err := os.WriteFile(words, []byte(p.Words), 0o644); err != nil {
			return fmt.Errorf("lab: %w", err)
		}
	}
	return nil
}

func speak(ctx context.Context, p dialplan.Prompt, language, wav string) error {
	work, err := os.MkdirTemp(filepath.Dir(wav), p.Name+".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	raw, ready := filepath.Join(work, "raw.wav"), filepath.Join(work, "ready.wav")
	if _, err := run(ctx, "espeak-ng", "-v", language, "-s", "150", "-w", raw, p.Words); err != nil {
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
