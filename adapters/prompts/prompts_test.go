package prompts_test

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tandem/adapters/lab/labtest"
	"tandem/adapters/prompts"
)

// mine is a folder of an admin's own: words in two languages, one recording in a format that no switch plays.
func mine(t *testing.T) string {
	t.Helper()
	labtest.Lab(t) // installs espeak-ng and sox where they are missing
	dir := t.TempDir()
	put(t, filepath.Join(dir, "en.txt"), "# ours\nwelcome: Hello from the shop.\n\nclosed: -5 degrees, so we are closed.\n")
	put(t, filepath.Join(dir, "de.txt"), "welcome: Guten Tag.\n")
	if err := os.Mkdir(filepath.Join(dir, "en"), 0o755); err != nil {
		t.Fatal(err)
	}
	tone(t, filepath.Join(dir, "en", "closed.flac"))
	return dir
}

func tone(t *testing.T, file string) {
	t.Helper()
	if out, err := exec.Command("sox", "-n", "-r", "44100", "-c", "2", file, "synth", "0.5", "sine", "440", "vol", "0.05").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func put(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// sound reads a canonical WAV: its rate (Hz), its channels, and the loudest sample (0 … 32767).
func sound(t *testing.T, file string) (rate uint32, channels uint16, loudest int) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) < 100 || string(b[:4]) != "RIFF" || string(b[36:40]) != "data" {
		t.Fatalf("%s is no plain WAV", file)
	}
	for i := 44; i+1 < len(b); i += 2 {
		loudest = max(loudest, int(int16(binary.LittleEndian.Uint16(b[i:]))))
	}
	return binary.LittleEndian.Uint32(b[24:]), binary.LittleEndian.Uint16(b[22:]), loudest
}

func TestMake(t *testing.T) {
	from, to := mine(t), filepath.Join(t.TempDir(), "sounds", "tandem")
	made, err := prompts.Make(t.Context(), prompts.Options{To: to, From: []string{from}, Bare: true})
	if err != nil {
		t.Fatal(err)
	}
	if made.Converted != 1 || made.Spoken != 2 || made.Kept != 0 {
		t.Errorf("made %+v", made)
	}
	for _, name := range []string{"en/welcome", "de/welcome", "en/closed", "welcome", "closed"} {
		rate, channels, loudest := sound(t, filepath.Join(to, name+".wav"))
		if rate != 8000 || channels != 1 || loudest < 1000 {
			t.Errorf("%s: %d Hz, %d channels, loudest %d", name, rate, channels, loudest)
		}
	}
	if _, _, loudest := sound(t, filepath.Join(to, "en", "closed.wav")); loudest < 20000 || loudest > 26000 {
		t.Errorf("a quiet recording has its loudest moment at %d; a little below full scale (3 dB) is about 23 200", loudest)
	}

	again, err := prompts.Make(t.Context(), prompts.Options{To: to, From: []string{from}, Bare: true})
	if err != nil || again.Spoken+again.Converted != 0 {
		t.Errorf("a second time: %+v, %v; nothing has changed", again, err)
	}
	put(t, filepath.Join(from, "en.txt"), "welcome: Good evening.\n")
	tone(t, filepath.Join(from, "en", "goodbye.ogg"))
	changed, err := prompts.Make(t.Context(), prompts.Options{To: to, From: []string{from}, Bare: true})
	if err != nil || changed.Spoken != 1 || changed.Converted != 1 {
		t.Errorf("after one change of each kind: %+v, %v", changed, err)
	}
	left, err := filepath.Glob(filepath.Join(to, "*", ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

// TestTandemsOwn: what Tandem brings is there in each of its languages. The lab has made it with the same function.
func TestTandemsOwn(t *testing.T) {
	dir := labtest.Lab(t).Prompts
	for _, name := range []string{"en/n-0", "zh/n-0", "en/welcome", "zh/welcome", "welcome"} {
		if rate, _, loudest := sound(t, filepath.Join(dir, name+".wav")); rate != 8000 || loudest < 1000 {
			t.Errorf("%s: %d Hz, loudest %d", name, rate, loudest)
		}
	}
}

func TestMakeRefuses(t *testing.T) {
	labtest.Lab(t)
	for name, c := range map[string]struct {
		file, text, says string
	}{
		"no sound":      {"en/welcome.wav", "I am a text", "cannot be read as sound"},
		"a name":        {"en/Welcome Back.wav", "x", "a flow cannot name"},
		"a line":        {"en.txt", "welcome\n", "line 1"},
		"nothing of it": {"readme.md", "hello", "has neither words"},
		"no language":   {"qqq.txt", "welcome: x\n", "welcome in qqq"},
	} {
		t.Run(name, func(t *testing.T) {
			from, to := t.TempDir(), t.TempDir()
			if err := os.MkdirAll(filepath.Join(from, filepath.Dir(c.file)), 0o755); err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(from, c.file), c.text)
			_, err := prompts.Make(t.Context(), prompts.Options{To: to, From: []string{from}, Bare: true})
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v; it should say %q", err, c.says)
			}
		})
	}
	t.Run("two of one", func(t *testing.T) {
		from := mine(t)
		tone(t, filepath.Join(from, "en", "closed.wav"))
		if _, err := prompts.Make(t.Context(), prompts.Options{To: t.TempDir(), From: []string{from}, Bare: true}); err == nil || !strings.Contains(err.Error(), "two recordings") {
			t.Error(err)
		}
	})
}
