package whole_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tandem/adapters/softphone"
	"tandem/cmd/whole"
)

// talkedAt plays one whole call of at least so long, and returns what is left of it.
func talkedAt(c *whole.Centre, ann *softphone.Phone, from string, long time.Duration) whole.Interaction {
	c.T.Helper()
	call := c.Dial(from)
	offer := c.Rings(ann)
	c.Talk(offer, call)
	began := time.Now()
	for time.Since(began) < long {
		c.HearEachOther(offer, call)
	}
	c.HangsUp(offer)
	c.Ends(call)
	return ended(c, from, ending{state: "done", offers: []string{"ann completed"}, tickets: 1})
}

// download fetches a recording's audio; part is a range of bytes or "".
func download(c *whole.Centre, r whole.Recording, part string) (status int, body []byte) {
	c.T.Helper()
	ctx, cancel := c.Ctx()
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.API.URL+r.Audio, http.NoBody)
	c.Must(err)
	request.Header.Set("Authorization", "Bearer "+c.API.Key)
	if part != "" {
		request.Header.Set("Range", part)
	}
	answer, err := http.DefaultClient.Do(request)
	c.Must(err)
	defer answer.Body.Close()
	body, err = io.ReadAll(answer.Body)
	c.Must(err)
	return answer.StatusCode, body
}

// TestARecordingIsHeard: each party on the channel of their own, in the download and in a part of it.
func TestARecordingIsHeard(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
	r := stored(c, talkedAt(c, c.Works("ann"), "12700000001", 2*time.Second))
	status, all := download(c, r, "")
	if status != http.StatusOK || int64(len(all)) != r.Bytes {
		t.Fatalf("status %d with %d bytes, want %d", status, len(all), r.Bytes)
	}
	file := filepath.Join(t.TempDir(), "all.wav")
	c.Must(os.WriteFile(file, all, 0o600))
	wav, err := softphone.ReadWAV(file)
	c.Must(err)
	if len(wav.Channels) != 2 || r.Length < 1.5 {
		t.Fatalf("%d channels, %.1f s", len(wav.Channels), r.Length)
	}
	for n, want := range []struct{ own, other float64 }{{whole.CallerTone, whole.AgentTone}, {whole.AgentTone, whole.CallerTone}} {
		own, other := softphone.ToneTime(wav.Channels[n], want.own), softphone.ToneTime(wav.Channels[n], want.other)
		if own < time.Second || other > 100*time.Millisecond {
			t.Errorf("channel %d has %s of %.0f Hz and %s of %.0f Hz", n, own, want.own, other, want.other)
		}
	}
	status, part := download(c, r, "bytes=1000-1999")
	if status != http.StatusPartialContent || string(part) != string(all[1000:2000]) {
		t.Errorf("a range: status %d with %d bytes", status, len(part))
	}
	if status, _ := download(c, r, fmt.Sprintf("bytes=%d-", len(all))); status != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("beyond the end: status %d", status)
	}
}

// TestNoRoomForARecording: F29. The folder of the recordings is a small file system of its own, filled to the brim.
func TestNoRoomForARecording(t *testing.T) {
	beside(t)
	dir := t.TempDir()
	shelf := filepath.Join(dir, "data", "recordings")
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Dir: dir})
	small(t, shelf, "size=1m,mode=0700")
	filler := filepath.Join(shelf, "filler")
	if err := os.WriteFile(filler, make([]byte, 2<<20), 0o600); err == nil {
		t.Fatal("the disk is not full")
	}
	i := talkedAt(c, c.Works("ann"), "12700000002", time.Second)
	c.Until("the recording tells why it waits", func() bool {
		all := c.Recordings(i.ID)
		return len(all) == 1 && all[0].State == "stopped" && strings.Contains(all[0].Why, "disk")
	})
	ctx, cancel := c.Ctx()
	defer cancel()
	if err := c.API.Get(ctx, "/readyz", nil); err == nil || !strings.Contains(err.Error(), "recordings") {
		t.Errorf("readyz says %v", err)
	}
	c.Must(os.Remove(filler))
	stored(c, i)
	c.Must(c.API.Get(ctx, "/readyz", new([]byte)))
}

// TestTheSwitchCannotRecord: F29 at the other end. The call goes on, and the recording says that there is none.
func TestTheSwitchCannotRecord(t *testing.T) {
	beside(t)
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}})
	ann := c.Works("ann")
	c.Tell("its folder is gone", func(t *testing.T) {
		moved := c.Switch.Recordings() + ".away"
		c.Must(os.Rename(c.Switch.Recordings(), moved))
		c.Must(os.WriteFile(c.Switch.Recordings(), nil, 0o600)) // so that it cannot be made again
		i := talkedAt(c, ann, "12700000003", 0)
		// Asterisk tells nobody; that there is no file is found when it is fetched, and is final after two minutes.
		c.Until("the recording tells what is missing", func() bool {
			all := c.Recordings(i.ID)
			return len(all) == 1 && all[0].State != "stored" && all[0].Why != ""
		})
		c.Must(os.Remove(c.Switch.Recordings()))
		c.Must(os.Rename(moved, c.Switch.Recordings()))
	})
	c.Tell("its disk is full", func(t *testing.T) {
		at, err := os.Stat(c.Switch.Recordings())
		c.Must(err)
		owner := at.Sys().(*syscall.Stat_t)
		small(t, c.Switch.Recordings(), fmt.Sprintf("size=64k,mode=0700,uid=%d,gid=%d", owner.Uid, owner.Gid))
		i := talkedAt(c, ann, "12700000004", 6*time.Second)
		c.Until("the recording tells what is missing", func() bool {
			all := c.Recordings(i.ID)
			return len(all) == 1 && all[0].State == "stored" && strings.Contains(all[0].Why, "disk")
		})
	})
}

// small mounts a small file system; it takes root, as `make test` has.
func small(t *testing.T, at, options string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", at, "tmpfs", 0, options); err != nil {
		t.Fatalf("a small file system cannot be mounted (this takes root): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(at, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}
