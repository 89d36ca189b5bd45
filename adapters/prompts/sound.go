package prompts

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// voices are the synthesizer's where it calls a language otherwise.
var voices = map[string]string{"zh": "cmn"}

// peak is how loud the loudest moment of a recording becomes: a little below full scale (dB), so that no codec clips it.
const peak = "-3"

// write makes the sound in a folder of its own beside its place, and puts it there whole.
func (s source) write(ctx context.Context, wav string) error {
	work, err := os.MkdirTemp(filepath.Dir(wav), "."+s.name+".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	ready := filepath.Join(work, "ready.wav")
	if s.recording != "" {
		err = convert(ctx, s.recording, ready)
	} else {
		err = speak(ctx, s.language, s.words, filepath.Join(work, "raw.wav"), ready)
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(ready, 0o644); err != nil {
		return err
	}
	return os.Rename(ready, wav)
}

func speak(ctx context.Context, language, words, raw, ready string) error {
	voice := voices[language]
	if voice == "" {
		voice = language
	}
	// "--": words that begin with a hyphen are words.
	if err := run(ctx, "espeak-ng", "-v", voice, "-s", "150", "-w", raw, "--", words); err != nil {
		return err
	}
	// A little quieter than full scale: resampling may not clip.
	return run(ctx, "sox", "-v", "0.8", raw, "-r", "8000", "-b", "16", "-c", "1", ready)
}

func convert(ctx context.Context, recording, ready string) error {
	whole, err := filepath.Abs(recording) // no name of a file is an option or a device to sox
	if err != nil {
		return err
	}
	if err := run(ctx, "sox", "--norm="+peak, whole, "-r", "8000", "-b", "16", "-c", "1", ready); err != nil {
		return fmt.Errorf("%s cannot be read as sound (for MP3 install libsox-fmt-mp3; for M4A convert it to WAV first): %w", recording, err)
	}
	return nil
}

// run executes a program that ends with this one, and shows what it said if it fails.
func run(ctx context.Context, name string, args ...string) error {
	// The death signal belongs to the thread that forks: without the lock the program could be killed when that thread ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.CombinedOutput()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("%s is not installed: apt-get install espeak-ng sox", name)
	case err != nil:
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(out)))
	}
	return nil
}
