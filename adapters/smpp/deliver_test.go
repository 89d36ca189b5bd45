package smpp_test

import (
	"context"
	"encoding/binary"
	"testing"

	"tandem/adapters/smpp"
	"tandem/adapters/smpp/fakesmsc"
	"tandem/orchestrator/desk/notify"
)

// header is the header of a part of a long text.
func header(ref, total, part byte) []byte { return []byte{5, 0, 3, ref, total, part} }

func TestTexts(t *testing.T) {
	t.Parallel()
	s, e := centre(t), newEar()
	up(t, config("a", s), e)
	for _, is := range []struct {
		what string
		d    fakesmsc.Delivery
		want notify.Text
	}{
		{"GSM", fakesmsc.Delivery{Octets: []byte("a\x00\x1be")}, notify.Text{Text: "a@€"}},
		{"UCS-2", fakesmsc.Delivery{Coding: 8, Octets: fakesmsc.UCS2("退订👍")}, notify.Text{Text: "退订👍"}},
		{"UCS-2 of a class", fakesmsc.Delivery{Coding: 0x18, Octets: fakesmsc.UCS2("退订")}, notify.Text{Text: "退订"}},
		{"Latin-1", fakesmsc.Delivery{Coding: 3, Octets: []byte{'Z', 0xFC, 'g'}}, notify.Text{Text: "Züg"}},
		{"a coding nobody knows", fakesmsc.Delivery{Coding: 0xF1, Octets: []byte("STOP")}, notify.Text{Text: "STOP"}},
		{"not of its alphabet", fakesmsc.Delivery{Octets: []byte{0xFF, 'x'}}, notify.Text{Text: "\uFFFDx"}},
		{"no text", fakesmsc.Delivery{Coding: 4, Octets: []byte{1, 2, 3}}, notify.Text{Text: "(3 octets that are no text)"}},
		{"empty", fakesmsc.Delivery{}, notify.Text{}},
		{"in the payload", fakesmsc.Delivery{Coding: 8, Params: []fakesmsc.Param{{Tag: 0x0424, Value: fakesmsc.UCS2("长的")}}}, notify.Text{Text: "长的"}},
		{"a part", fakesmsc.Delivery{Class: 0x40, Octets: append(header(7, 3, 2), "part"...)}, notify.Text{Text: "part", Joint: notify.Joint{Ref: 7, Total: 3, Part: 2}}},
		{
			"a part with a long number", fakesmsc.Delivery{Class: 0x40, Octets: append([]byte{6, 8, 4, 1, 2, 2, 1}, "part"...)},
			notify.Text{Text: "part", Joint: notify.Joint{Ref: 258, Total: 2, Part: 1}},
		},
		{
			"a part in the payload", fakesmsc.Delivery{Class: 0x40, Params: []fakesmsc.Param{{Tag: 0x0424, Value: append(header(9, 2, 1), "part"...)}}},
			notify.Text{Text: "part", Joint: notify.Joint{Ref: 9, Total: 2, Part: 1}},
		},
		{
			"a part by parameters", fakesmsc.Delivery{Octets: []byte("part"), Params: []fakesmsc.Param{{Tag: 0x020C, Value: []byte{1, 2}}, {Tag: 0x020E, Value: []byte{2}}, {Tag: 0x020F, Value: []byte{2}}}},
			notify.Text{Text: "part", Joint: notify.Joint{Ref: 258, Total: 2, Part: 2}},
		},
		{"a part that cannot be", fakesmsc.Delivery{Class: 0x40, Octets: append(header(7, 2, 3), "part"...)}, notify.Text{Text: "part"}},
	} {
		t.Run(is.what, func(t *testing.T) {
			is.d.FromType, is.d.From, is.d.To = 1, "4915112345", "7000"
			is.want.Route, is.want.From, is.want.To = "a", "+4915112345", "7000"
			before := len(e.texts)
			if status, err := s.Deliver(is.d); err != nil || status != 0 {
				t.Fatal(status, err)
			}
			e.until(t, "the text comes", func() bool { return len(e.texts) == before+1 })
			if got := e.texts[before]; got != is.want {
				t.Errorf("got %+v, want %+v", got, is.want)
			}
		})
	}
	if status, err := s.Deliver(fakesmsc.Delivery{From: "7726", To: "7000", Octets: []byte("x")}); err != nil || status != 0 || e.texts[len(e.texts)-1].From != "7726" {
		t.Errorf("a national number came as %+v (%d, %v)", e.texts[len(e.texts)-1], status, err)
	}
}

func TestReceipts(t *testing.T) {
	t.Parallel()
	short := func(text string, p ...fakesmsc.Param) fakesmsc.Delivery {
		return fakesmsc.Delivery{Class: 4, From: "4915112345", To: "7000", Octets: []byte(text), Params: p}
	}
	for _, is := range []struct {
		what, ids string
		d         fakesmsc.Delivery
		want      notify.Receipt
	}{
		{"a text", "", fakesmsc.Receipt(fakesmsc.Message{ID: "3C8", OurNumber: -1}, "DELIVRD"), notify.Receipt{Ref: "3C8", Message: -1, State: notify.Delivered}},
		{"our number", "", fakesmsc.Receipt(fakesmsc.Message{ID: "1", OurNumber: 65535}, "DELIVRD"), notify.Receipt{Ref: "1", Message: 65535, State: notify.Delivered}},
		{"not delivered", "", fakesmsc.Receipt(fakesmsc.Message{ID: "1", OurNumber: -1}, "EXPIRED"), notify.Receipt{Ref: "1", Message: -1, State: notify.Undelivered, Why: "EXPIRED 011"}},
		{"not final", "", fakesmsc.Receipt(fakesmsc.Message{ID: "1", OurNumber: -1}, "ENROUTE"), notify.Receipt{Ref: "1", Message: -1}},
		{"unknown", "", fakesmsc.Receipt(fakesmsc.Message{ID: "1", OurNumber: -1}, "UNKNOWN"), notify.Receipt{Ref: "1", Message: -1}},
		{"parameters only", "", short("", fakesmsc.Param{Tag: 0x1E, Value: []byte("abc\x00")}, fakesmsc.Param{Tag: 0x0427, Value: []byte{2}}), notify.Receipt{Ref: "abc", Message: -1, State: notify.Delivered}},
		{"small letters", "", short("ID:77 Stat:undeliv Err:1F"), notify.Receipt{Ref: "77", Message: -1, State: notify.Undelivered, Why: "UNDELIV 1F"}},
		{"parameters before text", "", short("id:1 stat:ENROUTE", fakesmsc.Param{Tag: 0x1E, Value: []byte("2")}, fakesmsc.Param{Tag: 0x0427, Value: []byte{5}}), notify.Receipt{Ref: "2", Message: -1, State: notify.Undelivered, Why: "UNDELIV"}},
		{"decimal of a hexadecimal", "decimal", short("id:0000000968 stat:DELIVRD"), notify.Receipt{Ref: "968", Message: -1, State: notify.Delivered}},
		{"hexadecimal of a decimal", "hex", short("id:3c8 stat:DELIVRD"), notify.Receipt{Ref: "968", Message: -1, State: notify.Delivered}},
		{"a number that is none", "decimal", short("id:x-y stat:DELIVRD"), notify.Receipt{Ref: "x-y", Message: -1, State: notify.Delivered}},
	} {
		t.Run(is.what, func(t *testing.T) {
			s, e := centre(t), newEar()
			c := config("a", s)
			c.ReceiptIDs = is.ids
			up(t, c, e)
			if status, err := s.Deliver(is.d); err != nil || status != 0 {
				t.Fatal(status, err)
			}
			is.want.Route = "a"
			if len(e.receipts) != 1 || e.receipts[0] != is.want {
				t.Errorf("got %+v, want %+v", e.receipts, is.want)
			}
		})
	}
}

// An answer that counts in hexadecimal and a receipt that counts in decimal name the same message.
func TestReceiptIDsMeetAnswers(t *testing.T) {
	t.Parallel()
	for ids, answer := range map[string]string{"decimal": "3C8", "hex": "968", "same": "968"} {
		s := centre(t)
		s.Number = func(int) string { return answer }
		c := config("a", s)
		c.ReceiptIDs = ids
		r := up(t, c, newEar())
		if got := r.Send(t.Context(), text(1, "+4915112345", "x"), yes); len(got.Refs) != 1 || got.Refs[0] != "968" {
			t.Errorf("%s: %+v", ids, got)
		}
	}
}

// What was not kept is to come again; what cannot be read is not.
func TestDeliveriesAreAnsweredWhenKept(t *testing.T) {
	t.Parallel()
	s, e := centre(t), newEar()
	r := up(t, config("a", s), e)
	d := fakesmsc.Delivery{From: "4915112345", To: "7000", Octets: []byte("hello")}
	e.refuse(true)
	if status, err := s.Deliver(d); err != nil || status != 0x64 {
		t.Errorf("while the database is away: status %#x, %v", status, err)
	}
	e.refuse(false)
	if status, err := s.Deliver(d); err != nil || status != 0 || len(e.texts) != 1 {
		t.Errorf("afterwards: status %#x, %v, %d texts", status, err, len(e.texts))
	}
	for _, d := range []fakesmsc.Delivery{{Class: 0x40, Octets: []byte{200, 1}}, {Class: 4, Octets: []byte("no receipt at all")}} {
		if status, err := s.Deliver(d); err != nil || status != 0 {
			t.Errorf("unreadable: status %#x, %v", status, err)
		}
	}
	if f := r.Figures(); f.Unreadable != 2 || f.PushedBack != 1 || f.Texts != 2 {
		t.Errorf("figures are %+v", f)
	}
}

// TestForeignPDUs: what nobody knows is answered with generic_nack and costs the line nothing; a length that cannot be ends it.
func TestForeignPDUs(t *testing.T) {
	t.Parallel()
	s, e := centre(t), newEar()
	r := up(t, config("a", s), e)
	head := func(n, command uint32) []byte {
		b := binary.BigEndian.AppendUint32(nil, n)
		return append(binary.BigEndian.AppendUint32(b, command), 0, 0, 0, 0, 0, 0, 0, 9)
	}
	for _, raw := range [][]byte{head(16, 0x77), head(16, 0x102), head(16, 0x80000004), head(16, 0x0B), append(head(17, 5), 0)} {
		if err := s.Raw(raw); err != nil {
			t.Fatal(err)
		}
	}
	if status, err := s.Deliver(fakesmsc.Delivery{Octets: []byte("still here")}); err != nil || status != 0 || s.Binds() != 1 {
		t.Errorf("status %d, %v, bound %d times", status, err, s.Binds())
	}
	if err := s.Raw(head(0xFFFFFFFF, 5)); err != nil {
		t.Fatal(err)
	}
	if !s.Until(patience, func() bool { return s.Binds() == 2 }) {
		t.Error("the line was not bound anew")
	}
	eventually(t, "the route is up again", r.Up)
}

// FuzzDelivery: whatever comes, the route reads it or says that it cannot.
func FuzzDelivery(f *testing.F) {
	for _, d := range []fakesmsc.Delivery{
		{Octets: []byte("hello")}, fakesmsc.Receipt(fakesmsc.Message{ID: "1", OurNumber: 7}, "DELIVRD"),
		{Class: 0x40, Octets: append(header(7, 3, 2), "part"...)}, {Coding: 8, Octets: fakesmsc.UCS2("退订")},
		{Class: 0x40, Params: []fakesmsc.Param{{Tag: 0x0424, Value: append(header(9, 2, 1), "part"...)}}},
	} {
		f.Add(d.PDU(1))
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		for _, ids := range []string{"same", "decimal"} {
			if x, err := smpp.Understand(octets, ids); err == nil && x == "" {
				t.Error("it is understood as nothing")
			}
		}
	})
}

// slow is an ear whose first text takes until it is let go.
type slow struct {
	*ear
	began, goOn chan struct{}
}

func (e slow) Text(ctx context.Context, x notify.Text) error {
	select {
	case e.began <- struct{}{}:
	default:
	}
	<-e.goOn
	return e.ear.Text(ctx, x)
}

// What waits to be kept when the line ends cannot be answered any more: the message centre brings it again, and nobody gets it twice.
func TestWhatWaitsWhenTheLineEndsIsNotKept(t *testing.T) {
	t.Parallel()
	s, e := centre(t), slow{newEar(), make(chan struct{}, 1), make(chan struct{})}
	r := up(t, config("a", s), e)
	for i, said := range []string{"one", "two", "three"} {
		if err := s.Raw(fakesmsc.Delivery{From: "1", To: "2", Octets: []byte(said)}.PDU(uint32(1000 + i))); err != nil {
			t.Fatal(err)
		}
	}
	<-e.began
	s.Drop()
	eventually(t, "the line has ended", func() bool { return !r.Up() })
	close(e.goOn)
	eventually(t, "another line", func() bool { return s.Binds() == 2 })
	if len(e.texts) != 1 {
		t.Errorf("kept: %+v", e.texts)
	}
}
