package whole_test

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tandem/adapters/lab/labtest"
	"tandem/cmd/whole"
)

// TestBackup: a dump of the running database and a copy of the folder are all that a new machine needs (docs/backup.md): tickets and
// recordings are there, the journal is whole, and calls go on under new names.
func TestBackup(t *testing.T) {
	beside(t)
	old, moved := t.TempDir(), t.TempDir()
	c := whole.Start(t, whole.Config{Agents: []string{"ann"}, Dir: old, Patience: time.Minute})
	ann := c.Phone("ann")
	c.Available("ann")
	answered := func(from string) whole.Interaction {
		t.Helper()
		call := c.Dial(from)
		offer := c.Rings(ann)
		c.Talk(offer, call)
		c.HangsUp(call)
		c.Ends(offer)
		c.Until("the recording of "+from+" is stored", func() bool {
			list := c.Recordings(c.Call(from).ID)
			return len(list) == 1 && list[0].State == "stored"
		})
		c.Until("the ticket of "+from+" is opened", func() bool { return len(c.Tickets(c.Call(from).ID)) == 1 })
		return c.Call(from)
	}
	before := answered("12700000001")
	tickets := c.Tickets(before.ID)
	dump := filepath.Join(t.TempDir(), "tandem.dump")
	command(t, "pg_dump", "--format=custom", "--file="+dump, c.DSN) // while it runs
	command(t, "cp", "-a", filepath.Join(old, "data"), moved)
	c.AtRest()

	fresh := labtest.Postgres(t)
	command(t, "pg_restore", "--exit-on-error", "--no-owner", "--dbname="+fresh, dump)
	c.Move(fresh, moved)
	if got := c.Tickets(before.ID); len(got) != 1 || got[0] != tickets[0] {
		t.Errorf("the ticket was %+v and is %+v", tickets, got)
	}
	list := c.Recordings(before.ID)
	if len(list) != 1 {
		t.Fatalf("the recordings are %+v", list)
	}
	if status, audio := download(c, list[0], ""); status != http.StatusOK || int64(len(audio)) != list[0].Bytes {
		t.Errorf("the recording is %+v: status %d with %d bytes", list[0], status, len(audio))
	}
	c.Available("ann")
	after := answered("12700000002")
	if next := c.Tickets(after.ID); len(next) != 1 || next[0].Number == tickets[0].Number || after.ID == before.ID {
		t.Errorf("the next call is %+v with %+v", after, next)
	}
	c.Verify()
}

func command(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}
