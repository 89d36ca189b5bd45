package insight

import "time"

// Formula is one of the five ways to say a service level; it is always printed with its name and its target.
type Formula string

// The five service levels: A answered, A_T within the target, B abandoned, B_T within the target, B_s short abandons.
const (
	SL1 Formula = "SL-1" // (A_T + B_T) ÷ (A + B): quick abandons count as met
	SL2 Formula = "SL-2" // A_T ÷ A: answered only
	SL3 Formula = "SL-3" // A_T ÷ (A + B): abandons count against; the default
	SL4 Formula = "SL-4" // A_T ÷ (A + B − B_T): quick abandons left out
	SL5 Formula = "SL-5" // A_T ÷ (A + B − B_s): short abandons left out
)

// Formulas lists the five.
var Formulas = [...]Formula{SL1, SL2, SL3, SL4, SL5}

// ServiceLevel is a share from 0 to 1. The second answer is false when there was nobody to measure it on: that is no 0 % and no
// 100 %.
func (f Figures) ServiceLevel(by Formula) (float64, bool) {
	met, of := f.AnsweredIn, f.Answered+f.Abandoned
	switch by {
	case SL1:
		met += f.AbandonedIn
	case SL2:
		of = f.Answered
	case SL4:
		of -= f.AbandonedIn
	case SL5:
		of -= f.ShortAbandons
	}
	return share(met, of)
}

// ASA is the average speed of answer: wait of the answered ÷ answered.
func (f Figures) ASA() (time.Duration, bool) { return mean(f.WaitAnswered, f.Answered) }

// AHT is the average handle time: talk and wrap-up ÷ handled.
func (f Figures) AHT() (time.Duration, bool) { return mean(f.Talk+f.Wrap, f.Handled) }

// RNA is the share of offers that the person did not answer: per offer, never per interaction.
func (f Figures) RNA() (float64, bool) { return share(f.NoAnswers, f.Offers) }

func share(part, of int64) (float64, bool) {
	if of == 0 {
		return 0, false
	}
	return float64(part) / float64(of), true
}

func mean(sum time.Duration, of int64) (time.Duration, bool) {
	if of == 0 {
		return 0, false
	}
	return sum / time.Duration(of), true
}
