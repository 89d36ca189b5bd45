package forecast_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"
	"time"

	"tandem/orchestrator/forecast"
)

// bank are the half hours of the bank's 164 days, March to October 2003. The file lies beside the repository, never in it.
func bank(t *testing.T) []forecast.Day {
	t.Helper()
	name := os.Getenv("TANDEM_TEST_BANK")
	if name == "" {
		name = "../../../shared/data/bank_calls_5min_2003.csv"
	}
	f, err := os.Open(name)
	if err != nil {
		t.Skipf("NOT TESTED: the forecast is not held against reality, as the bank's data is not there; TANDEM_TEST_BANK names the file (%v)", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var days []forecast.Day
	for _, r := range rows[1:] {
		when, err := time.Parse(time.DateOnly, r[0])
		slot, err2 := strconv.Atoi(r[1])
		calls, err3 := strconv.ParseFloat(r[3], 64)
		if err != nil || err2 != nil || err3 != nil {
			t.Fatal(r)
		}
		if n := len(days); n == 0 || !days[n-1].Date.Equal(when) {
			days = append(days, forecast.Day{Date: when, Counts: make([]float64, 28)})
		}
		if i := (slot - 1) / 6; i < 28 { // 21:00 to 21:05 is no half hour
			days[len(days)-1].Counts[i] += calls
		}
	}
	if len(days) != 164 {
		t.Fatalf("%d days, not 164", len(days))
	}
	return days
}

// The parameters were chosen by the days with the numbers 40 to 99; the tests look at 100 to 163 alone.
const (
	chosenFrom = 40
	testedFrom = 100
)

// held is how far off a forecast was, in all and where.
type held struct {
	all               forecast.Score
	weekday           [7]forecast.Score
	after             forecast.Score // first days after a closed one
	inside, intervals int            // of the band
}

func (h *held) day(d forecast.Day, said []float64, after bool) {
	for i, n := range d.Counts {
		h.all.Add(said[i], n)
		h.weekday[d.Date.Weekday()].Add(said[i], n)
		if after {
			h.after.Add(said[i], n)
		}
	}
}

// holidays of the United States that the data has no day for; it lacks three more days, of which nobody could have known.
var holidays = []time.Time{
	time.Date(2003, 5, 26, 0, 0, 0, 0, time.UTC), time.Date(2003, 7, 4, 0, 0, 0, 0, time.UTC), time.Date(2003, 9, 1, 0, 0, 0, 0, time.UTC),
}

// tryAll tries all methods on the days from ≤ number < to.
func tryAll(t *testing.T, p forecast.Parameters, days []forecast.Day, from, to int) map[string]*held {
	t.Helper()
	out := map[string]*held{}
	for _, name := range methods {
		out[name] = &held{}
	}
	f := forecast.New(p, holidays...)
	for n, d := range days[:to] {
		if n >= from {
			after := d.Date.Sub(days[n-1].Date) > 24*time.Hour && (d.Date.Weekday() != time.Monday || d.Date.Sub(days[n-1].Date) > 72*time.Hour)
			said, err := f.Ahead(d.Date)
			if err != nil {
				t.Fatal(err)
			}
			last, _ := f.LastWeek(d)
			six, _ := f.MeanOf(d, 6)
			step, noise := make([]float64, 28), make([]float64, 28)
			var rest forecast.Score
			for i, c := range d.Counts {
				step[i] = said.Update(d.Counts[:i]).Counts[i]
				noise[i] = c + forecast.Noise(c)
				if c >= said.Low[i] && c <= said.High[i] {
					out[ours].inside++
				}
				out[ours].intervals++
			}
			noon := said.Update(d.Counts[:10])
			for i := 10; i < 28; i++ {
				rest.Add(noon.Counts[i], d.Counts[i])
				out[afternoonPlain].all.Add(said.Counts[i], d.Counts[i])
			}
			out[afternoon].all.Wrong += rest.Wrong
			out[afternoon].all.Came += rest.Came
			out[lastWeek].day(d, last, after)
			out[meanOfSix].day(d, six, after)
			out[ours].day(d, said.Counts, after)
			out[oneStep].day(d, step, after)
			out[noiseFloor].day(d, noise, after)
		}
		if err := f.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

const (
	lastWeek       = "same weekday last week"
	meanOfSix      = "mean of six same weekdays"
	ours           = "ours, a day ahead"
	oneStep        = "ours, one half hour ahead"
	afternoonPlain = "from noon on, a day ahead"
	afternoon      = "from noon on, updated at noon"
	noiseFloor     = "floor: chance of single calls"
)

var methods = []string{lastWeek, meanOfSix, ours, oneStep, afternoonPlain, afternoon, noiseFloor}
