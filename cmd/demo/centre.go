package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"tandem/adapters/lab"
)

// centre is what the program centre writes into centre.json.
type centre struct {
	API      string            `json:"api"`
	AdminKey string            `json:"admin_key"`
	SIP      string            `json:"sip"`
	Trunk    string            `json:"trunk"`
	Number   string            `json:"number"`
	Accounts map[string]string `json:"accounts"`
}

func (c centre) client() lab.Client { return lab.Client{URL: c.API, Key: c.AdminKey} }

// findCentre returns the running centre; without one it starts one, which end ends.
func findCentre(ctx context.Context) (c centre, end func(), err error) {
	file, err := cardFile()
	if err != nil {
		return c, nil, err
	}
	if c, err = readCard(file); err == nil && c.runs(ctx) {
		fmt.Println("using the centre that runs at", c.API)
		return c, func() {}, nil
	}
	fmt.Println("no centre runs; starting one")
	self, err := os.Executable()
	if err != nil {
		return c, nil, err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(filepath.Dir(self), "centre"))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 30 * time.Second
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return c, nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	end = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-ended
	}
	for {
		if info, err := os.Stat(file); err == nil && info.ModTime().After(began) {
			if c, err = readCard(file); err == nil && c.runs(ctx) {
				return c, end, nil
			}
		}
		select {
		case err := <-ended:
			return c, nil, fmt.Errorf("the centre ended: %w", errors.Join(err, ctx.Err()))
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// cardFile is where the centre that belongs to this program writes its card.
func cardFile() (string, error) {
	dir, err := lab.Dir("")
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "centre", "centre.json"), nil
}

func readCard(file string) (c centre, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(text, &c)
}

// runs says whether the centre takes calls now.
func (c centre) runs(ctx context.Context) bool {
	return lab.Answers(ctx, c.API+"/readyz")
}
