package notify_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"tandem/orchestrator/desk/notify"
)

// limited runs a sender with limits and tells which limits it named.
func limited(t *testing.T, l notify.Limits, do func(h *house, refused map[string]int)) {
	t.Helper()
	inHouse(t, func(h *house) {
		refused := map[string]int{}
		var mu sync.Mutex // Several numbers are texted at once.
		h.Limits, h.Country, h.Refused = l, "49", func(limit string) {
			mu.Lock()
			defer mu.Unlock()
			refused[limit]++
		}
		do(h, refused)
	}, &net{name: "a"})
}

// TestALimitOfANumber holds however the number is written, is told, and is over after an hour.
func TestALimitOfANumber(t *testing.T) {
	limited(t, notify.Limits{Number: 3}, func(h *house, refused map[string]int) {
		for i, to := range []string{"015112345", "+4915112345", "004915112345", "0151 12345", "+4915112346"} {
			h.queue(notify.Ordinary, to, fmt.Sprint("k", i))
			h.run(time.Minute)
		}
		h.want("k2", notify.Sent, "")
		h.want("k3", notify.Failed, "refused: there were 3 texts to this number within an hour already (TANDEM_SMS_LIMIT_NUMBER)")
		h.want("k4", notify.Sent, "")
		h.run(time.Hour)
		h.queue(notify.Reply, "+4915112345", "later")
		h.run(time.Minute)
		h.want("later", notify.Sent, "")
		if fmt.Sprint(refused) != "map[number:1]" {
			t.Error(refused)
		}
	})
}

// TestALimitOfACountry holds for each country but ours.
func TestALimitOfACountry(t *testing.T) {
	limited(t, notify.Limits{Country: 2}, func(h *house, refused map[string]int) {
		for i := range 3 {
			h.queue(notify.Ordinary, fmt.Sprint("+4415112340", i), fmt.Sprint("gb", i))
			h.queue(notify.Ordinary, fmt.Sprint("0037060012340", i), fmt.Sprint("lt", i))
			h.queue(notify.Ordinary, fmt.Sprint("+37160012340", i), fmt.Sprint("lv", i))
			h.queue(notify.Ordinary, fmt.Sprint("+4915112340", i), fmt.Sprint("de", i))
			h.run(time.Second)
		}
		for _, country := range []string{"gb", "lt", "lv"} {
			h.want(country+"1", notify.Sent, "")
			h.want(country+"2", notify.Failed, "TANDEM_SMS_LIMIT_COUNTRY")
		}
		h.want("de2", notify.Sent, "")
		if fmt.Sprint(refused) != "map[country:3]" {
			t.Error(refused)
		}
	})
}

// TestALimitOfAll counts what was made, not what leaves: a gateway that was away is no reason to refuse what waited for it.
func TestALimitOfAll(t *testing.T) {
	a := &net{name: "a"}
	inHouse(t, func(h *house) {
		h.Limits = notify.Limits{All: 2}
		for i := range 6 { // One every 40 minutes: never three within an hour.
			h.queue(notify.Ordinary, fmt.Sprint("+4915112340", i), fmt.Sprint("slow", i))
			time.Sleep(40 * time.Minute)
		}
		for i := range 3 {
			h.queue(notify.Ordinary, fmt.Sprint("+4915112350", i), fmt.Sprint("quick", i))
		}
		h.run(time.Minute)
		for i := range 6 {
			h.want(fmt.Sprint("slow", i), notify.Sent, "")
		}
		h.want("quick0", notify.Sent, "")
		h.want("quick2", notify.Failed, "TANDEM_SMS_LIMIT_ALL")
	}, a)
}
