package freeswitch_test

import (
	"strings"
	"testing"
	"time"

	"tandem/adapters/freeswitch"
	"tandem/adapters/freeswitch/fakeesl"
	"tandem/orchestrator/media"
)

func soon(c *freeswitch.Config) { c.Again = 20 * time.Millisecond }

// refuses is a FreeSWITCH that refuses a command once, as it does for a channel that is between two states.
func refuses(command string) fakeesl.Break {
	return fakeesl.Break{Command: command, Times: 1, Before: true, Answer: "-ERR Operation failed\n"}
}

// A want that FreeSWITCH refuses once is carried out all the same: the engine says it once only.
func TestFailedOnceIsSaidAgain(t *testing.T) {
	music := media.Want{Base: media.Music{Class: "default"}}
	join := media.Want{Base: media.Join{Room: "r1"}}
	ask := media.Want{Base: media.Music{}, Task: media.Task{ID: "t1", Do: media.Say, Prompts: "prompt:tone-700-60000"}}
	for name, c := range map[string]struct {
		command       string
		before, after media.Want
		is            func(x *table, id media.LegID, caller *fakeesl.Channel) error
	}{
		"drop":    {"uuid_kill", music, media.Want{Base: media.Drop{}}, ended},
		"ring":    {"uuid_transfer", media.Want{}, media.Want{Base: media.Ring{}}, rung},
		"answer":  {"uuid_transfer", media.Want{}, music, hears},
		"music":   {"uuid_transfer", join, music, hears},
		"alone":   {"uuid_transfer", music, join, silent},
		"pick up": {"uuid_answer", media.Want{}, join, answered},
		"silence": {"uuid_transfer", music, media.Want{Base: media.Music{}}, silent},
		"stop":    {"uuid_transfer", ask, media.Want{Base: media.Music{}}, silent},
		"yield":   {"uuid_transfer", music, media.Want{Base: media.Yield{}}, left},
		"guard":   {"sched_transfer", music, media.Want{Base: media.Music{Class: "default"}, Guard: time.Minute}, guarded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := set(t, soon)
			id, caller := x.arrives()
			if c.before != (media.Want{}) {
				x.Must(x.Do(id, c.before))
			}
			x.esl.Break(refuses(c.command))
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

func ended(x *table, id media.LegID, _ *fakeesl.Channel) error {
	x.Told.Leg(x.T, media.Gone, id)
	return nil
}

func left(x *table, id media.LegID, _ *fakeesl.Channel) error {
	x.Told.Leg(x.T, media.Left, id)
	return nil
}

func guarded(x *table, _ media.LegID, c *fakeesl.Channel) error {
	x.Until("a guard", func() bool { return x.esl.Orders("sched_transfer") >= 2 })
	return nil
}

func rung(x *table, _ media.LegID, c *fakeesl.Channel) error     { return c.WaitRinging(x.Within()) }
func answered(x *table, _ media.LegID, c *fakeesl.Channel) error { return c.WaitAnswered(x.Within()) }
func hears(x *table, _ media.LegID, c *fakeesl.Channel) error    { return c.HearsAudio(x.Within()) }
func silent(x *table, _ media.LegID, c *fakeesl.Channel) error   { return c.HearsSilence(x.Within()) }

// Two that are to talk, one that is to be muted and one that is to come to them do so once FreeSWITCH takes the command.
func TestFailedJoinIsSaidAgain(t *testing.T) {
	for _, command := range []string{"uuid_bridge", "uuid_audio", "uuid_transfer"} {
		t.Run(command, func(t *testing.T) {
			x := set(t, soon)
			a, caller := x.arrives()
			b, other := x.arrives()
			c, third := x.arrives()
			for _, id := range []media.LegID{a, b, c} {
				x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}}))
			}
			x.esl.Break(refuses(command))
			caller.Say(440)
			join := media.Want{Base: media.Join{Room: "r1"}}
			if command != "uuid_transfer" {
				x.Must(x.sw.Do(x.Within(), map[media.LegID]media.Want{a: join, b: join}))
				x.Must(other.Hears(x.Within(), 440))
				join.Mute = true
				x.Must(x.Do(a, join))
				x.Must(other.HearsSilence(x.Within()))
				return
			}
			x.Must(x.sw.Do(x.Within(), map[media.LegID]media.Want{a: join, b: join, c: join}))
			x.Must(other.Hears(x.Within(), 440))
			x.Must(third.Hears(x.Within(), 440))
		})
	}
}

// A prompt that FreeSWITCH refuses has failed, and what is heard under it comes all the same; in a room too.
func TestRefusedPromptFails(t *testing.T) {
	x := set(t, soon)
	id, caller := x.arrives()
	say := media.Task{ID: "t1", Do: media.Say, Prompts: "prompt:tone-700-60000"}
	x.esl.Break(refuses("uuid_transfer"))
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}, Task: say}))
	if done := x.Told.Done(t, "t1"); done.Why != media.CauseFailed {
		t.Errorf("ends with %q", done.Why)
	}
	x.Must(caller.HearsAudio(x.Within()))
	x.Must(x.Do(id, media.Want{Base: media.Join{Room: "r1"}}))
	x.esl.Break(refuses("sendmsg"))
	say.ID = "t2"
	x.Must(x.Do(id, media.Want{Base: media.Join{Room: "r1"}, Task: say}))
	if done := x.Told.Done(t, "t2"); done.Why != media.CauseFailed {
		t.Errorf("in a room it ends with %q", done.Why)
	}
}

// What goes on failing costs the line, because after Up everything is said anew; but once only, or one leg's command that is
// refused for ever would cut the line for all others again and again.
func TestFailedAgainAndAgainCostsOneLine(t *testing.T) {
	x := set(t, soon)
	id, _ := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{}}))
	fault := refuses("uuid_kill")
	fault.Times = 11
	x.esl.Break(fault)
	drop := media.Want{Base: media.Drop{}}
	x.Must(x.Do(id, drop))
	mark := x.Told.Mark()
	if down := x.After(0, media.Down); !strings.Contains(down.Text, string(id)) {
		t.Errorf("down because of %q", down.Text)
	}
	if n := x.esl.Orders("uuid_kill"); n != 4 {
		t.Errorf("%d tries before the line was given up", n)
	}
	x.After(mark, media.Up)
	x.Must(x.Do(id, drop))
	x.Until("more tries on the new line", func() bool { return x.esl.Orders("uuid_kill") >= 10 })
	if n := x.Told.Of(media.Down, ""); n != 1 {
		t.Errorf("the line was given up %d times", n)
	}
	x.Told.Leg(t, media.Gone, id)
}

// What is no name of ours is refused and not tried again.
func TestRefusedForEver(t *testing.T) {
	x := set(t, soon)
	id, caller := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "no/class"}}))
	x.Told.Leg(t, media.Refused, id)
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}}))
	x.Must(caller.HearsAudio(x.Within()))
	if n := x.Told.Of(media.Refused, id); n != 1 || x.Told.Of(media.Down, "") != 0 {
		t.Errorf("told were:\n%s", x.Told)
	}
}

// Music that ends by itself, because an admin loads the streams anew, is begun again; nobody who waits is left in silence.
func TestMusicThatEnds(t *testing.T) {
	x := set(t, func(c *freeswitch.Config) { c.Again = 200 * time.Millisecond })
	id, caller := x.arrives()
	x.Must(x.Do(id, media.Want{Base: media.Music{Class: "default"}}))
	x.Must(caller.HearsAudio(x.Within()))
	x.esl.EndMusic()
	x.Must(caller.HearsSilence(x.Within()))
	x.Must(caller.HearsAudio(x.Within()))
	if n := x.Told.Of(media.Refused, id); n != 0 {
		t.Errorf("%d refusals", n)
	}
}

// A prompt in a room ends as stopped when FreeSWITCH has to move its leg, because a third one comes.
func TestThirdOneEndsAPrompt(t *testing.T) {
	x := set(t, nil)
	a, caller := x.arrives()
	b, _ := x.arrives()
	c, third := x.arrives()
	room := media.Want{Base: media.Join{Room: "r1"}}
	x.Must(x.sw.Do(x.Within(), map[media.LegID]media.Want{a: room, b: room}))
	say := media.Task{ID: "t1", Do: media.Say, Prompts: "prompt:tone-700-60000"}
	x.Must(x.Do(a, media.Want{Base: room.Base, Task: say}))
	x.Must(caller.Hears(x.Within(), 700))
	x.Must(x.Do(c, room))
	if done := x.Told.Done(t, "t1"); done.Why != media.CauseStopped {
		t.Errorf("ends with %q", done.Why)
	}
	caller.Say(440)
	x.Must(third.Hears(x.Within(), 440))
}
