package softbench

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A switch that plays a tone goes on playing the whole of it while another case writes the same one.
func TestAToneIsNeverHalfWritten(t *testing.T) {
	dir := t.TempDir()
	WriteTone(t, dir, "tone", 440, time.Second)
	played, err := os.Open(filepath.Join(dir, "tone.wav"))
	if err != nil {
		t.Fatal(err)
	}
	WriteTone(t, dir, "tone", 880, 100*time.Millisecond)
	if heard := ReadSound(t, played).Tone(440); heard < 900*time.Millisecond {
		t.Errorf("%s of a second are left", heard)
	}
	if all, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(all) != 1 {
		t.Errorf("the folder has %v, %v", all, err)
	}
}
