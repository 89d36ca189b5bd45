package smpp_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tandem/adapters/memory"
	"tandem/adapters/smpp"
	"tandem/adapters/smpp/fakesmsc"
	"tandem/orchestrator/desk/notify"
)

// world is a message centre, a route to it and an outbox, all in virtual time.
type world struct {
	*testing.T
	centre *fakesmsc.Server
	route  *smpp.Route
	store  *memory.Store
	mu     sync.Mutex
	away   bool        // the network does not let us through
	dials  []time.Time // tries
}

// inWorld runs a test in virtual time, over pipes.
func inWorld(t *testing.T, do func(ctx context.Context, w *world)) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		w := &world{T: t, centre: fakesmsc.New(), store: memory.New(time.Now)}
		var serving, running sync.WaitGroup
		var err error
		w.route, err = smpp.New(smpp.Config{
			Name: "a", Address: "centre:2775", SystemID: "tandem", Password: "secret", Source: "Tandem",
			Dial: func(context.Context, string) (net.Conn, error) {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.dials = append(w.dials, time.Now())
				if w.away {
					return nil, errors.New("connection refused")
				}
				ours, theirs := net.Pipe()
				serving.Go(func() { w.centre.Serve(theirs) })
				return ours, nil
			},
		}, &notify.Reception{Inbox: w.store, Now: time.Now}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		running.Go(func() { _ = w.route.Run(ctx) })
		do(ctx, w)
		cancel()
		running.Wait()
		w.centre.Close()
		serving.Wait()
	})
}

func (w *world) setAway(away bool) {
	w.mu.Lock()
	w.away = away
	w.mu.Unlock()
	if away {
		w.centre.Drop()
	}
}

// pass lets virtual time pass.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// TestF50CentreDownForAnHour: with the real sender and the real protocol, nothing is lost and nothing doubled.
func TestF50CentreDownForAnHour(t *testing.T) {
	t.Parallel()
	inWorld(t, func(ctx context.Context, w *world) {
		sender := notify.Sender{Outbox: w.store, Routes: []notify.Route{w.route}, Log: slog.New(slog.DiscardHandler), Now: time.Now, Jitter: func() float64 { return 1 }}
		ctx, stop := context.WithCancel(ctx)
		var running sync.WaitGroup
		running.Go(func() { _ = sender.Run(ctx) })
		pass(time.Second)
		queue(w.T, w.store, "before")
		pass(2 * time.Second)
		w.setAway(true)
		for i := range 60 {
			queue(w.T, w.store, fmt.Sprintf("k%d", i))
			pass(time.Minute)
		}
		w.mu.Lock()
		tries := len(w.dials)
		w.mu.Unlock()
		if tries < 60 || tries > 200 || len(w.centre.Taken()) != 1 {
			t.Errorf("in the hour %d tries to bind, %d messages taken", tries, len(w.centre.Taken()))
		}
		w.setAway(false)
		pass(2 * time.Minute)
		for i := range 60 {
			if m := state(w.T, w.store, fmt.Sprintf("k%d", i)); m.State != notify.Sent {
				t.Errorf("k%d is %s (%s)", i, m.State, m.Why)
			}
		}
		if n := len(w.centre.Taken()); n != 61 {
			t.Errorf("%d messages taken of 61", n)
		}
		stop()
		running.Wait()
	})
}

// TestHalfOpen: a centre that has gone without a word is noticed by its silence, and bound anew.
func TestHalfOpen(t *testing.T) {
	t.Parallel()
	inWorld(t, func(_ context.Context, w *world) {
		pass(5 * time.Minute)
		if w.centre.Binds() != 1 || w.centre.Asked() < 9 {
			t.Errorf("in quiet minutes bound %d times, asked %d times", w.centre.Binds(), w.centre.Asked())
		}
		w.centre.Deafen(true)
		pass(45 * time.Second)
		if w.route.Up() {
			t.Error("a line that does not answer is up")
		}
		w.centre.Deafen(false)
		pass(2 * time.Minute)
		if !w.route.Up() || w.centre.Lines() != 1 {
			t.Errorf("up %v, %d lines", w.route.Up(), w.centre.Lines())
		}
	})
}

// TestDeafBind: a centre that answers no bind costs a pause, not for ever.
func TestDeafBind(t *testing.T) {
	t.Parallel()
	inWorld(t, func(_ context.Context, w *world) {
		w.centre.Deafen(true)
		w.centre.Drop()
		pass(10 * time.Minute)
		w.centre.Deafen(false)
		pass(2 * time.Minute)
		if !w.route.Up() {
			t.Error("not up")
		}
	})
}

// TestRefusedPassword: a password that is wrong is not tried again in quick succession: some lock the account.
func TestRefusedPassword(t *testing.T) {
	t.Parallel()
	inWorld(t, func(_ context.Context, w *world) {
		w.centre.Refuse = fakesmsc.BadPassword
		w.centre.Drop()
		pass(time.Minute)
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.dials) < 2 || len(w.dials) > 4 || w.route.Up() {
			t.Errorf("%d tries in a minute", len(w.dials))
		}
	})
}

// TestStopWaitsForAnswers: told to stop while an answer is awaited, the route waits for it and unbinds; nothing more leaves.
func TestStopWaitsForAnswers(t *testing.T) {
	t.Parallel()
	inWorld(t, func(ctx context.Context, w *world) {
		w.centre.Always(fakesmsc.Answer{Delay: 3 * time.Second})
		pass(time.Second)
		sender := notify.Sender{Outbox: w.store, Routes: []notify.Route{w.route}, Log: slog.New(slog.DiscardHandler), Now: time.Now, Jitter: func() float64 { return 1 }}
		queue(w.T, w.store, "k1")
		queue(w.T, w.store, "k2") // to the same number
		stopped, stop := context.WithTimeout(ctx, time.Second)
		defer stop()
		_ = sender.Run(stopped)
		if m := state(w.T, w.store, "k1"); m.State != notify.Sent {
			t.Errorf("the awaited one is %s (%s)", m.State, m.Why)
		}
		if m := state(w.T, w.store, "k2"); m.State != notify.Queued || len(w.centre.Taken()) != 1 {
			t.Errorf("the other is %s (%s)", m.State, m.Why)
		}
	})
}

// The route itself, stopped in the middle of a submit, waits for the answer.
func TestRouteDrains(t *testing.T) {
	t.Parallel()
	s := centre(t)
	s.Always(fakesmsc.Answer{Delay: 200 * time.Millisecond})
	c := config("a", s)
	c.Answer = 5 * time.Second
	r, err := smpp.New(c, newEar(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = r.Run(ctx) })
	eventually(t, "the route is up", r.Up)
	result := make(chan notify.Result, 1)
	running.Go(func() { result <- r.Send(t.Context(), text(1, "+4915112345", "x"), yes) })
	if !s.Until(patience, func() bool { return len(s.Taken()) == 1 }) {
		t.Fatal("nothing was taken")
	}
	stop()
	if got := <-result; got.Fate != notify.Taken {
		t.Errorf("%+v", got)
	}
	running.Wait()
	if !s.Until(patience, func() bool { return s.Lines() == 0 }) {
		t.Error("it did not unbind")
	}
}

func TestExamine(t *testing.T) {
	t.Parallel()
	s := centre(t)
	if peer, err := smpp.Examine(t.Context(), config("a", s)); err != nil || peer != "fake" {
		t.Errorf("%q, %v", peer, err)
	}
	c := config("a", s)
	c.Password = "other"
	var refused smpp.RefusedError
	if _, err := smpp.Examine(t.Context(), c); !errors.As(err, &refused) || refused.Bound() || !strings.Contains(err.Error(), "password") || strings.Contains(err.Error(), "other") {
		t.Errorf("%v", err)
	}
	s.Refuse = fakesmsc.AlreadyBound
	if _, err := smpp.Examine(t.Context(), config("a", s)); !errors.As(err, &refused) || !refused.Bound() {
		t.Errorf("%v", err)
	}
	c.Address = "127.0.0.1:1"
	if _, err := smpp.Examine(t.Context(), c); err == nil {
		t.Error("nobody is there, and it is well")
	}
}

// TestTLS: over TLS the centre must be who it says.
func TestTLS(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	is := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, is, is, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	if err != nil {
		t.Fatal(err)
	}
	s := fakesmsc.New()
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { s.Serve(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); s.Close(); serving.Wait() })
	roots := x509.NewCertPool()
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(cert)
	c := smpp.Config{Name: "a", Address: l.Addr().String(), SystemID: "tandem", Password: "secret", Source: "Tandem", TLS: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}}
	if _, err := smpp.Examine(t.Context(), c); err != nil {
		t.Error(err)
	}
	c.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	if _, err := smpp.Examine(t.Context(), c); err == nil {
		t.Error("a stranger's certificate is trusted")
	}
}

func TestConfigSaysWhatIsWrong(t *testing.T) {
	well := smpp.Config{Name: "a", Address: "h:1", SystemID: "x", Password: "y", Source: "+49"}
	for want, change := range map[string]func(*smpp.Config){
		"host:port":    func(c *smpp.Config) { c.Address = "h" },
		"system id":    func(c *smpp.Config) { c.SystemID = "" },
		"8 characters": func(c *smpp.Config) { c.Password = "123456789" },
		"source":       func(c *smpp.Config) { c.Source = "a name that is too long" },
		"alphabet":     func(c *smpp.Config) { c.Alphabet = "latin1" },
		"long":         func(c *smpp.Config) { c.Long = "sar" },
		"receipt_ids":  func(c *smpp.Config) { c.ReceiptIDs = "octal" },
		"negative":     func(c *smpp.Config) { c.Window = -1 },
	} {
		c := well
		change(&c)
		if _, err := smpp.New(c, newEar(), slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "123456789") {
			t.Errorf("want %q: %v", want, err)
		}
	}
	if _, err := smpp.New(well, newEar(), slog.New(slog.DiscardHandler)); err != nil {
		t.Error(err)
	}
}
