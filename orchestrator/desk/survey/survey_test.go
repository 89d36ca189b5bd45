package survey

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestTokens: what crypto/rand makes is a token, two have two sums, a sum is bound to its purpose, and all that is none is one.
func TestTokens(t *testing.T) {
	a, b := Token(rand.Text()), Token(rand.Text())
	if !tokenForm.MatchString(string(a)) || a.Sum() == b.Sum() || a.Sum() == sha256.Sum256([]byte(a)) {
		t.Errorf("the sums of %s and %s are %x and %x", a, b, a.Sum(), b.Sum())
	}
	for _, none := range []Token{"", "x", Token(strings.ToLower(string(a))), a + "A", a[1:] + "\n", Token(strings.Repeat("A", 1<<20))} {
		if none.Sum() != Token("").Sum() {
			t.Errorf("%.40q counts as a token", none)
		}
	}
}

func TestWhatAnInvitationSays(t *testing.T) {
	v, token := Inviter{Base: "https://care.example.org", Life: 7 * 24 * time.Hour}, Token(strings.Repeat("A", 26))
	link := "https://care.example.org/s/" + string(token)
	for language, want := range map[string]string{
		"en": "Thank you for calling Sales. How was it? One tap, good for 7 days: " + link,
		"zh": "感谢您致电Sales。您对本次通话满意吗？请点击评分（7天内有效）：" + link,
		"de": "Thank you for calling Sales. How was it? One tap, good for 7 days: " + link,
	} {
		if have := v.text(call{language: language}, "Sales", token); have != want || language == "en" && len(have) > 160 {
			t.Errorf("in %s it says %q", language, have)
		}
	}
	v.Life = time.Hour
	if have := v.text(call{language: "en"}, "Sales", token); !strings.Contains(have, "good for 1 day:") {
		t.Errorf("it says %q", have)
	}
	if have := v.text(call{language: "en", promised: true}, "Sales", token); !strings.HasPrefix(have, "Sales has called you back. How was it?") {
		t.Errorf("after a callback it says %q", have)
	}
}

// book is a book of one survey whose notes can be lost.
type book struct {
	u       Untold
	loses   int // notes that are lost yet
	expired []time.Time
}

func (b *book) UntoldSurveys(context.Context, int) ([]Untold, error) {
	if !b.u.TellInvited && !b.u.TellAnswered {
		return nil, nil
	}
	return []Untold{b.u}, nil
}

func (b *book) SurveyTold(_ context.Context, u Untold) error {
	if b.loses > 0 {
		b.loses--
		return errors.New("killed before the note")
	}
	b.u.TellInvited, b.u.TellAnswered = b.u.TellInvited && !u.TellInvited, b.u.TellAnswered && !u.TellAnswered
	return nil
}

func (b *book) ExpireSurveys(_ context.Context, now, forget time.Time) (int64, error) {
	if now.Sub(forget) == time.Hour {
		b.expired = append(b.expired, now)
	}
	return 0, nil
}

// bell wakes who waits.
type bell struct {
	mu   sync.Mutex
	next chan struct{}
}

func (b *bell) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.next
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.next)
	b.next = make(chan struct{})
}

// TestTeller: what the journal could not be told is told later, each thing under one key, the invitation before the answer.
func TestTeller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &book{u: Untold{Survey: Survey{Interaction: "i1", Score: 4}, TellInvited: true, TellAnswered: true}, loses: 1}
		bell, away, told := &bell{next: make(chan struct{})}, 1, []string{}
		teller := &Teller{
			Book: b, Log: slog.New(slog.DiscardHandler), Now: time.Now, Keep: time.Hour, Wake: bell.wait,
			Tell: func(_ context.Context, key string, u Untold) error {
				if away > 0 {
					away--
					return errors.New("the journal is away")
				}
				told = append(told, fmt.Sprint(key, " ", u.TellInvited, " ", u.TellAnswered))
				return nil
			},
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- teller.Run(ctx) }()
		time.Sleep(time.Minute)
		synctest.Wait()
		if want := "[survey.invited:i1 true false survey.invited:i1 true false survey.answered:i1 false true]"; fmt.Sprint(told) != want {
			t.Errorf("told was %v, want %s", told, want)
		}
		began := time.Now()
		b.u.TellAnswered = true
		bell.ring()
		synctest.Wait()
		if len(told) != 4 || time.Since(began) != 0 {
			t.Errorf("woken, it told %v after %v", told, time.Since(began))
		}
		time.Sleep(30 * time.Minute)
		synctest.Wait()
		if len(told) != 4 || len(b.expired) != 4 {
			t.Errorf("in the end told was %v, and expired was looked for at %v", told, b.expired)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
