package asterisk_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tandem/adapters/asterisk"
	"tandem/adapters/asterisk/fakeari"
	"tandem/orchestrator/media"
)

// soon tries again at once, and waits for answers as long as a busy machine may need.
func soon(c *asterisk.Config) { c.Again, c.Timeout = 20*time.Millisecond, 15*time.Second }

// lossy is soon where an answer is lost: it is not waited for long, and slow ones beside it do not cost the line.
func lossy(c *asterisk.Config) {
	c.Again, c.Timeout, c.Wedged = 20*time.Millisecond, 2*time.Second, 1<<20
}

// A want whose command fails once is carried out all the same: the engine says it once only.
func TestFailedOnceIsSaidAgain(t *testing.T) {
	music := media.Want{Base: media.Music{Class: "default"}}
	join := media.Want{Base: media.Join{Room: "r1"}}
	ask := media.Want{Base: media.Music{}, Task: media.Task{ID: "t1", Do: media.Say, Prompts: "tone:700:60000"}}
	for name, c := range map[string]struct {
		fault         fakeari.Break
		before, after media.Want
		is            func(x *table, id media.LegID, caller *fakeari.Channel) error
	}{
		"drop":    {fakeari.Break{Method: http.MethodDelete, Path: "/channels/"}, music, media.Want{Base: media.Drop{}}, ended},
		"ring":    {fakeari.Break{Method: http.MethodPost, Path: "/ring"}, media.Want{}, media.Want{Base: media.Ring{}}, rung},
		"music":   {fakeari.Break{Method: http.MethodPost, Path: "/moh"}, join, music, hears},
		"join":    {fakeari.Break{Method: http.MethodPost, Path: "/addChannel"}, music, join, silent},
		"silence": {fakeari.Break{Method: http.MethodPost, Path: "/removeChannel"}, music, media.Want{Base: media.Music{}}, silent},
		"stop":    {fakeari.Break{Method: http.MethodDelete, Path: "/playbacks/"}, ask, media.Want{Base: media.Music{}}, silent},
		"yield":   {fakeari.Break{Method: http.MethodPost, Path: "/continue"}, music, media.Want{Base: media.Yield{}}, left},
	} {
		for answer, status := range map[string]int{"500": 500, "none": 0} {
			t.Run(name+" "+answer, func(t *testing.T) {
				t.Parallel()
				x := set(t, map[string]func(*asterisk.Config){"500": soon, "none": lossy}[answer])
				id, caller := x.arrives()
				if c.before != (media.Want{}) {
					x.Must(x.Do(id, c.before))
				}
				fault := c.fault // the other answer runs beside this
				fault.Times, fault.Status, fault.Before = 1, status, true
				x.ari.Break(fault)
				x.Must(x.Do(id, c.after))
				x.Must(c.is(x, id, caller))
				refused := x.Told.Leg(t, media.Refused, id)
				_, yields := c.after.Base.(media.Yield)
				_, drops := c.after.Base.(media.Drop)
				if strings.HasPrefix(refused.Text, media.LeaveRefused) != (yields || drops) {
					t.Errorf("refused was %q", refused.Text)
				}
				if n := x.Told.Of(media.Refused, id); n != 1 || x.Told.Of(media.Down, "") != 0 {
					t.Errorf("%d refusals; told were:\n%s", n, x.Told)
				}
			})
		}
	}
}

// Who leaves a bridge that is being taken down at that moment has left it: nobody is told of a refusal (when an agent hangs up, the
// customer who is asked for a rating is taken out of a room that ends).
func TestABridgeThatIsGoneWasLeft(t *testing.T) {
	t.Parallel()
	x := set(t, soon)
	id, caller := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Join{Room: "r1"}}))
	x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "/removeChannel", Times: 1, Status: 409})
	x.Must(x.Do(id, media.Want{Base: media.Music{}}))
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}}))
	x.Must(caller.HearsAudio(x.Within()))
	if n := x.Told.Of(media.Refused, id); n != 0 {
		t.Errorf("%d refusals; told were:\n%s", n, x.Told)
	}
}

func ended(x *table, id media.LegID, _ *fakeari.Channel) error {
	x.Told.Leg(x.T, media.Gone, id)
	return nil
}

func left(x *table, id media.LegID, _ *fakeari.Channel) error {
	x.Told.Leg(x.T, media.Left, id)
	return nil
}

func rung(x *table, _ media.LegID, c *fakeari.Channel) error   { return c.WaitRinging(x.Within()) }
func hears(x *table, _ media.LegID, c *fakeari.Channel) error  { return c.HearsAudio(x.Within()) }
func silent(x *table, _ media.LegID, c *fakeari.Channel) error { return c.HearsSilence(x.Within()) }

// A party that is to be muted is muted once Asterisk takes the command.
func TestFailedMuteIsSaidAgain(t *testing.T) {
	x := set(t, soon)
	a, caller := x.arrives()
	b, other := x.arrives()
	join := media.Want{Base: media.Join{Room: "r1"}}
	x.Must(x.Do(a, join))
	x.Must(x.Do(b, join))
	caller.Say(440)
	x.Must(other.Hears(x.Within(), 440))
	x.ari.Break(fakeari.Break{Method: http.MethodPost, Path: "/mute", Times: 1, Status: 500, Before: true})
	join.Mute = true
	x.Must(x.Do(a, join))
	x.Must(other.HearsSilence(x.Within()))
}

// What goes on failing costs the line, because after Up everything is said anew; but once only, or one leg's command that is
// refused for ever would cut the line for all others again and again.
func TestFailedAgainAndAgainCostsOneLine(t *testing.T) {
	x := set(t, soon)
	id, _ := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{}}))
	deletes := "DELETE /channels/" + string(id)
	x.ari.Break(fakeari.Break{Method: http.MethodDelete, Path: "/channels/", Times: 1 << 30, Status: 500, Before: true})
	drop := media.Want{Base: media.Drop{}}
	x.Must(x.Do(id, drop))
	mark := x.Told.Mark()
	if down := x.After(0, media.Down); !strings.Contains(down.Text, string(id)) {
		t.Errorf("down because of %q", down.Text)
	}
	if n := x.ari.Orders(deletes); n != 4 {
		t.Errorf("%d tries before the line was given up", n)
	}
	x.After(mark, media.Up)
	x.Must(x.Do(id, drop))
	x.Until("more tries on the new line", func() bool { return x.ari.Orders(deletes) >= 10 })
	if n := x.Told.Of(media.Down, ""); n != 1 {
		t.Errorf("the line was given up %d times", n)
	}
	x.ari.Heal()
	x.Told.Leg(t, media.Gone, id)
}
