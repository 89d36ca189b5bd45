package lab_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/adapters/lab"
	"tandem/adapters/lab/labtest"
)

// status asks ARI for the switch's state with a password.
func status(t *testing.T, a *lab.Asterisk, password string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.ARIURL+"/asterisk/info", nil)
	if err != nil {
		t.Fatal(err)
	}
	if password != "" {
		request.SetBasicAuth(a.User, password)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

func TestAsteriskAnswersOnlyItsPassword(t *testing.T) {
	a := labtest.Asterisk(t, lab.AsteriskConfig{Accounts: []string{"ann"}})
	for password, want := range map[string]int{a.Password: 200, "": 401, "asterisk": 401, a.AccountPassword("ann"): 401} {
		if got := status(t, a, password); got != want {
			t.Errorf("ARI answers %d to a password of %d letters, want %d", got, len(password), want)
		}
	}
}

func TestAsterisksLiveSideBySide(t *testing.T) {
	a := labtest.Asterisk(t, lab.AsteriskConfig{})
	b := labtest.Asterisk(t, lab.AsteriskConfig{})
	if a.ARIURL == b.ARIURL || a.SIPAddress == b.SIPAddress || a.Password == b.Password {
		t.Fatalf("two instances share an address or a password: %s %s", a.SIPAddress, b.SIPAddress)
	}
	if got := status(t, a, b.Password); got != 401 {
		t.Errorf("one instance takes the other's password: %d", got)
	}
}

func TestAsteriskComesBackTheSame(t *testing.T) {
	a := labtest.Asterisk(t, lab.AsteriskConfig{Accounts: []string{"ann"}})
	for _, end := range []func() error{a.Kill, a.Stop} {
		if err := end(); err != nil {
			t.Fatal(err)
		}
		<-a.Done()
		if err := a.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := status(t, a, a.Password); got != 200 {
			t.Errorf("after a restart ARI answers %d", got)
		}
	}
}

func TestAsteriskFolderIsNotSharedAndKeepsSecrets(t *testing.T) {
	a := labtest.Asterisk(t, lab.AsteriskConfig{Accounts: []string{"ann"}})
	err := filepath.Walk(a.Dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || info.Mode()&os.ModeSocket != 0 {
			return nil
		}
		secret := strings.Contains(string(text), a.Password) || strings.Contains(string(text), a.AccountPassword("ann"))
		if secret && info.Mode().Perm() != 0o600 {
			t.Errorf("%s holds a password and has mode %s", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(a.Dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is open to others: %v %v", info.Mode(), err)
	}
}

func TestAsteriskLoadsAllItsModules(t *testing.T) {
	a := labtest.Asterisk(t, lab.AsteriskConfig{Accounts: []string{"ann"}, Robots: true, Bench: true})
	if log := a.LogTail(500); strings.Contains(log, "Error loading module") || strings.Contains(log, "declined to load") {
		t.Error(log)
	}
	for _, command := range []string{"manager show settings", "iax2 show peers"} {
		if out, _ := a.Command(t.Context(), command); strings.Contains(out, "Manager (AMI):             Yes") {
			t.Errorf("%s: %s", command, out)
		}
	}
}
