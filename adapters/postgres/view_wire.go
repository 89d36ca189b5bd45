package postgres

import (
	"time"

	"tandem/orchestrator/desk/view"
)

// The rows of the views as the query view_fold takes them: JSON by the names of the columns. A time that is left out is NULL.
type (
	wireQueue struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Number   string `json:"number"`
		Greeting string `json:"greeting"`
		Music    string `json:"music"`
		RingFor  int64  `json:"ring_for_us"`
		WrapUp   int64  `json:"wrap_up_us"`
		Tickets  string `json:"tickets"`
		Survey   string `json:"survey"`
	}
	wireAgent struct {
		ID            string    `json:"id"`
		Name          string    `json:"name"`
		Endpoint      string    `json:"endpoint"`
		Switch        string    `json:"switch"`
		Queues        []string  `json:"queues"`
		Status        string    `json:"status"`
		Reason        string    `json:"reason"`
		StatusSince   time.Time `json:"status_since"`
		NotResponding bool      `json:"not_responding"`
		Phone         string    `json:"phone"`
		CoolUntil     time.Time `json:"cool_until,omitzero"`
		Offer         string    `json:"offer"`
		OfferState    string    `json:"offer_state"`
		Interaction   string    `json:"interaction"`
	}
	wireSwitch struct {
		Name   string    `json:"name"`
		Away   time.Time `json:"away,omitzero"`
		Missed bool      `json:"missed"`
	}
	wireInteraction struct {
		ID        string    `json:"id"`
		Channel   string    `json:"channel"`
		Switch    string    `json:"switch"`
		From      string    `json:"from_number"`
		Name      string    `json:"name"`
		To        string    `json:"to_number"`
		Queue     string    `json:"queue"`
		State     string    `json:"state"`
		Reason    string    `json:"reason"`
		Agent     string    `json:"agent"`
		Score     int       `json:"score"`
		Arrived   time.Time `json:"arrived"`
		Queued    time.Time `json:"queued,omitzero"`
		Connected time.Time `json:"connected,omitzero"`
		Ended     time.Time `json:"ended,omitzero"`
		Estimated bool      `json:"estimated"`
		Live      bool      `json:"live"`
		Waiting   bool      `json:"waiting"`
		Callback  string    `json:"callback"`
		Attempts  int       `json:"attempts"`
		Due       time.Time `json:"due,omitzero"`
		Previous  string    `json:"previous"`
	}
)

func queueOut(q view.Queue) wireQueue {
	return wireQueue{
		ID: clean(string(q.ID)), Name: clean(q.Name), Number: clean(q.Number), Greeting: clean(q.Greeting), Music: clean(q.Music),
		RingFor: q.RingFor.Microseconds(), WrapUp: q.WrapUp.Microseconds(), Tickets: string(q.Tickets), Survey: string(q.Survey),
	}
}

func agentOut(a view.Agent) wireAgent {
	w := wireAgent{
		ID: clean(string(a.ID)), Name: clean(a.Name), Endpoint: clean(a.Endpoint), Switch: clean(a.Switch), Queues: make([]string, len(a.Queues)), Status: string(a.Status),
		Reason: clean(a.Reason), StatusSince: a.StatusSince.UTC(), NotResponding: a.NotResponding, Phone: string(a.Phone),
		CoolUntil: a.CoolUntil.UTC(), Offer: string(a.Offer), OfferState: string(a.OfferState), Interaction: string(a.Interaction),
	}
	for i, q := range a.Queues {
		w.Queues[i] = clean(string(q))
	}
	return w
}

func switchOut(s view.Switch) wireSwitch {
	return wireSwitch{Name: clean(s.Name), Away: s.Away.UTC(), Missed: s.Missed}
}

func interactionOut(i view.Interaction) wireInteraction {
	return wireInteraction{
		ID: string(i.ID), Channel: string(i.Channel), Switch: clean(i.Switch), From: clean(i.From), Name: clean(i.Name), To: clean(i.To), Queue: string(i.Queue),
		State: string(i.State), Reason: clean(i.Reason), Agent: string(i.Agent), Score: i.Score, Arrived: i.Arrived.UTC(), Queued: i.Queued.UTC(),
		Connected: i.Connected.UTC(), Ended: i.Ended.UTC(), Estimated: i.Estimated, Live: i.Live(), Waiting: i.Waiting(),
		Callback: string(i.Callback), Attempts: i.Attempts, Due: i.Due.UTC(), Previous: string(i.Previous),
	}
}
