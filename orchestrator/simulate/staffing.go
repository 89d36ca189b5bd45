package simulate

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tandem/orchestrator"
)

// Need is a day that is to be staffed. A formula takes each interval alone, as if it had gone on for ever; the simulator lets those who
// wait at its end wait in the next, and those finish their call whose shift is over.
type Need struct {
	Calls    []float64 // expected in each interval
	Every    time.Duration
	Service  Distribution // wrap-up included
	Patience Distribution // none: nobody gives up
	Within   time.Duration
	Answered float64 // least share of the callers of each interval who are answered within
	Seed     uint64
	Effort   int // so many calls are simulated in each round; 150 000 if not said
}

// Staffed is what was found for one interval.
type Staffed struct {
	People   int
	Calls    float64  // that came on average
	Level    Estimate // SL-3
	Abandons float64
	ASA      time.Duration
	Busy     float64 // occupancy of the whole day's people
}

const (
	staffRounds = 40 // of making better
	staffEffort = 150_000
)

// Staff finds people for each interval, beginning with as many as a formula said: those of an interval below the goal become more,
// those of one above it fewer, until nothing changes. Watch is as in Run.
func (n Need) Staff(begin []int, confidence float64, watch func(share float64) bool) ([]Staffed, error) {
	people, least := slices.Clone(begin), make([]int, len(begin))
	var out []Staffed
	for round := range staffRounds {
		s := n.scenario(people)
		if err := s.Check(); err != nil {
			return nil, err
		}
		days, err := Run(s, func(share float64) bool { return watch == nil || watch((float64(round)+share)/staffRounds) })
		if err != nil {
			return nil, err
		}
		out = n.tell(people, days, confidence)
		if !n.improve(people, least, out) {
			break
		}
	}
	return out, nil
}

// improve changes people where the goal is missed or passed by far, and says whether it did. Whoever was needed once stays needed.
func (n Need) improve(people, least []int, had []Staffed) bool {
	changed := false
	for i, h := range had {
		switch {
		case h.Calls == 0:
		case h.Level.Mean < n.Answered:
			least[i] = people[i] + 1
			people[i] += max(1, people[i]/50)
			changed = true
		case people[i] > max(least[i], 1) && h.Level.Mean > n.Answered+.25*(1-n.Answered):
			people[i]--
			changed = true
		}
	}
	return changed
}

// scenario is the day with so many people in each interval: the first is there as long as anybody is, and so on.
func (n Need) scenario(people []int) Scenario {
	total := 0.0
	for _, c := range n.Calls {
		total += c
	}
	const queue = orchestrator.QueueID("calls")
	s := Scenario{
		Length: time.Duration(len(people)) * n.Every, Days: int(min(max(float64(cmp.Or(n.Effort, staffEffort))/max(total, 1), 5), 1000)), Seed: n.Seed, Target: n.Within, Keep: true,
		Queues: []Queue{{ID: queue, Arrivals: Arrivals{Counts: n.Calls, Every: n.Every}, Service: n.Service, Patience: n.Patience}},
	}
	g := Group{ID: "people", Queues: []orchestrator.QueueID{queue}}
	for k := range slices.Max(people) {
		p := Person{ID: orchestrator.AgentID(fmt.Sprintf("p%d", k+1))}
		for i, there := range people {
			begin := time.Duration(i) * n.Every
			switch last := len(p.Shifts) - 1; {
			case there <= k:
			case last >= 0 && p.Shifts[last].End == begin:
				p.Shifts[last].End += n.Every
			default:
				p.Shifts = append(p.Shifts, Shift{Begin: begin, End: begin + n.Every})
			}
		}
		g.People = append(g.People, p)
	}
	s.Agents = []Group{g}
	return s.WithDefaults()
}

// tell adds up each interval by the callers who came in it.
func (n Need) tell(people []int, days []Day, confidence float64) []Staffed {
	by := newEstimator(confidence)
	out := make([]Staffed, len(people))
	levels := make([][]float64, len(people))
	var busy, there time.Duration
	sums := make([]Outcome, len(people))
	for _, d := range days {
		each := make([]Outcome, len(people))
		for _, f := range d.Fates {
			each[min(int(f.At/n.Every), len(each)-1)].add(f, n.Within, 0)
		}
		for i, o := range each {
			if came := o.Answered + o.Abandoned + o.Expired; came > 0 {
				levels[i] = append(levels[i], float64(o.AnsweredIn)/float64(came))
			}
			sums[i] = sums[i].plus(o)
		}
		for _, w := range d.People {
			busy, there = busy+w.Busy, there+w.There
		}
	}
	for i, o := range sums {
		asa, _ := o.ASA()
		out[i] = Staffed{
			People: people[i], Calls: float64(o.Offered()) / float64(len(days)), Level: by.estimate(levels[i]),
			Abandons: float64(o.Abandoned) / float64(len(days)), ASA: asa,
		}
		if there > 0 {
			out[i].Busy = busy.Seconds() / there.Seconds()
		}
		// Over all callers of all days: a day with few counts for few.
		if came := o.Answered + o.Abandoned + o.Expired; came > 0 {
			out[i].Level.Mean = float64(o.AnsweredIn) / float64(came)
		}
	}
	return out
}
