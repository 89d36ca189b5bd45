package lab

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// installPackages brings what is missing from the distribution's own packages.
func (l *Lab) installPackages(ctx context.Context) error {
	var missing []string
	if _, err := postgresBin(0); err != nil {
		missing = append(missing, "postgresql")
	}
	for _, name := range []string{"espeak-ng", "sox"} {
		if _, err := exec.LookPath(name); err != nil {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	list := strings.Join(missing, " ")
	if os.Geteuid() != 0 {
		return fmt.Errorf("lab: missing programs: run as root, or install them: apt-get install %s", list)
	}
	if err := noSystemCluster(); err != nil {
		return err
	}
	return l.step("installing "+list, func() error {
		if aptInstall(ctx, missing) == nil {
			return nil
		}
		// A fresh machine has no package lists, an old one has stale lists.
		l.say("refreshing the package lists …")
		if _, err := runSystem(ctx, "apt-get", "-q", "update"); err != nil {
			return fmt.Errorf("lab: %w", err)
		}
		if err := aptInstall(ctx, missing); err != nil {
			return fmt.Errorf("lab: install %s by hand and start again: %w", list, err)
		}
		return nil
	})
}

func aptInstall(ctx context.Context, packages []string) error {
	args := append([]string{"-q", "-y", "-o", "DPkg::Lock::Timeout=120", "install", "--no-install-recommends"}, packages...)
	_, err := runSystem(ctx, "apt-get", args...)
	return err
}

// noSystemCluster keeps Debian's package from starting a database server of its own on port 5432, which nobody asked
// for and which would outlive us. A machine that already has PostgreSQL is left as it is.
func noSystemCluster() error {
	const dir = "/etc/postgresql-common"
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	parts := filepath.Join(dir, "createcluster.d")
	if err := os.MkdirAll(parts, 0o755); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	return os.WriteFile(filepath.Join(parts, "no-main-cluster.conf"), []byte("create_main_cluster = false\n"), 0o644)
}
