package mediatest

import (
	"testing"
)

// cases are the suite; the name says which promise or word a case is about.
var cases = []struct {
	name string
	run  func(*stage)
}{
	{"Story", story},
	{"Repeating", repeating},
	{"RepeatingAfterCut", repeatingAfterCut},
	{"RepeatingAfterRestart", repeatingAfterRestart},
	{"Endings", endings},
	{"NobodyThere", nobodyThere},
	{"Outside", outside}, {"AloneInARoom", alone},
	{"Withdrawn", withdrawn},
	{"TakenBack", takenBack},
	{"Shown", shown},
	{"Gaps", gaps},
	{"Saying", saying},
	{"Sequence", sequence},
	{"Asking", asking},
	{"Keys", keys},
	{"Taking", taking},
	{"Conference", conference},
	{"Holding", holding},
	{"Carried", carried},
	{"Insisting", insisting},
	{"MutedOn", mutedOn},
	{"CoachingOn", coachingOn},
	{"YieldingTo", yieldingTo},
	{"Announced", announced},
	{"TalkingTasks", talkingTasks},
	{"Referring", referring},
	{"Coaching", coaching},
	{"Segments", segments},
	{"Hangups", hangups},
	{"Refusals", refusals},
	{"Strangers", strangers},
	{"Phones", phones},
	{"OwnCalls", ownCalls},
	{"Hostile", hostile},
	{"Guarding", guarding},
	{"Absent", absent},
	{"Yielding", yielding},
}

// Run holds the switch of each bench to the promises of package media. build makes a bench for one case.
func Run(t *testing.T, build func(*testing.T) Bench) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.run(begin(t, build(t)))
		})
	}
}
