package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode"

	"tandem/orchestrator"
)

// Word is what a text of one word means.
type Word string

// The words. A text means a word only as a whole: "stop calling me names" is an ordinary text.
const (
	NoWord Word = ""
	Stop   Word = "stop"  // no more messages to this number
	Start  Word = "start" // messages again
	Help   Word = "help"  // who is this?
)

// words are those that carriers of North America and Europe (CTIA Messaging Principles, 5.1.3) and of China ask senders to
// know, in capitals. "TD" and "T" are what Chinese senders offer as short forms of 退订.
var words = map[string]Word{
	"STOP": Stop, "STOPALL": Stop, "STOP ALL": Stop, "UNSUBSCRIBE": Stop, "CANCEL": Stop, "END": Stop, "QUIT": Stop, "OPTOUT": Stop,
	"OPT OUT": Stop, "REVOKE": Stop, "STOPP": Stop, "ABMELDEN": Stop,
	"TD": Stop, "T": Stop, "退订": Stop, "退訂": Stop, "取消订阅": Stop, "停止": Stop,
	"START": Start, "UNSTOP": Start, "SUBSCRIBE": Start, "恢复": Start, "订阅": Start, "訂閱": Start,
	"HELP": Help, "INFO": Help, "HILFE": Help, "帮助": Help, "幫助": Help,
}

// Meant finds the word that a text is, whatever the case, the width of its letters, and the punctuation around it.
func Meant(text string) Word {
	const longest = 40 // octets: no word is longer, whatever stands around it
	if len(text) > longest {
		return NoWord
	}
	narrow := strings.Map(func(r rune) rune {
		if '！' <= r && r <= '～' {
			return r - '！' + '!' // full-width forms, as Chinese keyboards write them
		}
		return unicode.ToUpper(r)
	}, text)
	word := strings.FieldsFunc(strings.ToUpper(narrow), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return words[strings.Join(word, " ")]
}

// Reception is the Listener of the house: it finds out what a text means, and keeps it.
type Reception struct {
	Inbox   Inbox
	Country orchestrator.Country
	Replies map[Word]string // what is answered to a word; "" is nothing
	Now     func() time.Time
	Observe func(event string) // "receipt delivered", "text stop": what was kept, for figures; nil is nobody
}

var _ Listener = (*Reception)(nil)

// Receipt implements Listener.
func (r *Reception) Receipt(ctx context.Context, x Receipt) error {
	if x.State == "" {
		return nil
	}
	if err := r.Inbox.KeepReceipt(ctx, x); err != nil {
		return err
	}
	r.observe("receipt " + string(x.State))
	return nil
}

// Text implements Listener. A word is answered at most once a day for each number, so that two machines never talk for ever.
func (r *Reception) Text(ctx context.Context, t Text) error {
	t.From, t.Received = r.Country.Canonical(t.From), r.Now().UTC()
	var word Word
	err := r.Inbox.KeepText(ctx, t, func(whole string) Meaning {
		word = Meant(whole)
		return Meaning{Word: word, Reply: SMS{
			Key: replyKey(word, t.From, t.Received), Class: Reply, To: t.From, Text: r.Replies[word],
			Created: t.Received,
		}}
	})
	if err == nil {
		r.observe("text " + string(word))
	}
	return err
}

// replyKey is one for each word, number and day. It goes into logs and to gateways, so that the number is not to be read in it.
func replyKey(word Word, number string, at time.Time) string {
	sum := sha256.Sum256([]byte(number + " " + at.Format(time.DateOnly)))
	return "word:" + string(word) + ":" + hex.EncodeToString(sum[:8])
}

func (r *Reception) observe(event string) {
	if r.Observe != nil {
		r.Observe(strings.TrimSpace(event))
	}
}
