package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// PostgresConfig describes one private PostgreSQL.
type PostgresConfig struct {
	Dir            string // of this instance; required
	Database       string // made on first start; "" is tandem
	MaxConnections int    // 0 is 100
}

// Postgres is a private database server. It listens on a unix socket that only its owner (and root) can reach, and
// keeps fsync on. Its methods are for one goroutine at a time.
type Postgres struct {
	Dir string
	DSN string // of the database; sslmode=disable, for the socket

	bin    string
	socket string // folder of the socket
	max    int
	who    owner
	lock   *os.File
	child  *child
}

// superuser is the only role; the socket's folder is what keeps others out.
const superuser = "tandem"

// StartPostgres makes the cluster on first start (UTF-8, C.UTF-8, checksums), starts the server and returns when it takes
// connections. ctx bounds the start only. A second server in the same folder is refused.
func (l *Lab) StartPostgres(ctx context.Context, c PostgresConfig) (*Postgres, error) {
	if c.Dir == "" {
		return nil, fmt.Errorf("lab: PostgresConfig.Dir is empty: give the instance a folder")
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, err
	}
	p := &Postgres{Dir: dir, socket: dir, max: or(c.MaxConnections, 100)}
	database := or(c.Database, superuser)
	if err := p.open(ctx, database); err != nil {
		_ = p.Close()
		return nil, err
	}
	return p, nil
}

func (p *Postgres) open(ctx context.Context, database string) (err error) {
	if p.who, err = postgresOwner(); err != nil {
		return err
	}
	if p.lock, err = takeInstance(ctx, p.Dir, p.who); err != nil {
		return err
	}
	if len(p.socket)+len("/.s.PGSQL.5432.lock") >= socketPathLimit {
		sum := sha256.Sum256([]byte(p.Dir))
		p.socket = filepath.Join("/var/tmp", "tandem-"+hex.EncodeToString(sum[:8]))
		if err := p.who.makeDir(p.socket); err != nil {
			return err
		}
	}
	p.DSN = p.dsn(database)
	if err := p.initialise(ctx); err != nil {
		return err
	}
	if err := p.Start(ctx); err != nil {
		return err
	}
	known, err := p.Query(ctx, "SELECT datname FROM pg_database")
	if err != nil {
		return err
	}
	for _, name := range known {
		if name == database {
			return nil
		}
	}
	_, err = p.CreateDatabase(ctx, database, "template1")
	return err
}

func (p *Postgres) data() string { return filepath.Join(p.Dir, "data") }

// initialise runs initdb in a folder of another name first: a cluster is there whole or not at all.
func (p *Postgres) initialise(ctx context.Context) error {
	text, err := os.ReadFile(filepath.Join(p.data(), "PG_VERSION"))
	if err == nil {
		major, _ := strconv.Atoi(strings.TrimSpace(string(text)))
		p.bin, err = postgresBin(major)
		return err
	}
	if p.bin, err = postgresBin(0); err != nil {
		return err
	}
	half := p.data() + ".new"
	if err := os.RemoveAll(half); err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	out, err := p.command(ctx, "initdb", "-D", half, "-U", superuser, "-E", "UTF8", "--locale=C.UTF-8", "-A", "peer",
		"--no-instructions", "--data-checksums").CombinedOutput()
	if err != nil {
		return fmt.Errorf("lab: initdb: %w\n%s", err, lastLines(string(out), 12))
	}
	// No network at all; who can open the socket is let in.
	if err := p.who.writeFile(filepath.Join(half, "pg_hba.conf"), "local all all trust\n"); err != nil {
		return err
	}
	return os.Rename(half, p.data())
}

// Start starts the server again after a stop or a kill.
func (p *Postgres) Start(ctx context.Context) error {
	if p.child != nil && p.child.alive() {
		return fmt.Errorf("lab: the PostgreSQL in %s is already running", p.Dir)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*startTime)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if p.child == nil || !p.child.alive() {
			// After a kill the old backends hold the shared memory for a moment, and the new server ends at once.
			if err := p.spawn(); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			_ = p.child.end(syscall.SIGKILL, time.Second)
			return fmt.Errorf("lab: PostgreSQL did not start: %w\n%s", ctx.Err(), p.LogTail(12))
		case <-p.child.done:
			if !strings.Contains(p.LogTail(12), "shared memory block") {
				return fmt.Errorf("lab: PostgreSQL did not start:\n%s", p.LogTail(12))
			}
		case <-tick.C:
			if p.ready() {
				return nil
			}
		}
	}
}

func (p *Postgres) spawn() (err error) {
	p.child, err = startChild(p.command(context.Background(), "postgres", "-D", p.data(), "-k", p.socket,
		"-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c", "fsync=on",
		"-c", "max_connections="+strconv.Itoa(p.max), "-c", "logging_collector=off",
		"-c", "timezone=UTC", "-c", "log_timezone=UTC"),
		p.who, syscall.SIGINT, filepath.Join(p.Dir, "log"), p.lock)
	return err
}

// ready reads the server's own word in its lock file: line 1 is the process, line 8 its state (miscadmin.h,
// LOCK_FILE_LINE_PM_STATUS).
func (p *Postgres) ready() bool {
	text, err := os.ReadFile(filepath.Join(p.data(), "postmaster.pid"))
	if err != nil {
		return false
	}
	lines := strings.Split(string(text), "\n")
	return len(lines) >= 8 && lines[0] == strconv.Itoa(p.child.cmd.Process.Pid) && strings.TrimSpace(lines[7]) == "ready"
}

func (p *Postgres) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, name), args...)
	cmd.Dir = p.Dir
	cmd.Env = []string{"LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin", "HOME=" + p.Dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.who.credential()}
	return cmd
}

// Stop ends the server as an administrator would (fast shutdown: connections are cut, nothing is lost).
func (p *Postgres) Stop() error { return p.child.end(syscall.SIGINT, startTime) }

// StopImmediate ends the server without a checkpoint: the next start recovers from the log.
func (p *Postgres) StopImmediate() error { return p.child.end(syscall.SIGQUIT, startTime) }

// Kill ends the server as a crash would (SIGKILL).
func (p *Postgres) Kill() error { return p.child.end(syscall.SIGKILL, startTime) }

// Done is closed when the running server ends, wanted or not. Ask again after Start.
func (p *Postgres) Done() <-chan struct{} { return p.child.done }

// PID is the running server's process, for tests that freeze it.
func (p *Postgres) PID() int { return p.child.cmd.Process.Pid }

// Close stops the server for good and gives its folder back.
func (p *Postgres) Close() error {
	err := p.Stop()
	if p.lock != nil {
		p.lock.Close()
	}
	return err
}

// LogTail is the end of the server's log, for error messages.
func (p *Postgres) LogTail(lines int) string {
	text, _ := os.ReadFile(filepath.Join(p.Dir, "log"))
	return lastLines(string(text), lines)
}

// dsn is a connection URL (libpq, "Connection URIs"; the socket's folder stands in the parameter host).
func (p *Postgres) dsn(database string) string {
	query := url.Values{"host": {p.socket}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/" + database, RawQuery: query.Encode()}).String()
}
