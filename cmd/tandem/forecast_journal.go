package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tandem/orchestrator"
	"tandem/orchestrator/fact"
	"tandem/orchestrator/forecast"
)

// counting is what is counted of a journal.
type counting struct {
	file, queue, zone string
	channel           orchestrator.Channel
	interval          time.Duration
	bot               bool   // also those whom a flow served to the end
	unserved          string // reasons of hangups that serve nobody
}

// channels are those that are counted, one at a time: a text is no call.
var channels = []orchestrator.Channel{
	orchestrator.ChannelVoice, orchestrator.ChannelCallback, orchestrator.ChannelChat, orchestrator.ChannelSMS, orchestrator.ChannelSocial,
	orchestrator.ChannelEmail, orchestrator.ChannelTicket,
}

// counter finds who came when in a journal.
type counter struct {
	counting
	place  *time.Location
	people tallied // who entered a line
	bots   tallied // who did not, and whom a flow served to the end
	on     map[orchestrator.InteractionID]orchestrator.Channel
	asked  map[orchestrator.InteractionID]bool      // for a person: who comes back into a line has called once
	flows  map[orchestrator.InteractionID]time.Time // who entered a flow, and is in none of the above yet
	hungUp int                                      // within a flow
	end    time.Time
}

func (c *counter) add(e fact.Entry) {
	c.end = e.At
	switch x := e.Fact.(type) {
	case fact.InteractionOpened:
		if x.Channel != c.channel {
			c.on[e.About] = x.Channel
		}
	case fact.InteractionArrived:
		if c.channel != orchestrator.ChannelVoice {
			c.on[e.About] = orchestrator.ChannelVoice
		}
	case fact.FlowEntered:
		if c.bot && c.on[e.About] == "" {
			c.flows[e.About] = e.At
		}
	case fact.ItemQueued:
		delete(c.flows, e.About)
		if c.on[e.About] == "" && !c.asked[e.About] && (c.queue == "" || string(x.Queue) == c.queue) {
			c.asked[e.About] = true
			c.tally(c.people, x.Since)
		}
	case fact.CallTransferred, fact.FlowUnreadable:
		delete(c.flows, e.About) // somebody else serves them
	case fact.ItemEnded:
		entered, flowing := c.flows[e.About]
		delete(c.flows, e.About)
		switch {
		case !flowing:
		case x.State == orchestrator.ItemAbandoned:
			c.hungUp++
		case x.State == orchestrator.ItemDone && !slices.Contains(strings.Split(c.unserved, ","), x.Reason):
			c.tally(c.bots, entered)
		}
	case fact.InteractionEnded:
		delete(c.on, e.About)
	}
}

func (c *counter) tally(in tallied, at time.Time) {
	date, clock := local(at, c.place)
	if in[date] == nil {
		in[date] = map[time.Duration]float64{}
	}
	in[date][clock.Truncate(c.interval)]++
}

// gridOfJournal counts those of one channel who entered a line. A day without any was closed.
func gridOfJournal(ctx context.Context, conf Config, want counting) (grid, error) {
	place, err := time.LoadLocation(want.zone)
	switch {
	case err != nil:
		return grid{}, fmt.Errorf("-zone %q is not known; write a name such as Europe/Berlin or Asia/Shanghai", want.zone)
	case !slices.Contains(channels, want.channel):
		return grid{}, fmt.Errorf("-channel %q is not known; there are %s", want.channel, strings.Trim(fmt.Sprint(channels), "[]"))
	case want.bot && (want.channel != orchestrator.ChannelVoice || want.queue != ""):
		return grid{}, errors.New("-bot is of all calls that flows were entered by: leave -queue and -channel out")
	}
	c := &counter{
		counting: want, place: place, people: tallied{}, bots: tallied{}, on: map[orchestrator.InteractionID]orchestrator.Channel{},
		asked: map[orchestrator.InteractionID]bool{}, flows: map[orchestrator.InteractionID]time.Time{},
	}
	read := readJournal
	if want.file != "" {
		read = func(_ context.Context, _ Config, add func(fact.Entry) bool) error { return readLines(want.file, add) }
	}
	if err := read(ctx, conf, func(e fact.Entry) bool { c.add(e); return ctx.Err() == nil }); err != nil {
		return grid{}, err
	}
	if len(c.people) == 0 {
		if want.queue != "" {
			return grid{}, fmt.Errorf("nobody has entered the line of queue %q in this journal by channel %s; look at the names, or leave out -queue", want.queue, want.channel)
		}
		return grid{}, fmt.Errorf("nobody has entered a line in this journal by channel %s", want.channel)
	}
	c.fill()
	g, err := c.people.grid(want.interval, want.interval, true)
	if err == nil && want.bot {
		g.share = c.share(g)
		g.notes = append(g.notes, fmt.Sprintf("-bot: %d callers hung up within a flow and count as nothing; who ended by hangup %s neither", c.hungUp, want.unserved))
	}
	return g, err
}

// fill makes every interval known, also those in which nobody came; of the last day only those that are over.
func (c *counter) fill() {
	last, clock := local(c.end, c.place)
	for date, day := range c.people {
		for at := time.Duration(0); at < 24*time.Hour; at += c.interval {
			if date.Before(last) || at+c.interval <= clock {
				day[at] += 0
			} else {
				delete(day, at)
			}
		}
	}
}

// share learns which part the flows served, of the whole days that the grid has.
func (c *counter) share(g grid) *forecast.Share {
	out := &forecast.Share{}
	for _, d := range g.days {
		part, of := make([]float64, len(d.Counts)), make([]float64, len(d.Counts))
		for i, people := range d.Counts {
			part[i] = c.bots[d.Date][g.first+time.Duration(i)*g.interval]
			of[i] = part[i] + people
		}
		out.Add(part, of)
	}
	return out
}

// local is the date, as midnight UTC, and the time of day on the clock of a place.
func local(t time.Time, place *time.Location) (time.Time, time.Duration) {
	t = t.In(place)
	y, m, d := t.Date()
	clock := time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC), clock
}
